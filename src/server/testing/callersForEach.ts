import { beforeAll, beforeEach, expect } from "vitest";

import { ask, openCallers, restore, type Answer, type CallerName } from "./callers.ts";
import type { TestStore } from "./databases.ts";

/** Opens an organization with one of everything for a block of tests, and puts it back before each. Hooks and tests alone have it. */
export function callersForEach(open: () => Promise<TestStore>) {
  let opened: Awaited<ReturnType<typeof openCallers>> | undefined;
  const there = () => {
    if (opened === undefined) throw new Error("Hooks and tests alone have the organization.");
    return opened;
  };
  beforeAll(async () => {
    opened = await openCallers(open);
    const { app } = opened.server;
    return () => app.close();
  });
  beforeEach(() => restore(there().server.store.db, there().initial));
  return {
    get server() {
      return there().server;
    },
    get world() {
      return there().world;
    },
    get initial() {
      return there().initial;
    },
    as: (caller: CallerName, query: string, variables?: object, more?: object) =>
      ask(there().server, there().world.bearer[caller], query, variables, more),
  };
}

/** The data of an answer, which has no error. */
export function done({ data, errors }: Answer): unknown {
  expect(errors).toEqual([]);
  return data;
}

/** What an answer was refused with. */
export function refusal({ errors: [error] }: Answer) {
  return { code: error?.extensions.code, field: error?.extensions.field };
}

/** The codes of the errors of an answer; empty where there is none. */
export function codeOf({ errors }: Answer): string {
  return errors.map(({ extensions }) => extensions.code).join();
}

/** The field that the first error of an answer is about. */
export function refusedField({ errors }: Answer): string | undefined {
  return errors[0]?.extensions.field;
}

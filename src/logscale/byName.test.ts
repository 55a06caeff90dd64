import { describe, expect, it } from "vitest";

import { loadByName } from "./byName.ts";
import type { Failure } from "./errors.ts";

class CallFailed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}
const failureOf = (error: unknown): Failure =>
  error instanceof CallFailed ? error.failure : { kind: "unexpected", message: "Something else." };

const names = (length: number) => Array.from({ length }, (_, index) => `repository-${index}`);

/** Answers with the names themselves; refuses a request that holds one of `refused`. */
function served(refused: readonly string[] = []) {
  const requests: (readonly string[])[] = [];
  let running = 0;
  let most = 0;
  return {
    requests,
    most: () => most,
    fetchMany: async (part: readonly string[]) => {
      requests.push(part);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      if (part.some((name) => refused.includes(name))) throw new CallFailed({ kind: "refused", message: "No." });
      return part;
    },
  };
}

describe("reading what belongs to many names", () => {
  it("takes few requests, few at a time, and keeps the order", async () => {
    const server = served();
    const { results, failed } = await loadByName({ names: names(500), fetchMany: server.fetchMany, failureOf });
    expect(results).toEqual(names(500));
    expect(failed).toEqual([]);
    expect(server.requests).toHaveLength(25);
    expect(server.most()).toBe(3);
  });

  it("asks for nothing where there is no name", async () => {
    const server = served();
    expect(await loadByName({ names: [], fetchMany: server.fetchMany, failureOf })).toEqual({ results: [], failed: [] });
    expect(server.requests).toEqual([]);
  });

  it("names those that are refused, and reads all others all the same", async () => {
    const refused = ["repository-3", "repository-47"];
    const server = served(refused);
    const { results, failed } = await loadByName({ names: names(60), fetchMany: server.fetchMany, failureOf });
    expect(results).toEqual(names(60).filter((name) => !refused.includes(name)));
    expect(failed.map(({ name }) => name)).toEqual(refused);
    expect(server.requests.length).toBeLessThan(25);
  });

  it("fails where every name does, with the first reason", async () => {
    const { fetchMany } = served(names(3));
    await expect(loadByName({ names: names(3), fetchMany, failureOf })).rejects.toThrow("No.");
  });

  it("does not go on where nobody answers", async () => {
    let requests = 0;
    const fetchMany = async () => {
      requests++;
      throw new CallFailed({ kind: "unreachable", message: "Nobody answers." });
    };
    await expect(loadByName({ names: names(500), fetchMany, failureOf })).rejects.toThrow("Nobody answers.");
    await Promise.resolve();
    expect(requests).toBe(3);
  });
});

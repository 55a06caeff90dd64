import { describe, expect, it } from "vitest";

import { anInventoryToken } from "#domain/inventory/testing.ts";
import { indexOwners } from "#domain/inventory/notes.ts";
import { testNow } from "#domain/testing.ts";

import { ownableOf, writeMany, type Ownable } from "./writeMany.ts";

const view = (id: string) => anInventoryToken({ key: `view:${id}`, id, name: id, createdAt: testNow });
const failureOf = (error: unknown) => error as { kind: string; message: string; code?: string };

describe("an owner for many tokens", () => {
  it("can be written down for those that one may assign, and for no personal token or one of unknown making", () => {
    const tokens = [
      view("a"),
      anInventoryToken({ kind: "personal" }),
      anInventoryToken({ kind: "system", key: "system:s" }),
      { ...view("b"), createdAt: undefined },
    ];
    const key = { kind: "view", id: "a", createdAt: testNow } as const;
    const present = { token: key, owner: "Team Blue", by: "ada", at: 1, version: "7" };
    const { able, personal, denied } = ownableOf(tokens, ["view", "personal"], indexOwners([present]));
    expect(able).toEqual([{ token: tokens[0], key, present }]);
    expect([personal, denied]).toEqual([1, 2]);
  });

  const { able } = ownableOf(["a", "b", "c"].map(view), ["view"], new Map());
  function run(fails: Record<string, object>, stopAfter = 9) {
    const asked: string[] = [];
    const write = async ({ token }: Ownable) => {
      asked.push(token.name);
      const failure = fails[token.name];
      // oxlint-disable-next-line typescript/only-throw-error -- what failureOf reads
      if (failure !== undefined) throw failure;
    };
    const options = { write, failureOf, stopped: () => asked.length >= stopAfter, onProgress: () => undefined };
    return writeMany(able, options).then((result) => ({ ...result, asked }));
  }

  it("goes on after one is refused, and tells which", async () => {
    expect(await run({ b: { kind: "refused", message: "Somebody else was first.", code: "STALE_VERSION" } })).toMatchObject({
      written: 2,
      refused: [{ token: { name: "b" }, message: "Somebody else was first." }],
      left: 0,
    });
  });

  it.each([
    { kind: "unreachable", message: "No answer." },
    { kind: "refused", message: "Wait.", code: "BUSY" },
  ])("ends where the others would fail too: %o", async (failure) => {
    expect(await run({ b: failure })).toMatchObject({
      written: 1,
      refused: [],
      stoppedBy: failure.message,
      left: 2,
      asked: ["a", "b"],
    });
  });

  it("ends where somebody stops it", async () => {
    expect(await run({}, 2)).toMatchObject({ written: 2, stoppedBy: undefined, left: 1, asked: ["a", "b"] });
  });
});

import { describe, expect, it } from "vitest";

import type { BulkAction, BulkContext, BulkRunStep } from "#domain/inventory/bulk.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { day } from "#domain/duration.ts";
import { somePolicies, testNow } from "#domain/testing.ts";
import { unknownCreator } from "#domain/token/creator.ts";
import { rootHoldings } from "#domain/token/rights.ts";
import type { Failure } from "#logscale/errors.ts";

import { createBulk } from "./bulk.ts";
import type { BulkReading } from "./read.ts";
import { createRun } from "./run.ts";

const refused: Failure = { kind: "refused", message: "no" };
const remove: BulkAction = { type: "delete" };

const context: BulkContext = {
  now: testNow,
  policies: somePolicies(),
  holdings: rootHoldings,
  rightsOf: () => undefined,
  own: {},
  mayChangeIngest: () => true,
  ingestNamesOf: () => undefined,
  parsersOf: () => undefined,
  mayChangeFleet: true,
};

function aToken(name: string, usedAgo = 30 * day): InventoryToken {
  return {
    key: `view:${name}`,
    kind: "view",
    id: name,
    name,
    createdAt: testNow - 100 * day,
    expireAt: null,
    ipFilter: null,
    lastUse: { at: testNow - usedAgo, from: null, source: "recorded" },
    owner: unknownCreator,
  };
}

const [a, b, c] = [aToken("a"), aToken("b"), aToken("c")];

/** A bulk action against scripted readings, each of which serves once; a failure is thrown. `refuses` says what the server refuses. */
function scripted(readings: (readonly InventoryToken[] | Failure)[], refuses = new Set<string>()) {
  const asked: string[][] = [];
  const sent: string[] = [];
  const bulk = createBulk<string>({
    selected: [a, b, c],
    read: async (tokens): Promise<BulkReading> => {
      asked.push(tokens.map(({ name }) => name));
      const next = readings.shift() ?? [];
      // oxlint-disable-next-line typescript/only-throw-error -- stands for what a call rejects with
      if (!("length" in next)) throw next;
      return { tokens: next, gone: [], context };
    },
    begin: () =>
      createRun<BulkRunStep, string>({
        keyOf: ({ token }) => token.key,
        send: async ({ token }) => {
          sent.push(token.name);
          // oxlint-disable-next-line typescript/only-throw-error -- as above
          if (refuses.has(token.name)) throw refused;
          return token.name;
        },
        watch: () => async () => "not-done",
        seen: ({ token }) => token.name,
        failureOf: (error) => error as Failure,
        pause: async () => undefined,
      }),
    failureOf: (error) => error as Failure,
  });
  const question = () => {
    const stage = bulk.stage.get();
    return stage.at === "asking" ? stage.question : undefined;
  };
  return { bulk, asked, sent, question, refuses, settled: () => new Promise<void>((resolve) => setTimeout(resolve, 0)) };
}

describe("a bulk action", () => {
  it("sends nothing before it read what is there twice: for the question, and right before it runs", async () => {
    const { bulk, asked, sent, question, settled } = scripted([
      [a, b, c],
      [a, b, c],
    ]);
    bulk.choose(remove);
    await settled();
    expect(question()).toMatchObject({ differences: [], times: 1, plan: { totals: { run: 3, needConsent: 3 } } });
    expect(sent).toEqual([]);
    bulk.confirm();
    await settled();
    expect(asked).toEqual([
      ["a", "b", "c"],
      ["a", "b", "c"],
    ]);
    expect(sent).toEqual(["a", "b", "c"]);
  });

  it("asks once more where what is there has changed since it was agreed to, and names what changed", async () => {
    const { bulk, sent, question, settled } = scripted([
      [a, b, c],
      [aToken("a", 0), b],
      [aToken("a", 0), b],
    ]);
    bulk.choose(remove);
    await settled();
    bulk.confirm();
    await settled();
    expect(sent).toEqual([]);
    expect(question()?.times).toBe(2);
    expect(question()?.differences.map(({ type, token }) => [type, token.name])).toEqual([
      ["used", "a"],
      ["gone", "c"],
    ]);
    bulk.confirm();
    await settled();
    expect(sent).toEqual(["a", "b"]);
  });

  it("sends nothing where it cannot be read, and goes on where it was once it can", async () => {
    const down: Failure = { kind: "unreachable", message: "nobody there" };
    const { bulk, sent, question, settled } = scripted([[a], down, [a]]);
    bulk.choose(remove);
    await settled();
    bulk.confirm();
    await settled();
    expect(bulk.stage.get()).toMatchObject({ at: "stuck", failure: down });
    expect(sent).toEqual([]);
    bulk.readAgain();
    await settled();
    expect(question()).toBeUndefined();
    expect(sent).toEqual(["a"]);
  });

  it("tries again only what was refused, after it read that once more", async () => {
    const { bulk, asked, sent, refuses, settled } = scripted([[a, b, c], [a, b, c], [b]], new Set(["b"]));
    bulk.choose(remove);
    await settled();
    bulk.confirm();
    await settled();
    expect(bulk.run()?.state.get().counts).toMatchObject({ done: 2, refused: 1 });
    refuses.delete("b");
    bulk.retry();
    await settled();
    expect(asked.at(-1)).toEqual(["b"]);
    expect(sent).toEqual(["a", "b", "c", "b"]);
    expect(bulk.run()?.state.get().counts).toMatchObject({ done: 3, refused: 0 });
  });

  it("asks before it tries again what is no longer as it was agreed to, and leads back to the results", async () => {
    const { bulk, sent, question, settled } = scripted([[a, b, c], [a, b, c], [aToken("b", 0)]], new Set(["b"]));
    bulk.choose(remove);
    await settled();
    bulk.confirm();
    await settled();
    bulk.retry();
    await settled();
    expect(question()?.differences.map(({ type }) => type)).toEqual(["used"]);
    expect(sent).toEqual(["a", "b", "c"]);
    bulk.back();
    expect(bulk.stage.get()).toEqual({ at: "running" });
  });

  it("runs nothing that only a called off reading allowed", async () => {
    const { bulk, sent, settled } = scripted([
      [a, b, c],
      [a, b, c],
    ]);
    bulk.choose(remove);
    await settled();
    bulk.confirm();
    bulk.back();
    await settled();
    expect(sent).toEqual([]);
    expect(bulk.stage.get()).toEqual({ at: "choosing" });
  });
});

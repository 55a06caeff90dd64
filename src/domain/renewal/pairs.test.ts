import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { ingestKey, type InventoryToken, type TokenRights } from "#domain/inventory/item.ts";
import { tokenKeyOf, type Dismissal, type SuccessorLink } from "#domain/inventory/notes.ts";
import { anInventoryToken } from "#domain/inventory/testing.ts";
import { somePolicies, testIpFilters, testNow, tokenId } from "#domain/testing.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import { endingAlone, noSuccessorRule, pairsOf, successorsOf, type PairsContext, type RenewalPair } from "./pairs.ts";

let made = 0;

/** A view token of its own id, made so many days before {@link testNow}. */
function aged(days: number, overrides: Partial<InventoryToken> = {}): InventoryToken {
  const kind = overrides.kind ?? "view";
  const id = kind === "ingest" || kind === "fleet" ? undefined : tokenId(kind, ++made);
  return anInventoryToken({
    kind,
    id,
    key: `${kind}:${id ?? ++made}`,
    name: "deploy",
    createdAt: testNow - days * day,
    ...overrides,
  });
}

const reader: TokenRights = { permissions: ["ReadAccess"], views: ["web", "db"] };

function context(overrides: Partial<PairsContext> = {}): PairsContext {
  return {
    now: testNow,
    links: [],
    rejectionOf: () => undefined,
    rightsOf: () => reader,
    policies: somePolicies(),
    ...overrides,
  };
}

function pairs(tokens: readonly InventoryToken[], overrides: Partial<PairsContext> = {}): readonly RenewalPair[] {
  return pairsOf({ tokens, byKey: new Map(tokens.map((token) => [token.key, token])) }, context(overrides));
}

/** Pairs as old → new, by the place of each token. */
function told(tokens: readonly InventoryToken[], overrides: Partial<PairsContext> = {}): string[] {
  return pairs(tokens, overrides).map(({ old, next, source }) => `${tokens.indexOf(old)} → ${tokens.indexOf(next)} ${source}`);
}

function linked(next: InventoryToken, old: InventoryToken): SuccessorLink {
  const [token, replaces] = [tokenKeyOf(next), tokenKeyOf(old)];
  if (token === undefined || replaces === undefined) throw new Error("These have no keys.");
  return { token, replaces, by: "ada", at: testNow, version: "1" };
}

/** That somebody said of a token that it replaces none of those like it. */
const rejection: Dismissal = {
  token: linked(aged(2), aged(3)).token,
  rule: noSuccessorRule,
  note: "x",
  until: null,
  by: "ada",
  at: 1,
  version: "1",
};

describe("a guess", () => {
  it("is a token of the same kind and name with the same rights, made later", () => {
    expect(told([aged(9), aged(1)])).toEqual(["0 → 1 guess"]);
    expect(told([aged(1), aged(9)])).toEqual(["1 → 0 guess"]);
    expect(told([aged(9), aged(1, { name: "Deploy" })])).toEqual([]);
    expect(told([aged(9), aged(1, { kind: "system" })])).toEqual([]);
  });

  it("compares rights as sets, in whatever order and array they come", () => {
    const tokens = [aged(9), aged(1)];
    const rights = (second: TokenRights | undefined) => ({
      rightsOf: (token: InventoryToken) => (token === tokens[0] ? { permissions: ["A", "B"], views: ["x", "y"] } : second),
    });
    expect(told(tokens, rights({ permissions: ["B", "A"], views: ["y", "x"] }))).toEqual(["0 → 1 guess"]);
    expect(told(tokens, rights({ permissions: ["A"], views: ["x", "y"] }))).toEqual([]);
    expect(told(tokens, rights({ permissions: ["A", "B"], views: ["x"] }))).toEqual([]);
    expect(told(tokens, rights({ permissions: ["x", "y"], views: ["A", "B"] }))).toEqual([]);
    expect(told(tokens, rights(undefined))).toEqual([]);
  });

  it("allows for an IP filter only where the policy of the kind enforces it", () => {
    const [office, vpn] = testIpFilters;
    const changed = [aged(9, { ipFilter: null }), aged(1, { ipFilter: office })];
    expect(told(changed)).toEqual([]);
    expect(told(changed, { policies: undefined })).toEqual([]);
    expect(told(changed, { policies: somePolicies({ view: { ipFilter: vpn } }) })).toEqual([]);
    expect(told(changed, { policies: somePolicies({ system: { ipFilter: office } }) })).toEqual([]);
    expect(told(changed, { policies: somePolicies({ view: { ipFilter: office } }) })).toEqual(["0 → 1 guess"]);
    expect(told([aged(9, { ipFilter: office }), aged(1)], { policies: somePolicies({ view: { ipFilter: office } }) })).toEqual(
      [],
    );
    expect(told([aged(9, { ipFilter: vpn }), aged(1, { ipFilter: vpn })], { policies: undefined })).toEqual(["0 → 1 guess"]);
  });

  it("is never about personal, ingest or fleet tokens", () => {
    for (const kind of ["personal", "ingest", "fleet"] as const) expect(told([aged(9, { kind }), aged(1, { kind })])).toEqual([]);
  });

  it("chains tokens by their making, and tells how many are alike", () => {
    const tokens = [aged(1), aged(9), aged(5)];
    expect(told(tokens)).toEqual(["1 → 2 guess", "2 → 0 guess"]);
    expect(pairs(tokens).map(({ alike }) => alike)).toEqual([3, 3]);
  });

  it("is not made where two could be meant", () => {
    // Two made at one instant: neither replaces the other, the older one is replaced by which of them? And they by the younger one?
    expect(told([aged(9), aged(5), aged(5), aged(1)])).toEqual([]);
    expect(told([aged(5), aged(5)])).toEqual([]);
    const [office] = testIpFilters;
    const policies = somePolicies({ view: { ipFilter: office } });
    expect(told([aged(9), aged(5, { ipFilter: office }), aged(1)], { policies })).toEqual([]);
  });

  it("is not made about tokens that have expired", () => {
    const expired = { expireAt: testNow };
    expect(told([aged(9, expired), aged(1)])).toEqual([]);
    expect(told([aged(9), aged(1, expired)])).toEqual([]);
    expect(told([aged(9), aged(5, expired), aged(1)])).toEqual(["0 → 2 guess"]);
  });

  it("that somebody rejected says so, and a later one is guessed about all the same", () => {
    const tokens = [aged(9), aged(5), aged(1)];
    const found = pairs(tokens, { rejectionOf: (next) => (next === tokens[1] ? rejection : undefined) });
    expect(found.map(({ rejection }) => rejection !== undefined)).toEqual([true, false]);
  });
});

describe("a recorded pair", () => {
  it("stands whatever its tokens are like, of every kind", () => {
    const ingest = (name: string) =>
      aged(3, {
        kind: "ingest",
        name,
        key: ingestKey("web", name),
        ingest: { repository: "web", parser: null, isCustom: false, weakness: null, events: 0 },
      });
    const tokens = [aged(1, { name: "a" }), aged(9, { name: "b" }), ingest("c"), ingest("d")];
    const [first, second, third, fourth] = tokens as [InventoryToken, InventoryToken, InventoryToken, InventoryToken];
    expect(told(tokens, { links: [linked(second, first), linked(fourth, third)] })).toEqual(["0 → 1 recorded", "2 → 3 recorded"]);
  });

  it("wins over every guess about its tokens", () => {
    const tokens = [aged(9), aged(5), aged(1)];
    const [a, b, c] = tokens as [InventoryToken, InventoryToken, InventoryToken];
    expect(told(tokens, { links: [linked(b, a)] })).toEqual(["0 → 1 recorded", "1 → 2 guess"]);
    expect(told(tokens, { links: [linked(c, a)] })).toEqual(["0 → 2 recorded"]);
    expect(told(tokens, { links: [linked(b, a), linked(c, b)] })).toEqual(["0 → 1 recorded", "1 → 2 recorded"]);
  });

  it("shows while the old one has expired, and is done once either is gone", () => {
    const [old, next] = [aged(9, { expireAt: testNow - hour }), aged(1)];
    const links = [linked(next, old)];
    expect(told([old, next], { links })).toEqual(["0 → 1 recorded"]);
    expect(told([next], { links })).toEqual([]);
    expect(told([old], { links })).toEqual([]);
  });

  it("whose old token is gone leaves nothing to guess about the new one", () => {
    const [gone, other, next] = [aged(9), aged(5), aged(1)];
    expect(told([other, next], { links: [linked(next, gone)] })).toEqual([]);
  });

  it("is of the token that was meant, not of a later one with its id", () => {
    const [old, next] = [aged(9, { kind: "personal" }), aged(1, { kind: "personal" })];
    expect(told([{ ...old, createdAt: testNow }, next], { links: [linked(next, old)] })).toEqual([]);
  });
});

describe("tokens that end without a successor", () => {
  it("are those that end in time, have not ended, and have neither a recorded successor nor a guessed one", () => {
    const ends = (days: number, name: string) => aged(9, { name, expireAt: testNow + days * day });
    const tokens = [ends(30, "a"), ends(31, "b"), ends(0, "c"), ends(1, "d"), aged(1, { name: "d" }), ends(2, "e"), ends(3, "f")];
    const [, , , , , recorded, next] = tokens as [InventoryToken, ...InventoryToken[]];
    const links = recorded && next ? [linked(next, recorded)] : [];
    const names = (rejectionOf: PairsContext["rejectionOf"]) =>
      endingAlone(tokens, pairs(tokens, { links, rejectionOf }), { now: testNow, within: 30 * day }).map(({ name }) => name);
    expect(names(() => undefined)).toEqual(["a", "f"]);
    expect(names(() => rejection)).toEqual(["a", "d", "f"]);
  });
});

const anyTokens = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...tokenKinds),
      name: fc.constantFrom("a", "b"),
      age: fc.integer({ min: 0, max: 4 }),
      ipFilter: fc.constantFrom(null, ...testIpFilters),
      expireAt: fc.constantFrom(null, testNow, testNow + day),
      rights: fc.constantFrom(reader, { permissions: ["ReadAccess"], views: ["db", "web"] }, { permissions: [], views: [] }),
    }),
    { maxLength: 25 },
  )
  .map((shapes) => shapes.map(({ age, rights, ...shape }) => ({ token: aged(age, shape), rights })));

describe("of all tokens", () => {
  it("no guess breaks the rule, no token replaces two, and none is replaced by two", () => {
    fc.assert(
      fc.property(anyTokens, fc.constantFrom(null, ...testIpFilters), (shapes, ipFilter) => {
        const rights = new Map(shapes.map(({ token, rights }) => [token, rights]));
        const policies = somePolicies({ view: { ipFilter } });
        const tokens = shapes.map(({ token }) => token);
        const found = [...successorsOf(tokens, context({ rightsOf: (token) => rights.get(token), policies }))];
        for (const [old, { next }] of found) {
          expect([next.kind, next.name]).toEqual([old.kind, old.name]);
          expect(next.kind).not.toBe("personal");
          expect(Number(next.createdAt)).toBeGreaterThan(Number(old.createdAt));
          expect(rights.get(next)?.permissions).toEqual(rights.get(old)?.permissions);
          expect(rights.get(next)?.views.toSorted()).toEqual(rights.get(old)?.views.toSorted());
          expect([old.ipFilter, next.kind === "view" && ipFilter !== null ? ipFilter : old.ipFilter]).toContain(next.ipFilter);
        }
        expect(new Set(found.map(([, { next }]) => next)).size).toBe(found.length);
      }),
      { numRuns: 20 },
    );
  });

  it("the guesses are the same in whatever order tokens come", () => {
    fc.assert(
      fc.property(anyTokens, (shapes) => {
        const rights = new Map(shapes.map(({ token, rights }) => [token, rights]));
        const found = (tokens: readonly InventoryToken[]) =>
          [...successorsOf(tokens, context({ rightsOf: (token) => rights.get(token) }))]
            .map(([old, { next }]) => `${old.key} ${next.key}`)
            .toSorted();
        const tokens = shapes.map(({ token }) => token);
        expect(found(tokens.toReversed())).toEqual(found(tokens));
      }),
      { numRuns: 20 },
    );
  });

  it("asks for the rights of namesakes alone, each once", () => {
    const tokens = Array.from({ length: 3000 }, (_, place) => aged(place, { name: place < 1000 ? "deploy" : `token ${place}` }));
    let asked = 0;
    const found = successorsOf(tokens, context({ rightsOf: () => (asked++, reader) }));
    expect([asked, found.size]).toEqual([1000, 999]);
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { InventoryToken, TokenRights } from "#domain/inventory/item.ts";
import { testNow } from "#domain/testing.ts";

import { containmentUnknown, notContained } from "./containment.ts";
import type { FindingsContext } from "./facts.ts";
import { findingsOf, judgeFindings } from "./findings.ts";
import { aContext, aListed } from "./testing.ts";

type Listed = Partial<InventoryToken> & { readonly rights?: Partial<TokenRights> };

/** The places of the tokens that contain each of these; all are ada's view tokens unless something else is put in. */
function containers(listed: readonly Listed[], context: Partial<FindingsContext> = {}) {
  const owner = { kind: "user", id: "ada", name: "ada" } as const;
  const rights = new Map<string, TokenRights>();
  const tokens = listed.map(({ rights: own, ...token }) => {
    const made = aListed({ owner, ...token });
    rights.set(made.key, { permissions: ["ReadAccess"], views: ["web"], ...own });
    return made;
  });
  const masks = judgeFindings(tokens, aContext({ rightsOf: ({ key }) => rights.get(key), ...context }));
  return { places: [...masks.facts.containers], masks, tokens, rights };
}

const rights = (permissions: readonly string[], views: readonly string[] = ["web"]) => ({ permissions, views });

describe("the rights of a token", () => {
  it.each<[string, Listed, Listed, boolean]>([
    ["where the other has more permissions", { rights: rights(["a"]) }, { rights: rights(["b", "a"]) }, true],
    ["not where it has others", { rights: rights(["a"]) }, { rights: rights(["b", "c"]) }, false],
    ["where the other has more views", { rights: rights(["a"], ["x"]) }, { rights: rights(["a"], ["y", "x"]) }, true],
    ["not where it has fewer views", { rights: rights(["a"], ["x", "y"]) }, { rights: rights(["a", "b"], ["x"]) }, false],
    ["where the other has no IP filter", { ipFilter: "office" }, { ipFilter: null, rights: rights(["ReadAccess", "b"]) }, true],
    ["where the filter of the other accepts everything", { ipFilter: null, createdAt: 0 }, { ipFilter: "all" }, true],
    ["not where the other has another filter", { ipFilter: "office", createdAt: 0 }, { ipFilter: "vpn" }, false],
    ["not where only the other has a filter", { ipFilter: null, createdAt: 0 }, { ipFilter: "office" }, false],
    ["where the other lives as long", { rights: rights(["a"]) }, { rights: rights(["a", "b"]) }, true],
    ["where the other never expires", { rights: rights(["a"]) }, { rights: rights(["a", "b"]), expireAt: null }, true],
    ["not where it lives longer", { rights: rights(["a"]), expireAt: null }, { rights: rights(["a", "b"]) }, false],
    ["not where the other has expired", { rights: rights(["a"]) }, { rights: rights(["a", "b"]), expireAt: testNow }, false],
    ["not where the other has another owner", { createdAt: 0 }, { owner: { kind: "user", id: "bob", name: "ada" } }, false],
    ["not where the other is of another kind", { createdAt: 0 }, { kind: "organization" }, false],
    ["not where it may do nothing", { rights: rights([]) }, {}, false],
    ["not where its views are gone", { rights: rights(["ReadAccess"], []) }, {}, false],
  ])("are contained in those of another of its owner %s", (_, token, other, contained) => {
    expect(containers([token, other]).places[0]).toBe(contained ? 1 : notContained);
    // The order in which they are listed makes no difference.
    expect(containers([other, token]).places[1]).toBe(contained ? 0 : notContained);
  });

  it("that are the same twice are contained in those of the one that lasts longest, else of the youngest", () => {
    const alike = [{ createdAt: 1 }, { createdAt: 3 }, { createdAt: 2 }];
    expect(containers(alike).places).toEqual([1, notContained, 1]);
    expect(containers([...alike, { createdAt: 0, expireAt: null }]).places).toEqual([3, 3, 3, notContained]);
  });

  it("are held against those of an owner of whom only the name is known by that name", () => {
    const owner = { kind: "unknown", id: null, name: "eve" } as const;
    expect(containers([{ owner, createdAt: 0 }, { owner }]).places).toEqual([1, notContained]);
  });

  it("are not known not to be contained while another's were not read", () => {
    const { tokens, rights: read } = containers([{ rights: rights(["a"]) }, { rights: rights(["b"]) }, { createdAt: 0 }, {}]);
    const rightsOf = ({ key }: InventoryToken) => (key === tokens[1]?.key ? undefined : read.get(key));
    const masks = judgeFindings(tokens, aContext({ rightsOf }));
    expect([...masks.facts.containers]).toEqual([containmentUnknown, containmentUnknown, 3, containmentUnknown]);
  });

  it("are told to be contained in a token that is named", () => {
    const { masks } = containers([{ createdAt: 0 }, { name: "the wider one", id: "wide" }]);
    const finding = findingsOf(masks, 0).found.find(({ rule }) => rule === "contained");
    expect(finding?.reason).toContain("“the wider one” (wide)");
  });

  it("are not compared without end where somebody made them so", () => {
    // Every name stands in half of the sets, so that none narrows down what could contain a set.
    const names = Array.from({ length: 24 }, (_, bit) => ({ name: `view ${bit}`, bit: 1 << bit }));
    const listed = Array.from({ length: 3000 }, (_, number) => {
      const scattered = Math.imul(number + 1, 0x9e_37_79_b1);
      return {
        rights: rights(
          ["a"],
          names.filter(({ bit }) => (scattered & bit) !== 0).map(({ name }) => name),
        ),
      };
    });
    const { places } = containers(listed);
    expect(places.filter((place) => place === containmentUnknown).length).toBeGreaterThan(2000);
    expect(places).not.toContain(notContained);
  });

  it("are contained exactly where comparing every two tokens says so, and always in one that is contained in none", () => {
    const few = (...names: string[]) => fc.subarray(names, { minLength: 1 });
    const token = fc.record({
      rights: fc.record({ permissions: few("a", "b", "c"), views: few("x", "y") }),
      ipFilter: fc.constantFrom(null, "office", "all", "vpn"),
      expireAt: fc.constantFrom(null, testNow + day, testNow + 2 * day),
      createdAt: fc.constantFrom(0, 1),
      kind: fc.constantFrom("view" as const, "organization" as const),
    });
    const within = (some: readonly string[], all: readonly string[]) => some.every((one) => all.includes(one));
    const open = (filter: string | null) => filter === null || filter === "all";
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (listed) => {
        const { places, tokens, rights: read } = containers(listed);
        const covers = (b: number, a: number): boolean => {
          const [one, other] = [tokens[a], tokens[b]];
          const [mine, its] = [read.get(one?.key ?? ""), read.get(other?.key ?? "")];
          if (one === undefined || other === undefined || mine === undefined || its === undefined) return false;
          return (
            one.kind === other.kind &&
            within(mine.permissions, its.permissions) &&
            within(mine.views, its.views) &&
            (open(other.ipFilter) || other.ipFilter === one.ipFilter) &&
            (other.expireAt ?? Infinity) >= (one.expireAt ?? Infinity)
          );
        };
        for (const [a, place] of places.entries()) {
          const all = tokens.flatMap((_, b) => (b !== a && covers(b, a) ? [b] : []));
          if (place >= 0) expect(all).toContain(place);
          // Contained in none: every one that covers it is covered by it in turn.
          else expect(all.filter((b) => !covers(a, b))).toEqual([]);
          // Following every finding loses nothing: from each token the containers lead to one that stays.
          let [at, steps] = [a, 0];
          while ((places[at] ?? notContained) >= 0 && steps++ < tokens.length) at = places[at] ?? notContained;
          expect(steps).toBeLessThan(Math.max(1, tokens.length));
          expect(at === a || covers(at, a)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });
});

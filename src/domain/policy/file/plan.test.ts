import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { KindPolicy, Policies } from "#domain/policy/policy.ts";
import { aToken, somePolicies, testNow, tokenId } from "#domain/testing.ts";
import type { LastUse, UsedToken } from "#domain/token/lastUse.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import { planOrganizationChange } from "./plan.ts";
import type { FilterChange, OrganizationChange } from "./resolve.ts";

const now = testNow;
const filters: readonly IpFilter[] = [
  { id: "F1", name: "office", ipFilter: "allow 10.0.0.0/8" },
  { id: "F2", name: "vpn", ipFilter: "allow 192.0.2.0/24" },
];
const office: LastUse = { at: now, from: "10.0.0.1", source: "recorded" };
const vpn: LastUse = { at: now, from: "192.0.2.1", source: "recorded" };

function edit(id: string, text: string): FilterChange {
  const filter = filters.find((each) => each.id === id);
  if (filter === undefined) throw new Error(`There is no filter ${id}.`);
  return { type: "edit", filter, text };
}

function change(
  next: Partial<Record<TokenKind, Partial<KindPolicy>>>,
  filterChanges: readonly FilterChange[],
  base: Policies = somePolicies(),
): OrganizationChange {
  const kinds = tokenKinds.filter((kind) => next[kind] !== undefined);
  return { base, next: somePolicies(next), kinds, filters: filterChanges };
}

function planOf(of: OrganizationChange, ...tokens: readonly Partial<UsedToken>[]) {
  const all = tokens.map((token, number): UsedToken => ({
    ...aToken({ id: tokenId(token.kind ?? "view", number), ...token }),
    lastUse: token.lastUse,
  }));
  return planOrganizationChange({ tokens: all, change: of, filters, now });
}

describe("a token under a filter whose rules change", () => {
  it.each([
    ["is locked out where they refuse the address that was accepted", office, "deny all", "locked-out"],
    ["goes on where they still accept its address", office, "allow 10.0.0.1", undefined],
    ["may be locked out where nobody knows its address", undefined, "allow 10.0.0.1", "may-be-locked-out"],
    ["goes on as before where its address was refused before", vpn, "allow 10.0.0.1", undefined],
  ] as const)("%s", (_, lastUse, text, harm) => {
    const { effects, totals } = planOf(change({}, [edit("F1", text)]), { ipFilter: "F1", lastUse });
    expect(effects).toMatchObject([{ editedFilter: "F1", disruption: { harm } }]);
    expect(effects[0]?.change).toBeUndefined();
    expect(totals).toMatchObject({ seen: 1, filtered: 0, refiltered: 1 });
  });

  it.each(tokenKinds)("is told of the %s kind too, whose policy does not change", (kind) => {
    const other = tokenKinds.find((each) => each !== kind) ?? kind;
    const { effects } = planOf(change({ [other]: { maximumLifetime: 90 * day } }, [edit("F1", "deny all")]), {
      kind,
      ipFilter: "F1",
      lastUse: office,
    });
    expect(effects).toMatchObject([{ editedFilter: "F1", disruption: { harm: "locked-out" } }]);
  });
});

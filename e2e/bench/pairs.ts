import { day } from "#domain/duration.ts";
import type { InventoryToken, TokenRights } from "#domain/inventory/item.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { pairsOf } from "#domain/renewal/pairs.ts";
import { neverUsed } from "#domain/token/lastUse.ts";

import { median } from "./plan.ts";

/** Times the pairs of `count` view tokens, of which each third has a namesake with the same rights; the median, ms. */
export function benchPairs(count: number, rounds: number): { pairsMs: number; pairs: number } {
  const now = 20_000 * day;
  const rights: readonly TokenRights[] = Array.from({ length: 300 }, (_, place) => ({
    permissions: ["ReadAccess"],
    views: Array.from({ length: 20 }, (__, view) => `view-${place}-${view}`),
  }));
  const tokens = Array.from({ length: count }, (_, place): InventoryToken => {
    const id = `token${place}`;
    const like = place % 3 === 0 ? place : place - 1;
    return {
      key: `view:${id}`,
      kind: "view",
      id,
      name: `deploy ${like}`,
      createdAt: now - (count - place),
      expireAt: null,
      ipFilter: null,
      lastUse: neverUsed,
      owner: { kind: "unknown", id: null, name: null },
    };
  });
  const byKey = new Map(tokens.map((token) => [token.key, token]));
  const rightsOf = ({ name }: InventoryToken) => rights[Number(name.slice("deploy ".length)) % rights.length];
  const context = { now, links: [], rejectionOf: () => undefined, rightsOf, policies: defaultPolicies };
  let pairs = 0;
  const times = Array.from({ length: rounds + 3 }, () => {
    const start = performance.now();
    pairs = pairsOf({ tokens, byKey }, context).length;
    return performance.now() - start;
  }).slice(3);
  return { pairsMs: median(times), pairs };
}

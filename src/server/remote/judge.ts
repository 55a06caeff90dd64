import { filterJudge } from "#domain/filter/judge.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { FindingsContext } from "#domain/findings/facts.ts";
import { findingsOf, judgeFindings, type FindingMasks, type TokenFindings } from "#domain/findings/findings.ts";
import { putAside } from "#domain/findings/putAside.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { indexDismissals, type DismissalIndex } from "#domain/inventory/notes.ts";
import { enforcedFilters, policiesFromWire } from "#logscale/convert.ts";
import { IpFiltersDocument, TokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { readPeople } from "#logscale/readPeople.ts";

import { ask, type RemoteServer } from "./client.ts";
import { orNull, type InventoryReading, type RemoteInventory } from "./inventory.ts";
import { isRefused } from "./readTokens.ts";

/** The findings of an inventory. */
export interface JudgedInventory extends RemoteInventory {
  /** The IP filters by id, as far as they were read. */
  readonly filters: ReadonlyMap<string, IpFilter>;
  readonly dismissals: DismissalIndex;
  /** The findings of all tokens, by their place in `tokens`. */
  readonly masks: FindingMasks;
  /** What the rules say of a token, in words; undefined for one that is not in the inventory. */
  readonly of: (token: InventoryToken) => TokenFindings | undefined;
  /** When it was judged, ms since epoch. */
  readonly at: number;
}

/**
 * Judges the tokens of an inventory by all rules, as the page of all tokens does.
 *
 * @throws RemoteError where nobody answers, or the caller is not let in
 */
export async function judgeInventory(
  server: RemoteServer,
  inventory: RemoteInventory,
  { now, signal, onProgress }: InventoryReading,
): Promise<JudgedInventory> {
  const { tokens, kinds, rights, notes, identity } = inventory;
  onProgress("Reading policies, IP filters and people");
  const wire = (await orNull(ask(server, TokenSecurityPoliciesDocument, {}, { signal })))?.organization.configs.tokens;
  const listed = await orNull(ask(server, IpFiltersDocument, {}, { signal }));
  const people = await orNull(
    readPeople({
      ask: (document, variables, options) => ask(server, document, variables, options),
      backend: identity.backend === "embedded" ? "embedded" : "gateway",
      isRefused,
      signal,
    }),
  );
  // One in force that the list does not hold is known all the same.
  const filters = new Map([
    ...(wire == null ? [] : enforcedFilters(wire)),
    ...(listed?.ipFilters ?? []).map((filter) => [filter.id, filter] as const),
  ]);
  onProgress("Judging");
  const at = now();
  const dismissals = indexDismissals(notes.dismissals);
  const context: FindingsContext = {
    now: at,
    thresholds: notes.thresholds.values,
    judge: filterJudge((id) => filters.get(id)?.ipFilter),
    filters,
    policies: wire == null ? undefined : policiesFromWire(wire),
    people: people ?? undefined,
    rightsOf: rights.of,
    complete: new Set(kinds.flatMap(({ kind, state }) => (state === "complete" ? [kind] : []))),
    links: notes.links,
    dismissed: putAside(dismissals, at),
  };
  const masks = judgeFindings(tokens, context);
  const places = new Map(tokens.map((token, place) => [token.key, place]));
  return {
    ...inventory,
    filters,
    dismissals,
    masks,
    of: ({ key }) => {
      const place = places.get(key);
      return place === undefined ? undefined : findingsOf(masks, place);
    },
    at,
  };
}

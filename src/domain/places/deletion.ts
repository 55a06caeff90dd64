import { useOfItem, type InventoryToken } from "#domain/inventory/item.ts";
import { mayGive, type Holdings } from "#domain/token/rights.ts";

import type { RoleHolders } from "./access.ts";

/** Some tokens, and how many of them are in use. */
export interface UsedTokens {
  readonly tokens: readonly InventoryToken[];
  readonly inUse: number;
  /** Of how many nobody knows. */
  readonly unknown: number;
}

/** What a deletion of a repository or view does, as far as it is shown to whoever asks. */
export interface PlaceDeletion {
  /** They end, for they are the repository's. */
  readonly ingest: UsedTokens;
  /** View tokens that lose it and keep others. */
  readonly narrowed: UsedTokens;
  /** View tokens that name nothing else: they stay, and reach nothing. */
  readonly emptied: UsedTokens;
  /** Views that show it and others, and those that then show nothing. */
  readonly views: readonly PlaceView[];
  readonly bareViews: readonly PlaceView[];
  /** Roles that end here and also give something beyond the place to those who have them by themselves. */
  readonly widerRoles: readonly RoleHolders[];
  /** Of those roles, permissions that whoever asks certainly does not hold, so that the server refuses. */
  readonly lacking: readonly string[];
}

/** A view, with the ids of the repositories that it shows. */
export interface PlaceView {
  readonly id: string;
  readonly name: string;
  readonly repositoryIds: readonly string[];
}

/** What there is to judge a deletion by. What is not shown to whoever asks is not among it. */
export interface DeletionFacts {
  readonly place: { readonly id: string; readonly name: string; readonly isView: boolean };
  readonly tokens: readonly InventoryToken[];
  /** The repositories and views of a token, by id; undefined where they are not known. */
  readonly viewsOf: (token: InventoryToken) => readonly string[] | undefined;
  readonly views: readonly PlaceView[];
  readonly holders: readonly RoleHolders[];
  readonly holdings: Holdings;
}

/**
 * What the deletion of a repository or view stops, as the server carries it out: its ingest tokens go with it, view tokens and views lose it and
 * stay, and so do users, who lose the roles that they have there.
 *
 * @param now the present, ms since epoch
 */
export function deletionOf(facts: DeletionFacts, now: number): PlaceDeletion {
  const { place, tokens, viewsOf, views, holders, holdings } = facts;
  const used = (some: readonly InventoryToken[]): UsedTokens => {
    const states = some.map((token) => useOfItem(token, now));
    return {
      tokens: some,
      inUse: states.filter((state) => state === "last-day" || state === "last-week").length,
      unknown: states.filter((state) => state === "unknown").length,
    };
  };
  const ingest = used(place.isView ? [] : tokens.filter((token) => token.ingest?.repository === place.name));
  const reaching = tokens.filter((token) => token.kind === "view" && viewsOf(token)?.includes(place.id) === true);
  const names = (token: InventoryToken) => viewsOf(token)?.length ?? 0;
  const narrowed = used(reaching.filter((token) => names(token) > 1));
  const emptied = used(reaching.filter((token) => names(token) === 1));
  const joining = views.filter(({ repositoryIds }) => repositoryIds.includes(place.id));
  const isBare = ({ repositoryIds }: PlaceView) => repositoryIds.every((id) => id === place.id);
  // Of a role that a group has there only view permissions count.
  const wider = holders.filter(
    ({ role, users }) => users.length > 0 && role.organizationPermissions.length + role.systemPermissions.length > 0,
  );
  const lacking = wider.flatMap(({ role }) => [
    ...role.organizationPermissions.filter((name) => mayGive(holdings, "organization", name, []) === false),
    ...role.systemPermissions.filter((name) => mayGive(holdings, "system", name, []) === false),
  ]);
  return {
    ingest,
    narrowed,
    emptied,
    views: joining.filter((view) => !isBare(view)),
    bareViews: joining.filter(isBare),
    widerRoles: wider,
    lacking: [...new Set(lacking)],
  };
}

import { carriesPermissions, tokenKinds } from "#domain/token/kinds.ts";

import type { InventoryKind, InventoryToken, TokenRights } from "./item.ts";

/** What the tokens of a kind may do. */
export interface RightsList {
  /** By the token's id. Tokens with equal rights share one value. */
  readonly rights: ReadonlyMap<string, TokenRights>;
  /** Whether the list stood still while it was read. */
  readonly steady: boolean;
}

/** The kinds whose tokens have rights of their own. */
export const rightsKinds = tokenKinds.filter(carriesPermissions);

/** How far the reading of rights is, and what it gave. */
export interface RightsReading {
  /** `partial`: a kind failed, or changed while it was read. */
  readonly state: "waiting" | "read" | "partial" | "failed";
  /** What a token may do; undefined where that was not read, and for kinds that have no rights of their own. */
  readonly of: (token: InventoryToken) => TokenRights | undefined;
  /** The name of a repository or view; undefined where the caller is not shown it. */
  readonly viewName: (id: string) => string | undefined;
  /** The id of a repository or view by its name; undefined where the caller is not shown it. */
  readonly viewId: (name: string) => string | undefined;
}

/**
 * Puts together what was read of the rights of each of {@link rightsKinds}: null for one that failed, undefined for one that is still awaited.
 *
 * @param domains the repositories and views that the caller is shown
 */
export function rightsReading(
  lists: readonly (RightsList | null | undefined)[],
  domains: readonly { readonly id: string; readonly name: string }[] | undefined,
): RightsReading {
  const byKind = new Map<InventoryKind, RightsList["rights"] | undefined>(
    rightsKinds.map((kind, index) => [kind, lists[index]?.rights]),
  );
  const names = new Map((domains ?? []).map(({ id, name }) => [id, name]));
  const ids = new Map((domains ?? []).map(({ id, name }) => [name, id]));
  return {
    state: stateOf(lists),
    of: ({ kind, id }) => (id === undefined ? undefined : byKind.get(kind)?.get(id)),
    viewName: (id) => names.get(id),
    viewId: (name) => ids.get(name),
  };
}

function stateOf(lists: readonly (RightsList | null | undefined)[]): RightsReading["state"] {
  if (lists.includes(undefined)) return "waiting";
  if (lists.every((list) => list === null)) return "failed";
  return lists.every((list) => list?.steady === true) ? "read" : "partial";
}

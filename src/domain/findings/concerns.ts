import { inventoryKinds, type InventoryKind } from "#domain/inventory/item.ts";
import { carriesPermissions, tokenKinds, type PermissionKind } from "#domain/token/kinds.ts";

/** What a rule says of a token; `unknown` where it cannot be judged here, which never means `no`. */
export type RuleAnswer = "found" | "no" | "unknown";

/** The kinds that security policies govern. */
export const governedKinds: readonly InventoryKind[] = tokenKinds;

/** The kinds whose tokens carry permissions of their own. */
export const kindsWithRights: readonly InventoryKind[] = tokenKinds.filter(carriesPermissions);

export const everyKind: readonly InventoryKind[] = inventoryKinds;

export function hasRights(kind: InventoryKind): kind is PermissionKind {
  return kind !== "ingest" && kind !== "fleet" && carriesPermissions(kind);
}

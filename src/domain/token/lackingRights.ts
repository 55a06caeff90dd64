import type { PermissionKind } from "./kinds.ts";
import { holds, isOwner, isRoot, type Holdings } from "./rights.ts";

/**
 * A right that one holds and another lacks: root's, an owner's, or a permission, one of the view kind on a certain repository or view, or on
 * every one.
 */
export type LackingRight =
  | { readonly type: "root" | "owner" }
  | { readonly type: "permission"; readonly kind: Exclude<PermissionKind, "view">; readonly name: string }
  | { readonly type: "permission"; readonly kind: "view"; readonly name: string; readonly viewId: string };

/**
 * The rights of one user that another does not hold: who lacks one may not act as that user. What is not known to be held is lacking. Root
 * lacks nothing, and whoever has nothing may be acted as by everybody, as far as rights go.
 */
export function lackingRights(holder: Holdings, user: Holdings): readonly LackingRight[] {
  if (isRoot(holder)) return [];
  if (isRoot(user)) return [{ type: "root" }];
  const lacks = (kind: PermissionKind, name: string, viewIds: readonly string[]) => holds(holder, kind, name, viewIds) !== true;
  const ofKind = (kind: "organization" | "system"): readonly LackingRight[] => {
    const held = user[kind];
    // What is not known is everything that there may be.
    if (held === "all" || held === "unknown") return isOwner(holder) && kind === "organization" ? [] : [{ type: "owner" }];
    return [...held].filter((name) => lacks(kind, name, [])).map((name) => ({ type: "permission", kind, name }));
  };
  const ofViews = [...user.views].flatMap(([viewId, names]) =>
    [...names]
      .filter((name) => lacks("view", name, [viewId]))
      .map((name): LackingRight => ({ type: "permission", kind: "view", name, viewId })),
  );
  return [...ofKind("system"), ...ofKind("organization"), ...ofViews];
}

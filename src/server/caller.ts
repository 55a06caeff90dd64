import type { PermissionKind } from "#domain/token/kinds.ts";

/** What the server knows of the user that a request acts as. */
export interface CallerUser {
  readonly id: string;
  readonly username: string;
  readonly isRoot: boolean;
  readonly isOrgRoot: boolean;
}

/** What the server knows of the token that a request acts as, when that token is not a user's. */
export interface CallerToken {
  readonly id: string;
  readonly kind: PermissionKind;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly viewIds: readonly string[];
}

/**
 * Who a request acts as, after its credential was found valid for this instant and this address.
 *
 * - `local-root`: the local administrator's token of the data folder; root's rights, but no user
 * - `user`: a session begun by link (`tokenId` absent), or a personal token (`tokenId` is its id, which is the user's id)
 * - `token`: a view, organization or system token, which has rights of its own and no user
 */
export type Caller =
  | { readonly type: "local-root" }
  | { readonly type: "user"; readonly user: CallerUser; readonly tokenId?: string }
  | { readonly type: "token"; readonly token: CallerToken };

/** One key for whatever acts as the same user, and one for each token that acts for itself. */
export function callerKey(caller: Caller): string {
  switch (caller.type) {
    case "local-root":
      return "local";
    case "user":
      return `user ${caller.user.id}`;
    case "token":
      return `token ${caller.token.id}`;
    default:
      return caller satisfies never;
  }
}

import { sql, type RawBuilder } from "kysely";

import type { TokenKind } from "#domain/token/kinds.ts";
import { administeredViews } from "#domain/token/rights.ts";

import { administersOrganizationTokens, administersSystemTokens, type Rights } from "#server/access/permissions.ts";
import type { TokenRow } from "#server/store/schema.ts";

/** The tokens of one kind that somebody may list, rotate and delete; `all` also of what is created tomorrow. */
type AdministeredTokens =
  | "all"
  | "none"
  /** The personal token of this user. */
  | { readonly userId: string }
  /**
   * The view tokens that name no other search domain than these. A token whose search domains were all deleted is left to those who
   * administer every one.
   */
  | { readonly viewIds: ReadonlySet<string> };

function administeredTokens(rights: Rights, kind: TokenKind): AdministeredTokens {
  switch (kind) {
    case "personal":
      if (rights.root) return "all";
      return rights.user === null ? "none" : { userId: rights.user.id };
    case "view": {
      const viewIds = administeredViews(rights.holdings);
      if (viewIds === "all") return "all";
      return viewIds.size === 0 ? "none" : { viewIds };
    }
    case "organization":
      return administersOrganizationTokens(rights) ? "all" : "none";
    case "system":
      return administersSystemTokens(rights) ? "all" : "none";
    default:
      return kind satisfies never;
  }
}

/** Whether the caller may see, rotate and delete the token. */
export function mayAdminister(
  rights: Rights,
  token: Pick<TokenRow, "kind" | "userId"> & { readonly viewIds: readonly string[] },
): boolean {
  const tokens = administeredTokens(rights, token.kind);
  if (tokens === "all" || tokens === "none") return tokens === "all";
  if ("userId" in tokens) return token.userId === tokens.userId;
  return token.viewIds.length > 0 && token.viewIds.every((id) => tokens.viewIds.has(id));
}

/** A condition on rows of the table of tokens. */
export type Condition = RawBuilder<boolean>;

/** Holds for the tokens of the kinds given for which {@link mayAdminister} does. */
export function administered(rights: Rights, kinds: readonly TokenKind[]): Condition {
  const conditions = kinds.flatMap((kind): Condition[] => {
    const tokens = administeredTokens(rights, kind);
    const whole = sql<boolean>`kind = ${sql.lit(kind)}`;
    if (tokens === "all") return [whole];
    if (tokens === "none") return [];
    // The id of a personal token is its user's; unlike that of the user, it has an index.
    if ("userId" in tokens) return [sql<boolean>`${whole} and id = ${tokens.userId}`];
    return [sql<boolean>`${whole} and view_ids <> '{}' and view_ids <@ ${[...tokens.viewIds]}::text[]`];
  });
  if (conditions.length === 0) return sql<boolean>`false`;
  return sql<boolean>`(${sql.join(
    conditions.map((condition) => sql`(${condition})`),
    sql` or `,
  )})`;
}

/** How much of a kind the caller's lists hold: `all` also of what is created tomorrow. */
export function visibleTokens(rights: Rights, kind: TokenKind): "all" | "some" | "none" {
  const tokens = administeredTokens(rights, kind);
  return typeof tokens === "string" ? tokens : "some";
}

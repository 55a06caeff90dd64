import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { withAuditedUse, type AuditedUse } from "#domain/token/auditedUse.ts";
import type { TokenList } from "#web/api/tokens.ts";

import type { SeenToken } from "./impact/effects.ts";
import { inNameOrder } from "./impact/impact.ts";

/** The governed tokens that were read, and for each kind whether they are all or some. */
export interface ReadTokens {
  /** In the order of their names, all kinds together. */
  readonly tokens: readonly SeenToken[];
  /** Kinds of which every token was read. */
  readonly complete: readonly TokenKind[];
  /** Kinds with any tokens read: complete ones, and those that are visible in part. */
  readonly read: readonly TokenKind[];
}

/** One list of tokens for each kind, in the order of {@link tokenKinds}, as one reading. Undefined stands for a list that was not read. */
export function readingOf(lists: readonly (TokenList | undefined)[], audit: AuditedUse | undefined): ReadTokens {
  const seen = tokenKinds.map((kind, index) => ({ kind, list: lists[index] }));
  return {
    tokens: inNameOrder(seen.flatMap(({ list }) => list?.tokens ?? [])).map((token) => withAuditedUse(token, audit)),
    complete: seen.filter(({ list }) => list?.visibility === "complete").map(({ kind }) => kind),
    read: seen.filter(({ list }) => list !== undefined && list.visibility !== "hidden").map(({ kind }) => kind),
  };
}

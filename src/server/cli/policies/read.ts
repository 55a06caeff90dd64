import type { Acting } from "#domain/inventory/acting.ts";
import { whoActs } from "#domain/inventory/whoActs.ts";
import { withAuditedUse } from "#domain/token/auditedUse.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { ListedToken } from "#logscale/readTokens.ts";
import { sessionFrom, type Session } from "#logscale/session.ts";
import { askRoute, type RemoteServer } from "#server/remote/client.ts";
import { readOrganization, type RemoteOrganization } from "#server/remote/organization.ts";
import { readAudit } from "#server/remote/readAudit.ts";
import { readOwners } from "#server/remote/readNotes.ts";
import { tokenReader, type TokenReader } from "#server/remote/readTokens.ts";
import { unseenKind, type UnseenKind } from "#server/remote/unseen.ts";

/** Everything that a change of an organization's policies is judged by, as it was read at one time. */
export interface GovernedReading extends RemoteOrganization {
  /** The server's time, ms since epoch. */
  readonly at: number;
  /** Those of every kind, as far as they could be read. */
  readonly tokens: readonly ListedToken[];
  /** Kinds of which every token was read. */
  readonly complete: readonly TokenKind[];
  /** The others, and why. */
  readonly unseen: readonly UnseenKind<TokenKind>[];
  /** What a Tokenhouse says of the caller and of itself; undefined of a LogScale. */
  readonly session: Session | undefined;
  readonly reader: TokenReader;
  /** Who is to act for a token. */
  readonly ownerOf: (token: Parameters<typeof whoActs>[0]) => Acting;
  /** What is not known beside tokens: a sentence each. */
  readonly remarks: readonly string[];
}

export interface ReadOptions {
  /** The server's time, ms since epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told what is being read, for whoever waits. */
  readonly onProgress?: (words: string) => void;
}

/**
 * Reads the policies and filters in force, then the tokens: a policy that changes while they are read shows at the latest when a change is
 * applied.
 *
 * @throws RemoteError
 */
export async function readForPolicies(server: RemoteServer, options: ReadOptions): Promise<GovernedReading> {
  const { now, signal, onProgress = () => undefined } = options;
  onProgress("Reading the policies");
  const session = sessionFrom((await askRoute(server, "/session", signal)).body);
  const organization = await readOrganization(server, signal);
  const reader = await tokenReader(server, signal);
  const offers = (extension: string) => session?.extensions.includes(extension) ?? false;
  const audit = await readAudit(server, offers, { signal, onProgress });
  const tokens: ListedToken[] = [];
  const unseen: UnseenKind<TokenKind>[] = [];
  const complete: TokenKind[] = [];
  for (const kind of tokenKinds) {
    const { noun } = kindTraits[kind];
    onProgress(`Reading ${noun} tokens`);
    const reading = await reader.read(kind, "plan", ({ loaded, total }) =>
      onProgress(`Reading ${noun} tokens: ${loaded}${total === null ? "" : ` of ${total}`}`),
    );
    for (const token of reading.tokens) tokens.push(withAuditedUse(token, audit.use));
    const missing = unseenKind(kind, { ...reading, state: reading.visibility });
    if (missing === undefined) complete.push(kind);
    else unseen.push(missing);
  }
  const { owners, unread } = await readOwners(server, signal);
  return {
    ...organization,
    at: now(),
    tokens,
    complete,
    unseen,
    session,
    reader,
    ownerOf: (token) => whoActs(token, owners),
    remarks: [
      audit.remark,
      organization.filtersListed
        ? undefined
        : "The IP filters could not be listed. Those alone are known that policies enforce, so who would be locked out may not be.",
      unread,
    ].filter((remark) => remark !== undefined),
  };
}

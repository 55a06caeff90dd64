import type { Visibility } from "#logscale/convert.ts";
import { OrganizationDocument, ViewerDocument } from "#logscale/generated/organization.ts";
import { RemoteOffersDocument } from "#logscale/generated/remote.ts";
import { OwnPersonalTokenDocument } from "#logscale/generated/tokens.ts";
import { TokenVisibilityDocument } from "#logscale/generated/tokensExtension.ts";
import type { PageProgress } from "#logscale/pages.ts";
import { readTokens, type Ask, type KindReading, type ListDetail, type TokenSource } from "#logscale/readTokens.ts";
import type { ExtensionName } from "#logscale/session.ts";
import { visibilityByRights, visibilityFromWire } from "#logscale/visibility.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

import { ask, RemoteError, type RemoteServer } from "./client.ts";

/** Reads tokens of a server, whatever it is: an embedded one, a gateway, or LogScale itself. */
export interface TokenReader {
  readonly ask: Ask;
  readonly read: (kind: TokenKind, detail: ListDetail, onProgress?: (progress: PageProgress) => void) => Promise<KindReading>;
  /** What the caller may do and the server can, for whatever else is read of tokens. */
  readonly source: (kind: TokenKind) => TokenSource;
  /** How much of each kind the caller may list. */
  readonly visibility: Visibility;
  readonly offers: TokenSource["offers"];
}

/**
 * Finds out what the server offers and what the caller may see, before any token is read.
 *
 * @throws RemoteError
 */
export async function tokenReader(server: RemoteServer, signal: AbortSignal): Promise<TokenReader> {
  const offered = await offersOf(server, signal);
  const visibility = await visibilityOf(server, offered, signal);
  const offers = (extension: ExtensionName) => offered.has(extension);
  const asking: Ask = (document, variables, options) => ask(server, document, variables, options);
  const source = (kind: TokenKind): TokenSource => ({
    ask: asking,
    offers,
    visibility: visibility[kind],
    ownPersonalToken: async () => (await ask(server, OwnPersonalTokenDocument, {}, { signal })).viewer.token,
    isTooLarge: (error) => error instanceof RemoteError && error.failure.code === "TOO_COSTLY",
    isRefused,
    signal,
  });
  return {
    ask: asking,
    read: (kind, detail, onProgress) => readTokens(kind, detail, { ...source(kind), ...(onProgress && { onProgress }) }),
    source,
    visibility,
    offers,
  };
}

/** Whether an error says that the caller may not read. */
export function isRefused(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.kind === "refused";
}

/** What a server has beyond LogScale's published schema, as far as reading tokens goes: by what its own schema says. */
async function offersOf(server: RemoteServer, signal: AbortSignal): Promise<ReadonlySet<ExtensionName>> {
  try {
    const { query, token, ingest, fleet } = await ask(server, RemoteOffersDocument, {}, { signal });
    const has = (type: typeof query, name: string) => type?.fields?.some((field) => field.name === name) ?? false;
    const found: (ExtensionName | false)[] = [
      has(query, "personalTokens") && "personalTokens",
      has(query, "tokenVisibility") && "tokenVisibility",
      has(token, "lastUsedAt") && has(token, "creatorKind") && "tokenUse",
      has(ingest, "weakness") && has(ingest, "eventsInLastDay") && "ingestUse",
      has(fleet, "handle") && has(fleet, "createdAt") && has(fleet, "createdBy") && "fleetOrigin",
      has(fleet, "expiresAt") && "fleetExpiry",
    ];
    return new Set(found.filter((name) => name !== false));
  } catch (error) {
    // A server that does not show its schema has nothing beyond what is published, as far as anybody can tell.
    if (isRefused(error)) return new Set();
    throw error;
  }
}

async function visibilityOf(server: RemoteServer, offered: ReadonlySet<ExtensionName>, signal: AbortSignal): Promise<Visibility> {
  if (offered.has("tokenVisibility"))
    return visibilityFromWire((await ask(server, TokenVisibilityDocument, {}, { signal })).tokenVisibility);
  const viewer = await ask(server, ViewerDocument, {}, { signal }).then(
    (answer) => answer.viewer,
    (error: unknown) => {
      // LogScale refuses to describe a caller that is no user.
      if (isRefused(error)) return null;
      throw error;
    },
  );
  const { organization } = await ask(server, OrganizationDocument, {}, { signal });
  return visibilityByRights({
    isUser: viewer !== null,
    isRoot: viewer?.isRoot ?? false,
    isOrganizationRoot: viewer?.isOrganizationRoot ?? false,
    maySeeOrganizationTokens: organization.maySeeOrganizationTokens,
  });
}

import type { Visibility } from "#logscale/convert.ts";
import { OrganizationDocument, ViewerDocument } from "#logscale/generated/organization.ts";
import { RemoteOffersDocument } from "#logscale/generated/remote.ts";
import { OwnPersonalTokenDocument } from "#logscale/generated/tokens.ts";
import { TokenVisibilityDocument } from "#logscale/generated/tokensExtension.ts";
import { readTokens, type KindReading, type ListDetail } from "#logscale/readTokens.ts";
import type { ExtensionName } from "#logscale/session.ts";
import { visibilityByRights, visibilityFromWire } from "#logscale/visibility.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

import { ask, RemoteError, type RemoteServer } from "./client.ts";

/** Reads tokens of a server, whatever it is: an embedded one, a gateway, or LogScale itself. */
export interface TokenReader {
  readonly read: (kind: TokenKind, detail: ListDetail) => Promise<KindReading>;
}

/**
 * Finds out what the server offers and what the caller may see, before any token is read.
 *
 * @throws RemoteError
 */
export async function tokenReader(server: RemoteServer, signal: AbortSignal): Promise<TokenReader> {
  const offered = await offersOf(server, signal);
  const visibility = await visibilityOf(server, offered, signal);
  return {
    read: (kind, detail) =>
      readTokens(kind, detail, {
        ask: (document, variables, options) => ask(server, document, variables, options),
        offers: (extension) => offered.has(extension),
        visibility: visibility[kind],
        ownPersonalToken: async () => (await ask(server, OwnPersonalTokenDocument, {}, { signal })).viewer.token,
        isTooLarge: (error) => error instanceof RemoteError && error.failure.code === "TOO_COSTLY",
        isRefused,
        signal,
      }),
  };
}

function isRefused(error: unknown): boolean {
  return error instanceof RemoteError && error.failure.kind === "refused";
}

/** What a server has beyond LogScale's published schema, as far as reading tokens goes: by what its own schema says. */
async function offersOf(server: RemoteServer, signal: AbortSignal): Promise<ReadonlySet<ExtensionName>> {
  try {
    const { query, token } = await ask(server, RemoteOffersDocument, {}, { signal });
    const has = (type: typeof query, name: string) => type?.fields?.some((field) => field.name === name) ?? false;
    const found: (ExtensionName | false)[] = [
      has(query, "personalTokens") && "personalTokens",
      has(query, "tokenVisibility") && "tokenVisibility",
      has(token, "lastUsedAt") && has(token, "creatorKind") && "tokenUse",
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

import { queryOptions, type QueryClient } from "@tanstack/react-query";

import type { FeatureFlag } from "#logscale/generated/graphql.ts";
import { IngestRepositoriesDocument } from "#logscale/generated/ingest.ts";
import { ingestTokensFromWire, readIngestTokens, type AllIngestTokens, type IngestToken } from "#logscale/readIngestTokens.ts";
import { call, CallError, failureOf, serverNow } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { sessionOf } from "#web/api/queries.ts";
import { serverUrl } from "#web/api/server.ts";
import { offers, type Session } from "#web/api/session.ts";
import { Secret } from "#web/secrets/secret.ts";
import { compareNames } from "#domain/compareNames.ts";

import { ingestKey, ingestRepositoriesKey } from "./keys.ts";

/** The feature flag that custom values need. The documentation has it, LogScale's published enum lacks it. */
export const customTokensFeature = "CustomIngestTokens" as const satisfies FeatureFlag;

// The list of all tokens asks for none of these, and shows its rows without them.
const loadIngestToken = () => loadPart(() => import("#logscale/generated/ingestToken.ts"));
const loadIngestTokenExtension = () => loadPart(() => import("#logscale/generated/ingestTokenExtension.ts"));

/**
 * The repositories that the caller sees, by name, with what may be done there. LogScale's own (`system`) take no tokens, and show nobody any.
 */
export const ingestRepositoriesQuery = queryOptions({
  queryKey: ingestRepositoriesKey,
  queryFn: async ({ signal }) => {
    const { repositories } = await call(IngestRepositoriesDocument, {}, { signal });
    return repositories
      .map(({ name, type, mayChange, mayRead }) => ({
        name,
        system: type === "SYSTEM",
        mayChange: mayChange && type !== "SYSTEM",
        mayRead,
      }))
      .toSorted((a, b) => compareNames(a.name, b.name));
  },
});

/** The ingest tokens of a repository. */
export function ingestTokensQuery(repository: string) {
  return queryOptions({
    queryKey: [...ingestKey, "tokens", repository],
    queryFn: async ({ client, signal }): Promise<IngestToken[]> => {
      const document = offers(await sessionOf(client), "ingestUse")
        ? (await loadIngestTokenExtension()).IngestTokensWithUseDocument
        : (await loadIngestToken()).IngestTokensDocument;
      return ingestTokensFromWire((await call(document, { repository }, { signal })).repository);
    },
    staleTime: 0,
  });
}

/** The ingest tokens of all repositories that show them to the caller. */
export const allIngestTokensQuery = queryOptions({
  queryKey: [...ingestKey, "all"],
  queryFn: async ({ client, signal }): Promise<AllIngestTokens> => {
    const loadedAt = serverNow();
    const withUse = offers(await sessionOf(client), "ingestUse");
    // Read with the tokens, or one that came since would be missing.
    const repositories = await client.query({ ...ingestRepositoriesQuery, staleTime: 0 });
    return { ...(await readIngestTokens(repositories, { ask: call, withUse, failureOf, signal })), loadedAt };
  },
  staleTime: 60_000,
  structuralSharing: false,
});

/** The parsers that a repository can use, by name, each name once. */
export function parsersQuery(repository: string) {
  return queryOptions({
    queryKey: [...ingestKey, "parsers", repository],
    queryFn: async ({ signal }) => {
      const { IngestParsersDocument } = await loadIngestToken();
      const { parsers } = (await call(IngestParsersDocument, { repository }, { signal })).repository;
      return [...new Set(parsers.map(({ name }) => name))].toSorted(compareNames);
    },
  });
}

/** The last events that a repository received; for backends that offer `ingestUse`. */
export function recentEventsQuery(repository: string) {
  return queryOptions({
    queryKey: [...ingestKey, "events", repository],
    queryFn: async ({ signal }) => {
      const { RecentEventsDocument } = await loadIngestTokenExtension();
      return (await call(RecentEventsDocument, { repository }, { signal })).repository.recentEvents;
    },
    staleTime: 0,
    gcTime: 0,
  });
}

/** Whether custom values are enabled; null where the server does not say, as one without such flags. */
export const customTokensQuery = queryOptions({
  queryKey: [...ingestKey, "custom-values"],
  queryFn: async ({ signal }): Promise<boolean | null> => {
    try {
      const { EnabledFeaturesDocument } = await loadIngestToken();
      const { featureFlags } = await call(EnabledFeaturesDocument, {}, { signal });
      return featureFlags.some(({ flag }) => flag === customTokensFeature);
    } catch (error) {
      if (failureOf(error).kind === "refused") return null;
      throw error;
    }
  },
});

/** URL that shippers send to, without a slash at its end. */
export const ingestEndpointQuery = queryOptions({
  queryKey: [...ingestKey, "endpoint"],
  queryFn: async ({ client, signal }) => {
    const { IngestEndpointDocument } = await loadIngestToken();
    const { ingestUrl, publicUrl } = (await call(IngestEndpointDocument, {}, { signal })).organization;
    const url = [ingestUrl, publicUrl].find((candidate) => candidate != null && URL.canParse(candidate));
    return (url ?? serverUrl(await sessionOf(client))).replace(/\/+$/u, "");
  },
});

/** Has everything about ingest tokens read anew. */
export async function ingestChanged(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: ingestKey });
}

/**
 * Reads a token's value, past every cache. LogScale tells the values of a repository together; the others are dropped unread.
 *
 * @throws CallError, with NOT_FOUND when the token is gone
 */
export async function readValue(repository: string, name: string): Promise<Secret> {
  const { IngestTokenValuesDocument } = await loadIngestToken();
  const { ingestTokens } = (await call(IngestTokenValuesDocument, { repository })).repository;
  const found = ingestTokens.find((token) => token.name === name);
  if (found !== undefined) return new Secret(found.token);
  throw new CallError({ kind: "refused", code: "NOT_FOUND", message: "The token was deleted meanwhile." });
}

/** Whether the session is root's, who alone may choose values. */
export function isRoot({ user, tokenKind, tokenName }: Session): boolean {
  return user === undefined ? tokenName !== undefined && tokenKind === undefined : user.isRoot;
}

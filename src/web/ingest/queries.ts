import { queryOptions, type QueryClient } from "@tanstack/react-query";

import type { Long } from "#domain/long.ts";
import type { FeatureFlag, IngestTokenWeakness } from "#logscale/generated/graphql.ts";
import {
  EnabledFeaturesDocument,
  IngestEndpointDocument,
  IngestParsersDocument,
  IngestRepositoriesDocument,
  IngestTokensDocument,
  IngestTokenValuesDocument,
} from "#logscale/generated/ingest.ts";
import { IngestTokensWithUseDocument, RecentEventsDocument } from "#logscale/generated/ingestExtension.ts";
import { call, CallError, failureOf } from "#web/api/client.ts";
import { sessionOf } from "#web/api/queries.ts";
import { serverUrl } from "#web/api/server.ts";
import { offers, type Session } from "#web/api/session.ts";
import { Secret } from "#web/secrets/secret.ts";
import { compareNames } from "#web/ui/compareNames.ts";

import { ingestKey, ingestRepositoriesKey } from "./keys.ts";

/** What is counted of an ingest token's use. Times are ms since epoch. */
export interface IngestUse {
  readonly events: Long;
  readonly bytes: Long;
  readonly eventsInLastDay: Long;
  readonly lastUsedAt: Long | null;
  readonly lastUsedFrom: string | null;
  readonly createdAt: Long;
  readonly createdBy: string;
  readonly isCustom: boolean;
  readonly weakness: IngestTokenWeakness | null;
}

/** An ingest token without its value, which is read on demand alone: see {@link readValue}. */
export interface IngestToken {
  readonly repository: string;
  readonly name: string;
  /** Name of the assigned parser; null when none is. */
  readonly parser: string | null;
  /** Undefined where the backend does not tell. */
  readonly use: IngestUse | undefined;
}

/** The feature flag that custom values need. The documentation has it, LogScale's published enum lacks it. */
export const customTokensFeature = "CustomIngestTokens" as const satisfies FeatureFlag;

/** The repositories that the caller sees, by name, with what may be done there. The system's own take no tokens. */
export const ingestRepositoriesQuery = queryOptions({
  queryKey: ingestRepositoriesKey,
  queryFn: async ({ signal }) => {
    const { repositories } = await call(IngestRepositoriesDocument, {}, { signal });
    return repositories
      .map(({ name, type, mayChange, mayRead }) => ({ name, mayChange: mayChange && type !== "SYSTEM", mayRead }))
      .toSorted((a, b) => compareNames(a.name, b.name));
  },
});

/** The ingest tokens of a repository. */
export function ingestTokensQuery(repository: string) {
  return queryOptions({
    queryKey: [...ingestKey, "tokens", repository],
    queryFn: async ({ client, signal }): Promise<IngestToken[]> => {
      if (!offers(await sessionOf(client), "ingestUse")) {
        const { ingestTokens } = (await call(IngestTokensDocument, { repository }, { signal })).repository;
        return ingestTokens.map(({ name, parser }) => ({ repository, name, parser: parser?.name ?? null, use: undefined }));
      }
      const { ingestTokens } = (await call(IngestTokensWithUseDocument, { repository }, { signal })).repository;
      return ingestTokens.map(({ name, parser, weakness, lastUsedAt, lastUsedFrom, ...use }) => ({
        repository,
        name,
        parser: parser?.name ?? null,
        use: { ...use, weakness: weakness ?? null, lastUsedAt: lastUsedAt ?? null, lastUsedFrom: lastUsedFrom ?? null },
      }));
    },
    staleTime: 0,
  });
}

/** The parsers that a repository can use, by name, each name once. */
export function parsersQuery(repository: string) {
  return queryOptions({
    queryKey: [...ingestKey, "parsers", repository],
    queryFn: async ({ signal }) => {
      const { parsers } = (await call(IngestParsersDocument, { repository }, { signal })).repository;
      return [...new Set(parsers.map(({ name }) => name))].toSorted(compareNames);
    },
  });
}

/** The last events that a repository received; for backends that offer `ingestUse`. */
export function recentEventsQuery(repository: string) {
  return queryOptions({
    queryKey: [...ingestKey, "events", repository],
    queryFn: async ({ signal }) => (await call(RecentEventsDocument, { repository }, { signal })).repository.recentEvents,
    staleTime: 0,
    gcTime: 0,
  });
}

/** Whether custom values are enabled; null where the server does not say, as one without such flags. */
export const customTokensQuery = queryOptions({
  queryKey: [...ingestKey, "custom-values"],
  queryFn: async ({ signal }): Promise<boolean | null> => {
    try {
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
  const { ingestTokens } = (await call(IngestTokenValuesDocument, { repository })).repository;
  const found = ingestTokens.find((token) => token.name === name);
  if (found !== undefined) return new Secret(found.token);
  throw new CallError({ kind: "refused", code: "NOT_FOUND", message: "The token was deleted meanwhile." });
}

/** Whether the session is root's, who alone may choose values. */
export function isRoot({ user, tokenKind, tokenName }: Session): boolean {
  return user === undefined ? tokenName !== undefined && tokenKind === undefined : user.isRoot;
}

import { queryOptions, type QueryClient } from "@tanstack/react-query";

import type { Long } from "#domain/long.ts";
import type {
  FeatureFlag,
  IngestTokenWeakness,
  RepositoryTokenPartsFragment,
  RepositoryTokenUsePartsFragment,
} from "#logscale/generated/graphql.ts";
import { firstUseFromWire } from "#logscale/convert.ts";
import { IngestRepositoriesDocument, IngestTokensOfManyDocument } from "#logscale/generated/ingest.ts";
import { IngestTokensOfManyWithUseDocument } from "#logscale/generated/ingestExtension.ts";
import type { Failure } from "#logscale/errors.ts";
import { call, CallError, failureOf, serverNow } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { loadByName } from "#web/api/byName.ts";
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
  /** Null when never used; undefined where the server did not write it down. */
  readonly firstUse?: Long | null | undefined;
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
      return tokensFromWire((await call(document, { repository }, { signal })).repository);
    },
    staleTime: 0,
  });
}

type WireRepository = RepositoryTokenPartsFragment | RepositoryTokenUsePartsFragment;

function tokensFromWire({ name: repository, ingestTokens }: WireRepository): IngestToken[] {
  return ingestTokens.map((token) => ({
    repository,
    name: token.name,
    parser: token.parser?.name ?? null,
    use: "events" in token ? useFromWire(token) : undefined,
  }));
}

function useFromWire(token: RepositoryTokenUsePartsFragment["ingestTokens"][number]): IngestUse {
  const { events, bytes, eventsInLastDay, createdAt, createdBy, isCustom } = token;
  return {
    events,
    bytes,
    eventsInLastDay,
    createdAt,
    createdBy,
    isCustom,
    weakness: token.weakness ?? null,
    lastUsedAt: token.lastUsedAt ?? null,
    lastUsedFrom: token.lastUsedFrom ?? null,
    firstUse: firstUseFromWire(token),
  };
}

/** The ingest tokens of all repositories, and of which they could not be read. */
export interface AllIngestTokens {
  /** By repository, then by name. */
  readonly tokens: readonly IngestToken[];
  /** How many repositories show the caller their tokens. */
  readonly readable: number;
  /** How many do not. LogScale's own are not among them. */
  readonly unreadable: number;
  /** Those that could not be read, and why. */
  readonly failed: readonly { readonly repository: string; readonly failure: Failure }[];
  /** The server's time when reading began. */
  readonly loadedAt: number;
}

/**
 * The ingest tokens of all repositories that show them to the caller. LogScale gives them by repository alone, so many repositories go into
 * one request, and few requests at a time.
 */
export const allIngestTokensQuery = queryOptions({
  queryKey: [...ingestKey, "all"],
  queryFn: async ({ client, signal }): Promise<AllIngestTokens> => {
    const loadedAt = serverNow();
    const withUse = offers(await sessionOf(client), "ingestUse");
    // Read with the tokens, or one that came since would be missing.
    const repositories = await client.query({ ...ingestRepositoriesQuery, staleTime: 0 });
    const readable = repositories.filter(({ mayChange }) => mayChange).map(({ name }) => name);
    const many = withUse ? IngestTokensOfManyWithUseDocument : IngestTokensOfManyDocument;
    const read = await loadByName({
      names: readable,
      fetchMany: async ([first = "", ...others]) => {
        const further = others.flatMap((name, index): [string, string | boolean][] => [
          [`r${index + 2}`, name],
          [`w${index + 2}`, true],
        ]);
        const answer = await call(many, { r1: first, ...Object.fromEntries(further) }, { signal });
        return Object.values(answer).flatMap((repository) =>
          typeof repository === "object" ? [tokensFromWire(repository)] : [],
        );
      },
      signal,
    });
    return {
      tokens: read.results.flat(),
      readable: readable.length,
      unreadable: repositories.filter(({ mayChange, system }) => !mayChange && !system).length,
      failed: read.failed.map(({ name, error }) => ({ repository: name, failure: failureOf(error) })),
      loadedAt,
    };
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

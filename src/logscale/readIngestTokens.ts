import type { Long } from "#domain/long.ts";

import { loadByName } from "./byName.ts";
import { firstUseFromWire } from "./convert.ts";
import type { Failure } from "./errors.ts";
import type { IngestTokenWeakness, RepositoryTokenPartsFragment, RepositoryTokenUsePartsFragment } from "./generated/graphql.ts";
import { IngestTokensOfManyDocument } from "./generated/ingest.ts";
import { IngestTokensOfManyWithUseDocument } from "./generated/ingestExtension.ts";
import type { Ask } from "./readTokens.ts";

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

/** An ingest token without its value. */
export interface IngestToken {
  readonly repository: string;
  readonly name: string;
  /** Name of the assigned parser; null when none is. */
  readonly parser: string | null;
  /** Undefined where the backend does not tell. */
  readonly use: IngestUse | undefined;
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

/** A repository, as far as its ingest tokens go. */
export interface IngestRepository {
  readonly name: string;
  /** LogScale's own repositories take no tokens, and show nobody any. */
  readonly system: boolean;
  readonly mayChange: boolean;
}

/** Where ingest tokens are read from. */
export interface IngestSource {
  readonly ask: Ask;
  /** Whether the server counts their use. */
  readonly withUse: boolean;
  readonly failureOf: (error: unknown) => Failure;
  readonly signal: AbortSignal;
}

/**
 * Reads the ingest tokens of all repositories that show them to the caller. LogScale gives them by repository alone, so many repositories go
 * into one request, and few requests at a time.
 *
 * @throws what `ask` throws
 */
export async function readIngestTokens(
  repositories: readonly IngestRepository[],
  { ask, withUse, failureOf, signal }: IngestSource,
): Promise<Omit<AllIngestTokens, "loadedAt">> {
  const readable = repositories.filter(({ mayChange }) => mayChange).map(({ name }) => name);
  const many = withUse ? IngestTokensOfManyWithUseDocument : IngestTokensOfManyDocument;
  const read = await loadByName({
    names: readable,
    fetchMany: async ([first = "", ...others]) => {
      const further = others.flatMap((name, index): [string, string | boolean][] => [
        [`r${index + 2}`, name],
        [`w${index + 2}`, true],
      ]);
      const answer = await ask(many, { r1: first, ...Object.fromEntries(further) }, { signal });
      return Object.values(answer).flatMap((repository) =>
        typeof repository === "object" ? [ingestTokensFromWire(repository)] : [],
      );
    },
    failureOf,
    signal,
  });
  return {
    tokens: read.results.flat(),
    readable: readable.length,
    unreadable: repositories.filter(({ mayChange, system }) => !mayChange && !system).length,
    failed: read.failed.map(({ name, error }) => ({ repository: name, failure: failureOf(error) })),
  };
}

/** The ingest tokens of a repository, without their values. */
export function ingestTokensFromWire({
  name: repository,
  ingestTokens,
}: RepositoryTokenPartsFragment | RepositoryTokenUsePartsFragment): IngestToken[] {
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

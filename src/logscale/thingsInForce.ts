import type { IngestTokenInForce, KindInForce, NamedThing, ReadingsNeeded, SeenList } from "#domain/resources/inForce.ts";
import { nameInText } from "#domain/name.ts";
import { kindTraits, type PermissionKind } from "#domain/token/kinds.ts";

import type { Failure } from "./errors.ts";
import { readIngestTokens, type IngestRepository } from "./readIngestTokens.ts";
import type { Ask, KindReading } from "./readTokens.ts";

/** A kind as it was read, for resources to be held against. */
export function kindInForce(
  kind: PermissionKind,
  { tokens, visibility, unknown, steady }: Pick<KindReading, "visibility" | "unknown" | "steady"> & Pick<KindInForce, "tokens">,
): KindInForce {
  return { tokens, unseen: visibility === "complete" ? undefined : unseenWords(kind, visibility, unknown, steady) };
}

function unseenWords(kind: PermissionKind, visibility: "partial" | "hidden", unknown: number, steady: boolean): string {
  const { noun } = kindTraits[kind];
  if (visibility === "hidden") return `You may not list ${noun} tokens.`;
  if (!steady) return `The list of ${noun} tokens kept changing while it was read.`;
  if (unknown > 0) return `Some ${noun} tokens are of a type that Tokenhouse does not know.`;
  return `Only those ${noun} tokens can be seen that you may administer.`;
}

/** Where the ingest tokens of some repositories are read from. */
export interface IngestInForceSource {
  readonly ask: Ask;
  readonly failureOf: (error: unknown) => Failure;
  readonly signal: AbortSignal;
  /** The repositories that the caller sees. */
  readonly repositories: readonly IngestRepository[];
  /** Whether these are all that there are. */
  readonly whole: boolean;
}

/**
 * Reads the ingest tokens of the repositories that resources name. What a repository does not show is unseen; a repository that is not there
 * has none.
 *
 * @throws what `ask` throws where nobody answers
 */
export async function readIngestInForce(
  { repositories: wanted }: ReadingsNeeded,
  { ask, failureOf, signal, repositories, whole }: IngestInForceSource,
): Promise<ReadonlyMap<string, SeenList<IngestTokenInForce>>> {
  const known = new Map(repositories.map((repository) => [repository.name, repository]));
  const readable = wanted.flatMap((name) => (known.get(name)?.mayChange === true ? [name] : []));
  const read = await readIngestTokens(
    readable.map((name) => ({ name, system: false, mayChange: true })),
    { ask, withUse: false, failureOf, signal },
  ).catch((error: unknown) => {
    const failure = failureOf(error);
    if (failure.kind !== "refused" && failure.kind !== "unexpected") throw error;
    return { tokens: [], failed: readable.map((repository) => ({ repository, failure })) };
  });
  const failed = new Map(read.failed.map(({ repository, failure }) => [repository, failure.message]));
  const listOf = (name: string): SeenList<IngestTokenInForce> => {
    const repository = known.get(name);
    if (repository === undefined)
      return whole ? { type: "seen", all: [] } : { type: "unseen", why: `You see no repository called ${nameInText(name)}.` };
    const failure = failed.get(name);
    if (failure !== undefined) return { type: "unseen", why: failure };
    if (!repository.mayChange)
      return {
        type: "unseen",
        why: repository.system
          ? `${nameInText(name)} is a repository of LogScale's own, which shows nobody its ingest tokens.`
          : `You may not read the ingest tokens of ${nameInText(name)}.`,
      };
    return { type: "seen", all: read.tokens.filter((token) => token.repository === name) };
  };
  return new Map(wanted.map((name) => [name, listOf(name)]));
}

/** The repositories and views, where whoever reads them sees all of them. */
export function domainsInForce(domains: readonly NamedThing[], whole: boolean): SeenList<NamedThing> {
  return whole
    ? { type: "seen", all: domains }
    : { type: "unseen", why: "There may be repositories and views that you do not see." };
}

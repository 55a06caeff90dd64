import { z } from "zod";

import { keyText, type TokenKey } from "#domain/inventory/notes.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import type { Cluster } from "#server/gateway/cluster.ts";
import type { ClusterFailure } from "#server/gateway/failures.ts";

/** Tokens that are asked for in one query, by an alias each: far below what any server takes. */
const aliases = 20;

/** Queries that are under way at once for one caller. */
const atOnce = 4;

/** Tokens with the same text in their id or name that are looked through for the one. */
const lookedThrough = 5;

/** The types of tokens that a list can be asked for; personal tokens are in none. */
const listedTypes = {
  view: "ViewPermissionToken",
  organization: "OrganizationPermissionToken",
  system: "SystemPermissionToken",
} as const satisfies Record<PermissionKind, string>;

/** The cluster does not answer, or no longer takes the credential. */
export class LookupFailedError extends Error {
  override readonly name = "LookupFailedError";
  readonly failure: ClusterFailure | { readonly status: 401 | 403; readonly message: string };

  constructor(failure: LookupFailedError["failure"]) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Who asks the cluster: its credential, and the id of the user that it is, if it is one. */
export interface Asker {
  readonly token: string;
  readonly userId: string | undefined;
}

const foundSchema = z.record(
  z.string(),
  z.object({ results: z.array(z.object({ id: z.string(), createdAt: z.number() }).nullable()) }).nullable(),
);
const ownSchema = z.object({ viewer: z.object({ id: z.string(), token: z.object({ createdAt: z.number() }).nullable() }) });
const ingestSchema = z.object({ repository: z.object({ ingestTokens: z.array(z.object({ name: z.string() })) }) });
const fleetSchema = z.object({ fleetInstallationTokens: z.array(z.object({ token: z.string() })) });

/** Those of the tokens that the caller may list with its own credential, as texts of their keys. @throws LookupFailedError */
export async function listableTokens(cluster: Cluster, asker: Asker, keys: readonly TokenKey[]): Promise<ReadonlySet<string>> {
  const work: (() => Promise<readonly TokenKey[]>)[] = [];
  for (const kind of ["view", "organization", "system"] as const) {
    const ids = [...new Set(keys.flatMap((key) => (key.kind === kind ? [key.id] : [])))];
    for (let start = 0; start < ids.length; start += aliases) {
      work.push(async () => {
        const made = await creationsOf(cluster, asker, kind, ids.slice(start, start + aliases));
        return [...made].map(([id, createdAt]) => ({ kind, id, createdAt }));
      });
    }
  }
  const { userId } = asker;
  if (userId !== undefined && keys.some((key) => key.kind === "personal" && key.id === userId)) {
    work.push(async () => {
      const createdAt = await ownCreation(cluster, asker);
      return createdAt === undefined ? [] : [{ kind: "personal", id: userId, createdAt }];
    });
  }
  for (const repository of new Set(keys.flatMap((key) => (key.kind === "ingest" ? [key.repository] : [])))) {
    work.push(async () => {
      const query = "query IngestNames($name: String!) { repository(name: $name) { ingestTokens { name } } }";
      const answer = ingestSchema.safeParse(await dataOf(cluster, asker, query, { name: repository }));
      return (answer.data?.repository.ingestTokens ?? []).map(({ name }) => ({ kind: "ingest", repository, name }));
    });
  }
  if (keys.some(({ kind }) => kind === "fleet")) {
    work.push(async () => {
      const answer = fleetSchema.safeParse(
        await dataOf(cluster, asker, "query FleetValues { fleetInstallationTokens { token } }"),
      );
      return (answer.data?.fleetInstallationTokens ?? []).map(({ token }) => ({ kind: "fleet", handle: handleOf(token) }));
    });
  }
  const found: TokenKey[] = [];
  const worker = async () => {
    for (let next = work.shift(); next !== undefined; next = work.shift()) found.push(...(await next()));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const asked = new Set(keys.map(keyText));
  return new Set(found.map(keyText).filter((text) => asked.has(text)));
}

/**
 * When tokens of a kind were made, by their ids; of those that the caller may list. At most {@link aliases} are asked for at once. The list is
 * searched, since asking for one token that is not there makes a query fail as a whole. @throws LookupFailedError
 */
export async function creationsOf(
  cluster: Cluster,
  asker: Asker,
  kind: PermissionKind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const query = `query NotedTokens(${ids.map((_, index) => `$id${index}: String`).join(", ")}) {
    ${ids.map((_, index) => `t${index}: tokens(searchFilter: $id${index}, typeFilter: [${listedTypes[kind]}], sortBy: Name, limit: ${lookedThrough}) { results { id createdAt } }`).join("\n")}
  }`;
  const variables = Object.fromEntries(ids.map((id, index) => [`id${index}`, id]));
  const answer = foundSchema.safeParse(await dataOf(cluster, asker, query, variables));
  const rows = Object.values(answer.data ?? {}).flatMap((page) => page?.results ?? []);
  return new Map(rows.flatMap((row) => (row !== null && ids.includes(row.id) ? [[row.id, row.createdAt]] : [])));
}

/** When the caller's own personal token was made; undefined where there is none. @throws LookupFailedError */
export async function ownCreation(cluster: Cluster, asker: Asker): Promise<number | undefined> {
  const answer = ownSchema.safeParse(await dataOf(cluster, asker, "query OwnToken { viewer { id token { createdAt } } }"));
  return answer.data?.viewer.token?.createdAt;
}

/** What the cluster answers; undefined where it refuses: what a caller may not list, it does not find. */
async function dataOf(cluster: Cluster, { token }: Asker, query: string, variables: Readonly<Record<string, unknown>> = {}) {
  const answer = await cluster.query(token, query, variables);
  switch (answer.type) {
    case "result":
      return answer.data ?? undefined;
    case "denied":
      throw new LookupFailedError({ status: answer.status, message: "LogScale does not accept this credential any more." });
    case "failed":
      throw new LookupFailedError(answer.failure);
    default:
      return answer satisfies never;
  }
}

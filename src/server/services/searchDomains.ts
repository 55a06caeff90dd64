import { sql, type Kysely, type Transaction } from "kysely";
import { z } from "zod";

import type { AuditTarget } from "#domain/audit/record.ts";
import { isLong, type Long } from "#domain/long.ts";
import { longestName, nameInText } from "#domain/name.ts";
import { nameSchema } from "#domain/nameSchema.ts";

import type { Mutate } from "#server/access/mutate.ts";
import { includes, onView, type Rights } from "#server/access/permissions.ts";
import { randomId } from "#server/store/ids.ts";
import { ClientError } from "#server/errors.ts";
import { uniqueViolation } from "#server/store/failures.ts";
import type { Database, SearchDomainRow, ViewConnectionRow } from "#server/store/schema.ts";
import { isStorable, parseInput } from "./input.ts";
import { requireMayTake } from "./roles.ts";

/** A retention in ms or bytes; null for no limit. Bounds come first: a number of days far beyond them is no exact number of ms. */
export const retentionSchema = z
  .custom<Long>((value) => typeof value === "number" || typeof value === "bigint")
  .refine((retention) => retention > 0, "A retention is more than nothing.")
  .refine((retention) => retention <= Number.MAX_SAFE_INTEGER, "A retention is at most 9,007,199,254,740,991 ms or bytes.")
  .refine(isLong, "A retention is a whole number of ms or bytes.")
  .transform(Number)
  .nullable();

/** A description of a repository or view. */
export const descriptionSchema = z
  .string()
  .max(10_000, "A description has at most 10,000 characters.")
  .refine(isStorable, "The description has characters that cannot be stored.");

/** The name of a repository or view. */
export const searchDomainName = nameSchema("repository or view");

const searchDomainSchema = z.object({
  name: searchDomainName,
  description: descriptionSchema.nullable(),
  retentionInMillis: retentionSchema,
  retentionInIngestSizeBytes: retentionSchema,
  retentionInStorageSizeBytes: retentionSchema,
});

/** What is asked for in a repository. Retention in ms and bytes; null for no limit. */
export type RepositoryRequest = Readonly<z.input<typeof searchDomainSchema>>;

const fields = Object.fromEntries(Object.keys(searchDomainSchema.shape).map((name) => [name, name]));

/** Every repository and view, by name. */
export function listSearchDomains(db: Kysely<Database>): Promise<SearchDomainRow[]> {
  return db.selectFrom("searchDomains").selectAll().orderBy("name").execute();
}

/** What the views show of which repositories. */
export function listConnections(db: Kysely<Database>): Promise<ViewConnectionRow[]> {
  return db.selectFrom("viewConnections").selectAll().orderBy("viewId").orderBy("repositoryId").orderBy("filter").execute();
}

/** Creates a repository. Throws ClientError BAD_INPUT, also when the name is taken. */
export function createRepository(mutate: Mutate, request: RepositoryRequest): Promise<SearchDomainRow> {
  return mutate({}, async ({ trx, now }) => {
    const repository = await insert(trx, "repository", request, now);
    const target = targetOf(repository);
    return { result: repository, record: { type: "repository.create", action: "create", target, after: repository } };
  });
}

/**
 * Creates a view that shows events of repositories. Who connects a repository needs the right to on that repository.
 *
 * @throws ClientError BAD_INPUT or NOT_ALLOWED
 */
export async function createView(
  mutate: Mutate,
  request: {
    readonly name: string;
    readonly description: string | null;
    readonly connections: readonly ConnectionRequest[];
  },
): Promise<SearchDomainRow> {
  const { connections, ...rest } = request;
  requireConnections(connections);
  const lock = (trx: Transaction<Database>) => lockConnected(trx, connections);
  return mutate({ lock }, async ({ trx, rights, now }, found) => {
    const view = await insert(
      trx,
      "view",
      { ...rest, retentionInMillis: null, retentionInIngestSizeBytes: null, retentionInStorageSizeBytes: null },
      now,
    );
    const record = {
      type: "tokenhouse.view.create",
      action: "create",
      target: targetOf(view),
      after: { ...view, ...connectionsState(connections) },
    } as const;
    await connect(trx, rights, view.id, connections, found);
    return { result: view, record };
  });
}

/** A repository that a view shows, by name, and which of its events. */
export interface ConnectionRequest {
  readonly repositoryName: string;
  readonly filter: string;
}

/** Connections in the words of a record, each once, as they are kept. */
export function connectionsState(connections: readonly ConnectionRequest[]): { readonly connections: readonly string[] } {
  return { connections: [...new Set(connections.map(({ repositoryName, filter }) => `${repositoryName}: ${filter}`))] };
}

/** Locks the repositories that are to be connected; those that do not exist are left out. */
export async function lockConnected(
  trx: Transaction<Database>,
  connections: readonly ConnectionRequest[],
): Promise<Pick<SearchDomainRow, "id" | "name">[]> {
  if (connections.length === 0) return [];
  return trx
    .selectFrom("searchDomains")
    .select(["id", "name"])
    .where("type", "=", "repository")
    .where(
      "name",
      "in",
      connections.map(({ repositoryName }) => repositoryName),
    )
    .orderBy("id")
    .forKeyShare()
    .execute();
}

/**
 * Connects repositories to a view; `found` are those that were locked. Those in `connected`, by id, are connected already, which takes no
 * right anew.
 *
 * @throws ClientError BAD_INPUT
 */
export async function connect(
  trx: Transaction<Database>,
  rights: Rights,
  viewId: string,
  connections: readonly ConnectionRequest[],
  found: readonly Pick<SearchDomainRow, "id" | "name">[],
  connected: ReadonlySet<string> = new Set(),
): Promise<void> {
  if (connections.length === 0) return;
  const idOf = new Map(found.map(({ id, name }) => [name, id]));
  const mayConnect = (id: string) =>
    connected.has(id) || rights.organization("ManageViewConnections") || onView(rights, id, "ConnectView");
  const rows = connections.map(({ repositoryName, filter }) => {
    const repositoryId = idOf.get(repositoryName);
    if (repositoryId === undefined || !mayConnect(repositoryId)) {
      // Whoever asks gave the name; one that nothing can have is not repeated.
      const which =
        repositoryName.length > longestName ? "One of the repositories" : `The repository ${nameInText(repositoryName)}`;
      throw new ClientError("BAD_INPUT", `${which} does not exist, or you may not connect it to a view.`, {
        field: "connections",
      });
    }
    return { viewId, repositoryId, filter };
  });
  await trx
    .insertInto("viewConnections")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What a record about a repository or view is about. */
export function targetOf({ id, name }: SearchDomainRow): AuditTarget {
  return { kind: "searchDomain", id, name };
}

/** The most connections of a view, and the most bytes of the filter of one: it is part of their key. Both are our assumption. */
const mostConnections = 1000;
const longestConnectionFilter = 2500;

/** Throws ClientError BAD_INPUT for more connections than a view may have, or filters that none can have. */
export function requireConnections(connections: readonly { readonly filter: string }[]): void {
  if (connections.length > mostConnections) {
    throw new ClientError("BAD_INPUT", "A view connects at most 1,000 repositories.", { field: "connections" });
  }
  if (connections.some(({ filter }) => Buffer.byteLength(filter) > longestConnectionFilter)) {
    throw new ClientError("BAD_INPUT", "The filter of a connection has at most 2,500 bytes.", { field: "connections" });
  }
  if (connections.some(({ filter }) => !isStorable(filter))) {
    throw new ClientError("BAD_INPUT", "The filter of a connection has characters that cannot be stored.", {
      field: "connections",
    });
  }
}

async function insert(
  trx: Transaction<Database>,
  type: SearchDomainRow["type"],
  request: RepositoryRequest,
  now: number,
): Promise<SearchDomainRow> {
  const row = {
    id: randomId(24),
    type,
    isSystem: false,
    automaticSearch: true,
    ...parseInput(searchDomainSchema, request, fields),
    createdAt: now,
  };
  await uniquelyNamed("name", () => trx.insertInto("searchDomains").values(row).execute());
  return row;
}

/** Writes a name. Throws ClientError BAD_INPUT for `field` where it is taken. */
export async function uniquelyNamed(field: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (uniqueViolation(error) === undefined) throw error;
    throw new ClientError("BAD_INPUT", "There is a repository or view of this name already.", { field });
  }
}

/** Whether somebody may delete a repository or view that is not the system's own. */
export function mayDelete(rights: Rights, { id, type }: Pick<SearchDomainRow, "id" | "type">): boolean {
  return (
    rights.organization(type === "view" ? "DeleteAllViews" : "DeleteAllRepositories") ||
    onView(rights, id, "DeleteRepositoryOrView")
  );
}

/**
 * Deletes a repository or view. Tokens that reach it lose it from their search domains; one that is left without any stays, of no
 * use, for its administrators to delete (our decision). The system's own repositories stay.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED
 */
export async function deleteSearchDomain(mutate: Mutate, name: string, userMessage: string | null): Promise<void> {
  const lock = (trx: Transaction<Database>) =>
    trx.selectFrom("searchDomains").selectAll().where("name", "=", name).forUpdate().executeTakeFirst();
  await mutate({ alone: true, lock }, async (act, found) => {
    const { trx, rights } = act;
    if (found === undefined || !mayDelete(rights, found)) {
      throw new ClientError("NOT_FOUND", "There is no such repository or view, or you may not delete it.");
    }
    if (found.isSystem) throw new ClientError("NOT_ALLOWED", "Delete a repository of the system itself not allowed");
    const assigned = await trx
      .selectFrom("userRoles")
      .select("roleId")
      .distinct()
      .where("searchDomainId", "=", found.id)
      .execute();
    await requireMayTake(
      act,
      assigned.map(({ roleId }) => roleId),
    );
    // Its ingest tokens go with it.
    const ended = await trx.selectFrom("ingestTokens").select("id").where("repositoryId", "=", found.id).orderBy("id").execute();
    await trx.deleteFrom("searchDomains").where("id", "=", found.id).execute();
    const { rows: narrowed } = await sql<{ id: string }>`
      update tokens set view_ids = array_remove(view_ids, ${found.id}::text)
      where kind = 'view' and view_ids @> array[${found.id}::text] returning id`.execute(trx);
    return {
      result: undefined,
      record: {
        type: "dataspace.delete",
        action: "delete",
        target: targetOf(found),
        before: found,
        details: { userMessage, deleted: ended.map(({ id }) => id), narrowed: narrowed.map(({ id }) => id) },
      },
    };
  });
}

/**
 * The repository of a name, locked against deletion, whoever asks: what of it the caller may know is for {@link reachedRepository} to say
 * when the caller was judged.
 */
export function lockRepository(trx: Transaction<Database>, name: string): Promise<SearchDomainRow | undefined> {
  return trx
    .selectFrom("searchDomains")
    .selectAll()
    .where("name", "=", name)
    .where("type", "=", "repository")
    .forKeyShare()
    .executeTakeFirst();
}

/** A repository that the caller can reach; what may be done there is another matter. Throws ClientError NOT_FOUND. */
export function reachedRepository(rights: Rights, found: SearchDomainRow | undefined): SearchDomainRow {
  return reachedSearchDomain(rights, found, "repository", "repositoryName");
}

/** As {@link reachedRepository}, of what is called `what`; `field` is the one that names it. */
export function reachedSearchDomain(
  rights: Rights,
  found: SearchDomainRow | undefined,
  what: string,
  field: string,
): SearchDomainRow {
  if (found !== undefined && includes(rights.reach, found.id)) return found;
  throw new ClientError("NOT_FOUND", `There is no such ${what}, or you have no access to it.`, { field });
}

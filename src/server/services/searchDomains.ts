import { sql, type Kysely } from "kysely";
import { z } from "zod";

import { nameSchema } from "#domain/name.ts";

import { onView, type Rights } from "../access/permissions.ts";
import { randomId } from "../store/ids.ts";
import { ClientError } from "../errors.ts";
import { uniqueViolation } from "../store/failures.ts";
import { lockTokensShared } from "../store/locks.ts";
import type { Database, SearchDomainRow } from "../store/schema.ts";
import { parseInput } from "./input.ts";

const retentionSchema = z.int("A retention is a whole number.").positive("A retention is more than nothing.").nullable();

const searchDomainSchema = z.object({
  name: nameSchema("repository or view"),
  description: z.string().max(10_000, "A description has at most 10,000 characters.").nullable(),
  retentionInMillis: retentionSchema,
  retentionInIngestSizeBytes: retentionSchema,
  retentionInStorageSizeBytes: retentionSchema,
});

/** What is asked for in a repository. Retention in ms and bytes; null for no limit. */
export type RepositoryRequest = Readonly<z.input<typeof searchDomainSchema>>;

const fields = Object.fromEntries(Object.keys(searchDomainSchema.shape).map((name) => [name, name]));

/** Creates a repository. Throws ClientError BAD_INPUT, also when the name is taken. */
export function createRepository(db: Kysely<Database>, request: RepositoryRequest, now: number): Promise<SearchDomainRow> {
  return insert(db, "repository", request, now);
}

/**
 * Creates a view that shows events of repositories. Who connects a repository needs the right to on that repository.
 *
 * @throws ClientError BAD_INPUT or NOT_ALLOWED
 */
export async function createView(
  db: Kysely<Database>,
  rights: Rights,
  request: {
    readonly name: string;
    readonly description: string | null;
    readonly connections: readonly { readonly repositoryName: string; readonly filter: string }[];
  },
  now: number,
): Promise<SearchDomainRow> {
  const { connections, ...rest } = request;
  requireConnections(connections);
  return db.transaction().execute(async (trx) => {
    const view = await insert(
      trx,
      "view",
      { ...rest, retentionInMillis: null, retentionInIngestSizeBytes: null, retentionInStorageSizeBytes: null },
      now,
    );
    if (connections.length === 0) return view;
    const names = connections.map(({ repositoryName }) => repositoryName);
    const found = await trx
      .selectFrom("searchDomains")
      .select(["id", "name"])
      .where("type", "=", "repository")
      .where("name", "in", names)
      .orderBy("id")
      .forKeyShare()
      .execute();
    const rows = connections.map(({ repositoryName, filter }) => {
      const repository = found.find(({ name }) => name === repositoryName);
      const mayConnect = (id: string) => rights.organization("ManageViewConnections") || onView(rights, id, "ConnectView");
      if (repository === undefined || !mayConnect(repository.id)) {
        throw new ClientError("BAD_INPUT", "One of the repositories does not exist, or you may not connect it to a view.", {
          field: "connections",
        });
      }
      return { viewId: view.id, repositoryId: repository.id, filter };
    });
    await trx
      .insertInto("viewConnections")
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return view;
  });
}

/** The most connections of a view, and the most bytes of the filter of one: it is part of their key. Both are our assumption. */
const mostConnections = 1000;
const longestConnectionFilter = 2500;

function requireConnections(connections: readonly { readonly filter: string }[]): void {
  if (connections.length > mostConnections) {
    throw new ClientError("BAD_INPUT", "A view connects at most 1,000 repositories.", { field: "connections" });
  }
  if (connections.some(({ filter }) => Buffer.byteLength(filter) > longestConnectionFilter)) {
    throw new ClientError("BAD_INPUT", "The filter of a connection has at most 2,500 bytes.", { field: "connections" });
  }
}

async function insert(
  db: Kysely<Database>,
  type: SearchDomainRow["type"],
  request: RepositoryRequest,
  now: number,
): Promise<SearchDomainRow> {
  const row = { id: randomId(24), type, isSystem: false, ...parseInput(searchDomainSchema, request, fields), createdAt: now };
  try {
    await db.insertInto("searchDomains").values(row).execute();
  } catch (error) {
    if (uniqueViolation(error) === undefined) throw error;
    throw new ClientError("BAD_INPUT", "There is a repository or view of this name already.", { field: "name" });
  }
  return row;
}

/**
 * Deletes a repository or view. Tokens that reach it lose it from their search domains; one that is left without any stays, of no
 * use, for its administrators to delete (our decision). The system's own repositories stay.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED
 */
export async function deleteSearchDomain(db: Kysely<Database>, rights: Rights, name: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockTokensShared(trx);
    const found = await trx.selectFrom("searchDomains").selectAll().where("name", "=", name).forUpdate().executeTakeFirst();
    const mayDelete =
      found !== undefined &&
      (rights.organization(found.type === "view" ? "DeleteAllViews" : "DeleteAllRepositories") ||
        onView(rights, found.id, "DeleteRepositoryOrView"));
    if (!mayDelete) throw new ClientError("NOT_FOUND", "There is no such repository or view, or you may not delete it.");
    if (found.isSystem) throw new ClientError("NOT_ALLOWED", "Delete a repository of the system itself not allowed");
    await trx.deleteFrom("searchDomains").where("id", "=", found.id).execute();
    // After the row is gone: whoever named it in a token meanwhile held a lock on it, and has committed.
    await sql`
      update tokens set view_ids = array_remove(view_ids, ${found.id}::text)
      where kind = 'view' and view_ids @> array[${found.id}::text]`.execute(trx);
  });
}

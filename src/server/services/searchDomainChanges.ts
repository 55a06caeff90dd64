import type { Transaction } from "kysely";
import { z } from "zod";

import type { AuditEntry } from "#domain/audit/record.ts";
import type { ViewPermission } from "#domain/token/permissions.ts";

import type { Act, Mutate } from "#server/access/mutate.ts";
import { onView } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import type { Database, SearchDomainRow } from "#server/store/schema.ts";
import { parseInput } from "./input.ts";
import {
  connect,
  connectionsState,
  descriptionSchema,
  lockConnected,
  mayDelete,
  reachedSearchDomain,
  requireConnections,
  retentionSchema,
  searchDomainName,
  targetOf,
  uniquelyNamed,
  type ConnectionRequest,
} from "./searchDomains.ts";

/** What is asked for of one repository or view, by name. */
interface Wanted {
  readonly name: string;
  readonly type?: SearchDomainRow["type"];
  /** The field of the input that names it. */
  readonly field: string;
  readonly permission: ViewPermission;
  /** What whoever lacks the permission is told. */
  readonly denial: string;
}

type Change = Partial<Pick<SearchDomainRow, "description" | "automaticSearch" | Retention>>;

type Retention = "retentionInMillis" | "retentionInIngestSizeBytes" | "retentionInStorageSizeBytes";

function lockNamed(
  trx: Transaction<Database>,
  { name, type }: Pick<Wanted, "name" | "type">,
): Promise<SearchDomainRow | undefined> {
  const named = trx.selectFrom("searchDomains").selectAll().where("name", "=", name);
  return (type === undefined ? named : named.where("type", "=", type)).forUpdate().executeTakeFirst();
}

function admitted({ rights }: Act, wanted: Wanted, found: SearchDomainRow | undefined): SearchDomainRow {
  const { type = "repository or view", field, permission, denial } = wanted;
  const domain = reachedSearchDomain(rights, found, type, field);
  if (!onView(rights, domain.id, permission)) throw new ClientError("NOT_ALLOWED", denial);
  return domain;
}

/** Sets columns of a repository or view. `changeOf` throws ClientError BAD_INPUT for what cannot be set. */
function change(
  mutate: Mutate,
  wanted: Wanted,
  type: AuditEntry["type"] & ("tokenhouse.searchdomain.change" | "dataspace.retention"),
  changeOf: () => Change,
): Promise<SearchDomainRow> {
  return mutate({ lock: (trx) => lockNamed(trx, wanted) }, async (act, found) => {
    const { trx } = act;
    const before = admitted(act, wanted, found);
    const values = changeOf();
    const after = { ...before, ...values };
    if (Object.keys(values).length > 0) {
      await trx.updateTable("searchDomains").set(values).where("id", "=", before.id).execute();
    }
    return { result: after, record: { type, action: "update", target: targetOf(before), before, after } };
  });
}

/** Sets the description of a repository or view. Throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT. */
export function setDescription(mutate: Mutate, name: string, description: string): Promise<SearchDomainRow> {
  const wanted = {
    name,
    field: "name",
    permission: "ChangeViewOrRepositoryDescription",
    denial: "Change view or repository description not allowed",
  } as const;
  return change(mutate, wanted, "tokenhouse.searchdomain.change", () =>
    parseInput(z.object({ description: descriptionSchema }), { description }, { description: "newDescription" }),
  );
}

/**
 * Gives a repository or view another name, to whoever may delete it (our decision). Tokens, roles and connections keep it; scripts, resources
 * and API tokens that name it do not. The system's own repositories keep their names.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT
 */
export function rename(mutate: Mutate, name: string, renameTo: string): Promise<SearchDomainRow> {
  const lock = (trx: Transaction<Database>) => lockNamed(trx, { name });
  return mutate({ lock }, async ({ trx, rights }, before) => {
    if (before === undefined || !mayDelete(rights, before)) {
      throw new ClientError("NOT_FOUND", "There is no such repository or view, or you may not rename it.", { field: "name" });
    }
    if (before.isSystem) throw new ClientError("NOT_ALLOWED", "Rename a repository of the system itself not allowed");
    const values = parseInput(z.object({ name: searchDomainName }), { name: renameTo }, { name: "renameTo" });
    const after = { ...before, ...values };
    if (after.name !== before.name) {
      await uniquelyNamed("renameTo", () => trx.updateTable("searchDomains").set(values).where("id", "=", before.id).execute());
    }
    return { result: after, record: { type: "view.rename", action: "update", target: targetOf(before), before, after } };
  });
}

/** Sets whether a search of a repository or view begins as soon as somebody opens it. Throws ClientError NOT_FOUND or NOT_ALLOWED. */
export function setAutomaticSearch(mutate: Mutate, name: string, automaticSearch: boolean): Promise<SearchDomainRow> {
  const wanted = {
    name,
    field: "name",
    permission: "ChangeDefaultSearchSettings",
    denial: "Change default search settings not allowed",
  } as const;
  return change(mutate, wanted, "tokenhouse.searchdomain.change", () => ({ automaticSearch }));
}

/** New retentions of a repository in ms and bytes; null for no limit. One that is left out stays as it is. */
export type RetentionRequest = Readonly<Partial<Record<Retention, number | null>>>;

const retentionRequestSchema = z
  .object({
    retentionInMillis: retentionSchema,
    retentionInIngestSizeBytes: retentionSchema,
    retentionInStorageSizeBytes: retentionSchema,
  })
  .partial();

/** Sets how long, and how many bytes of events, a repository keeps. Throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT. */
export function setRetention(mutate: Mutate, name: string, request: RetentionRequest): Promise<SearchDomainRow> {
  const wanted = {
    name,
    type: "repository",
    field: "repositoryName",
    permission: "ChangeRetention",
    denial: "Change retention not allowed",
  } as const;
  return change(mutate, wanted, "dataspace.retention", () => {
    const { retentionInMillis, retentionInIngestSizeBytes, retentionInStorageSizeBytes } = parseInput(
      retentionRequestSchema,
      request,
      {
        retentionInMillis: "timeBasedRetention",
        retentionInIngestSizeBytes: "ingestSizeBasedRetention",
        retentionInStorageSizeBytes: "storageSizeBasedRetention",
      },
    );
    return {
      ...(retentionInMillis !== undefined && { retentionInMillis }),
      ...(retentionInIngestSizeBytes !== undefined && { retentionInIngestSizeBytes }),
      ...(retentionInStorageSizeBytes !== undefined && { retentionInStorageSizeBytes }),
    };
  });
}

/**
 * Sets which repositories a view shows, and which of their events. It takes changing the view's connections, and connecting each repository
 * that the view did not show before (our decision).
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT
 */
export function setConnections(
  mutate: Mutate,
  name: string,
  connections: readonly ConnectionRequest[],
): Promise<SearchDomainRow> {
  requireConnections(connections);
  const wanted = {
    name,
    type: "view",
    field: "viewName",
    permission: "ChangeConnections",
    denial: "Change connections not allowed",
  } as const;
  const lock = async (trx: Transaction<Database>) => {
    // Both kinds stand in one table, whose rows are locked in the order of their ids.
    const names = [name, ...connections.map(({ repositoryName }) => repositoryName)];
    await trx.selectFrom("searchDomains").select("id").where("name", "in", names).orderBy("id").forUpdate().execute();
    return { view: await lockNamed(trx, wanted), repositories: await lockConnected(trx, connections) };
  };
  return mutate({ lock }, async (act, { view: found, repositories }) => {
    const view = admitted(act, wanted, found);
    const { trx, rights } = act;
    const former = await trx
      .selectFrom("viewConnections")
      .innerJoin("searchDomains", "searchDomains.id", "viewConnections.repositoryId")
      .select(["viewConnections.repositoryId", "searchDomains.name as repositoryName", "viewConnections.filter"])
      .where("viewConnections.viewId", "=", view.id)
      .orderBy("searchDomains.name")
      .orderBy("viewConnections.filter")
      .execute();
    await trx.deleteFrom("viewConnections").where("viewId", "=", view.id).execute();
    await connect(trx, rights, view.id, connections, repositories, new Set(former.map(({ repositoryId }) => repositoryId)));
    return {
      result: view,
      record: {
        type: "tokenhouse.searchdomain.change",
        action: "update",
        target: targetOf(view),
        before: connectionsState(former),
        after: connectionsState(connections),
      },
    };
  });
}

/**
 * Refuses to archive a repository in S3, to whoever may ask for it. The embedded server keeps no events for good, so there is nothing to
 * archive.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED or BAD_INPUT, always
 */
export function refuseArchiving(mutate: Mutate, name: string): Promise<never> {
  const wanted = {
    name,
    type: "repository",
    field: "repositoryName",
    permission: "ChangeS3ArchivingSettings",
    denial: "Change S3 archiving settings not allowed",
  } as const;
  return mutate({ lock: (trx) => lockNamed(trx, wanted) }, (act, found) => {
    admitted(act, wanted, found);
    throw new ClientError("BAD_INPUT", "S3 archiving is not set up on this server.", { field: "repositoryName" });
  });
}

import { sql, type Kysely } from "kysely";

import { bareEntry, type AuditAction, type AuditTarget, type TargetKind } from "#domain/audit/record.ts";
import type { AuditType } from "#domain/audit/types.ts";

import type { Claimed } from "#server/access/judgement.ts";
import type { ClientError } from "#server/errors.ts";
import type { Database } from "#server/store/schema.ts";
import { actorOf, type Trail } from "./trail.ts";

/** A mutation that was refused: what it would have done to what, and why not. */
export interface RefusedMutation {
  readonly operation: string;
  readonly type: AuditType;
  readonly action: AuditAction;
  /** What the caller named, by id or by name. */
  readonly target: { readonly kind: TargetKind; readonly id?: string; readonly name?: string } | null;
  readonly error: ClientError;
  /** What joins the records of one act that takes several requests. */
  readonly act?: string | undefined;
}

/**
 * Records that a mutation was refused. What it was about is named only where there is such a thing: what somebody types for an id may be
 * anything, and a secret too.
 */
export async function recordRefusal(
  db: Kysely<Database>,
  trail: Trail,
  { identity, address }: Claimed,
  at: number,
  { operation, type, action, target, error, act }: RefusedMutation,
): Promise<void> {
  const entry = bareEntry(type, action, target && (await present(db, target)));
  const actor = actorOf(identity.caller, identity, address);
  await trail.append(db, entry, { at, actor, operation, act, refusal: { code: error.code, field: error.field } });
}

/** Where what records are about is kept, and its name there. */
const places: Readonly<Partial<Record<TargetKind, readonly [table: string, name: string]>>> = {
  token: ["tokens", "name"],
  ingestToken: ["ingest_tokens", "name"],
  ipFilter: ["ip_filters", "name"],
  user: ["users", "username"],
  group: ["groups", "display_name"],
  role: ["roles", "display_name"],
  searchDomain: ["search_domains", "name"],
  parser: ["parsers", "name"],
  configuration: ["collector_configurations", "name"],
  session: ["sessions", "id"],
};

async function present(db: Kysely<Database>, target: NonNullable<RefusedMutation["target"]>): Promise<AuditTarget | null> {
  const { kind, id, name } = target;
  // An enum's member.
  if (kind === "featureFlag" && id !== undefined) return { kind, id, name: id };
  const place = places[kind];
  // No id or name has a NUL, and the database would not look for it.
  if (place === undefined || (id ?? name ?? "\0").includes("\0")) return null;
  const [table, column] = place;
  const wanted = id === undefined ? sql`${sql.ref(column)} = ${name}` : sql`id = ${id}`;
  const { rows } = await sql<{ id: string; name: string }>`
    select id, ${sql.ref(column)} as name from ${sql.table(table)} where ${wanted} limit 2`.execute(db);
  const [found, another] = rows;
  return found === undefined || another !== undefined ? null : { kind, id: found.id, name: found.name };
}

import { sql, type Insertable, type Kysely, type Transaction } from "kysely";

import { day } from "#domain/duration.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { randomId } from "./ids.ts";
import { migrationLock } from "./locks.ts";
import { organizationId, type Database, type OrganizationRow, type SearchDomainTable, type UserTable } from "./schema.ts";

/** Username of the first user, who may do everything. */
const rootUsername = "admin";

/**
 * Sets up what a first start needs, at `now` (ms since epoch): the organization, the repository `sandbox`, LogScale's own
 * repositories, the root user `admin` and policies that enforce nothing. Where an organization exists, nothing is done, whatever has
 * become of it. Safe to call from several processes at once.
 */
export async function ensureOrganization(db: Kysely<Database>, now: number): Promise<void> {
  await setUpOnce(db, async (trx) => {
    await insertOrganization(trx, { name: "My organization", description: null, createdAt: now });
    await insertPolicies(trx, defaultPolicies);
    await trx
      .insertInto("searchDomains")
      .values(firstRepositories(() => randomId(24), now))
      .execute();
    await trx
      .insertInto("users")
      .values(rootUser(randomId(24), now))
      .execute();
  });
}

/**
 * Runs `fill` in one transaction if there is no organization yet, and says whether it did. Others that try meanwhile wait, and then
 * find the organization there.
 */
export async function setUpOnce(db: Kysely<Database>, fill: (trx: Transaction<Database>) => Promise<void>): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(trx);
    const organization = await trx.selectFrom("organization").select("id").executeTakeFirst();
    if (organization !== undefined) return false;
    await fill(trx);
    return true;
  });
}

/** The organization. There is always one: it is made at the first start. */
export async function readOrganization(db: Kysely<Database>): Promise<OrganizationRow> {
  return db.selectFrom("organization").selectAll().where("id", "=", organizationId).executeTakeFirstOrThrow();
}

export async function insertOrganization(
  trx: Transaction<Database>,
  organization: { readonly name: string; readonly description: string | null; readonly createdAt: number },
): Promise<void> {
  await trx
    .insertInto("organization")
    .values({ id: organizationId, ...organization })
    .execute();
}

/** Inserts the policies of every kind. */
export async function insertPolicies(trx: Transaction<Database>, policies: Policies): Promise<void> {
  await trx
    .insertInto("tokenPolicies")
    .values(
      tokenKinds.map((kind) => {
        const { ipFilter, ...policy } = policies[kind];
        return { kind, ipFilterId: ipFilter, ...policy };
      }),
    )
    .execute();
}

/** The repositories of every new organization: one to try things in, and LogScale's own two. */
export function firstRepositories(newId: () => string, createdAt: number): (Insertable<SearchDomainTable> & { id: string })[] {
  const repository = (name: string, description: string, isSystem: boolean, retentionInMillis: number | null) => ({
    id: newId(),
    name,
    type: "repository" as const,
    description,
    isSystem,
    retentionInMillis,
    createdAt,
  });
  return [
    repository("sandbox", "A place to try things out.", false, 7 * day),
    repository("humio", "Internal logs of the installation.", true, 30 * day),
    repository("humio-audit", "Who did what on the installation.", true, 200 * day),
  ];
}

/** The user who may do everything. */
export function rootUser(id: string, createdAt: number): Insertable<UserTable> & { id: string } {
  return { id, username: rootUsername, fullName: "Administrator", isRoot: true, isOrgRoot: true, createdAt };
}

import type { Kysely } from "kysely";
import { z } from "zod";

import type { AuditTarget } from "#domain/audit/record.ts";
import { ipFilterNameSchema, ipFilterTextSchema } from "#domain/filter/ipFilterSchema.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";

import type { Mutate } from "#server/access/mutate.ts";
import { randomId } from "#server/store/ids.ts";
import { ClientError } from "#server/errors.ts";
import type { Database, IpFilterRow } from "#server/store/schema.ts";
import { parseInput } from "./input.ts";

const filterSchema = z.object({ name: ipFilterNameSchema, ipFilter: ipFilterTextSchema });
const fields = { name: "name", ipFilter: "ipFilter" };

/** Every IP filter, by name. */
export function listIpFilters(db: Kysely<Database>): Promise<IpFilterRow[]> {
  return db.selectFrom("ipFilters").selectAll().orderBy("name").orderBy("id").execute();
}

/** Creates an IP filter; its text is kept as it is. Throws ClientError BAD_INPUT. */
export async function createIpFilter(
  mutate: Mutate,
  input: { readonly name: string; readonly ipFilter: string },
): Promise<IpFilterRow> {
  return mutate({}, async ({ trx, now }) => {
    const filter = { id: randomId(32), ...parseInput(filterSchema, input, fields), createdAt: now };
    await trx.insertInto("ipFilters").values(filter).execute();
    return { result: filter, record: { type: "ipfilters.change", action: "create", target: targetOf(filter), after: filter } };
  });
}

/**
 * Changes the name or the text of an IP filter, or both; what is null stays. The next request of every token that uses it is
 * judged by the new text. Throws ClientError BAD_INPUT or NOT_FOUND.
 */
export async function updateIpFilter(
  mutate: Mutate,
  id: string,
  input: { readonly name: string | null; readonly ipFilter: string | null },
): Promise<IpFilterRow> {
  const given = {
    ...(input.name !== null && { name: input.name }),
    ...(input.ipFilter !== null && { ipFilter: input.ipFilter }),
  };
  const { name, ipFilter } = parseInput(filterSchema.partial(), given, fields);
  const changes = { ...(name !== undefined && { name }), ...(ipFilter !== undefined && { ipFilter }) };
  return mutate({ ipFilter: id }, async ({ trx }) => {
    const before = await trx.selectFrom("ipFilters").selectAll().where("id", "=", id).executeTakeFirst();
    if (before === undefined) throw noSuchFilter();
    const filter = { ...before, ...changes };
    if (Object.keys(changes).length > 0) await trx.updateTable("ipFilters").set(changes).where("id", "=", id).execute();
    return {
      result: filter,
      record: { type: "ipfilters.change", action: "update", target: targetOf(filter), before, after: filter },
    };
  });
}

/** How many users of a filter a refusal names. */
const mostNamed = 5;

/**
 * Deletes an IP filter. One that a token, a policy or the read-only dashboards use stays, since what it guards would stand open.
 *
 * @throws ClientError NOT_FOUND, or IN_USE, naming some of the users
 */
export async function deleteIpFilter(mutate: Mutate, id: string): Promise<void> {
  // No policy comes to enforce the filter meanwhile, and the lock on its row keeps out tokens that name it.
  await mutate({ ipFilter: id }, async ({ trx }) => {
    const filter = await trx.selectFrom("ipFilters").selectAll().where("id", "=", id).executeTakeFirst();
    if (filter === undefined) throw noSuchFilter();
    const policies = await trx.selectFrom("tokenPolicies").select("kind").where("ipFilterId", "=", id).orderBy("kind").execute();
    const dashboards = await trx.selectFrom("organization").select("id").where("readonlyDashboardIpFilter", "=", id).execute();
    const tokens = await trx
      .selectFrom("tokens")
      .select("name")
      .where("ipFilterId", "=", id)
      .orderBy("name")
      .orderBy("id")
      .limit(mostNamed)
      .execute();
    const users = [
      ...policies.map(({ kind }) => `the security policy for ${kindTraits[kind].noun} tokens`),
      ...dashboards.map(() => "the read-only dashboards"),
      ...tokens.map(({ name }) => `the token “${nameInText(name)}”`),
    ];
    if (users.length > 0) {
      const count = await trx
        .selectFrom("tokens")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .where("ipFilterId", "=", id)
        .executeTakeFirstOrThrow();
      const more = count.count - tokens.length;
      const list = more > 0 ? `${users.join(", ")} and ${more} more` : users.join(", ");
      throw new ClientError("IN_USE", `The IP filter “${nameInText(filter.name)}” is used by ${list}.`);
    }
    await trx.deleteFrom("ipFilters").where("id", "=", id).execute();
    return {
      result: undefined,
      record: { type: "ipfilters.change", action: "delete", target: targetOf(filter), before: filter },
    };
  });
}

function targetOf({ id, name }: IpFilterRow): AuditTarget {
  return { kind: "ipFilter", id, name };
}

function noSuchFilter(): ClientError {
  return new ClientError("NOT_FOUND", "There is no such IP filter; it may have been deleted.", { field: "id" });
}

import { sql, type Transaction } from "kysely";

import { day } from "#domain/duration.ts";
import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import type { Database } from "#server/store/schema.ts";

import { insertInChunks } from "./chunks.ts";
import type { NewUser } from "./people.ts";
import type { Chance } from "./random.ts";
import { linkPairs } from "./renewals.ts";
import { makersOf } from "./tokens.ts";

/** The longest life of a system token, ms: longer than any of the sample organization's is old. */
const systemMaximum = 6 * 365 * day;

/**
 * Gives the sample organization what people who look at it miss or would rarely see: those who make tokens hold what they give, but for one who
 * has moved to another team; and something to show for every rule of the findings, such as a system token that came back from a backup without
 * the expiry that the policy gave all others, a filter that somebody opened for a move, and a token that its own
 * filter locks out; and a pair at each step of a renewal.
 */
export async function addDetails(
  trx: Transaction<Database>,
  chance: Chance,
  options: {
    readonly today: number;
    readonly now: number;
    readonly users: readonly NewUser[];
    readonly domainIds: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const { today, now, users, domainIds } = options;
  await giveMakersTheirRights(trx, chance, users, domainIds);
  await boundSystemTokens(trx);
  await openAFilter(trx, chance, today);
  await linkPairs(trx, chance, now);
}

async function giveMakersTheirRights(
  trx: Transaction<Database>,
  chance: Chance,
  users: readonly NewUser[],
  domainIds: ReadonlyMap<string, string>,
): Promise<void> {
  const roleId = chance.id(32);
  const names = <N extends string>(entries: readonly { readonly name: N }[]) => entries.map(({ name }) => name);
  await trx
    .insertInto("roles")
    .values({
      id: roleId,
      displayName: "Token steward",
      color: "#00695c",
      description: "Makes the tokens that others ask for, and so holds all that they may hold.",
      viewPermissions: names(viewPermissions),
      organizationPermissions: names(organizationPermissions),
      systemPermissions: names(systemPermissions),
    })
    .execute();
  const stewards = makersOf(users).filter((_, index) => index !== 2);
  const given = stewards.flatMap(({ id }) =>
    [...domainIds.values()].map((searchDomainId) => ({ userId: id, searchDomainId, roleId })),
  );
  await insertInChunks(given, (chunk) => trx.insertInto("userRoles").values(chunk).execute());
}

/** Puts a maximum in force that one system token alone does not keep to. */
async function boundSystemTokens(trx: Transaction<Database>): Promise<void> {
  await trx.updateTable("tokenPolicies").set({ maximumLifetime: systemMaximum }).where("kind", "=", "system").execute();
  const restored = await trx
    .selectFrom("tokens")
    .select("id")
    .where("kind", "=", "system")
    .where("expireAt", "is", null)
    .orderBy("createdAt")
    .orderBy("id")
    .executeTakeFirst();
  await trx
    .updateTable("tokens")
    .set({ expireAt: sql<number>`${sql.ref("createdAt")} + ${systemMaximum}` })
    .where("kind", "=", "system")
    .where("expireAt", "is", null)
    .where("id", "!=", restored?.id ?? "")
    .execute();
}

/** A filter that lets everything in, on one token, and a token that was last used from where its own filter lets nothing in. */
async function openAFilter(trx: Transaction<Database>, chance: Chance, today: number): Promise<void> {
  const open = chance.id(32);
  await trx
    .insertInto("ipFilters")
    .values({ id: open, name: "Temporary, for the move", ipFilter: "allow 0.0.0.0/0\nallow ::/0", createdAt: today - 204 * day })
    .execute();
  const [opened, locked] = await trx
    .selectFrom("tokens")
    .select("id")
    .where("kind", "=", "organization")
    .where("ipFilterId", "is not", null)
    .where("lastUsedAt", "is not", null)
    .orderBy("id")
    .limit(2)
    .execute();
  if (opened !== undefined) await trx.updateTable("tokens").set({ ipFilterId: open }).where("id", "=", opened.id).execute();
  // An address that none of the filters lets in.
  if (locked !== undefined) {
    await trx.updateTable("tokens").set({ lastUsedFrom: "192.0.2.33" }).where("id", "=", locked.id).execute();
  }
}

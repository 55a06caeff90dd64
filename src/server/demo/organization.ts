import type { Insertable, Kysely, Transaction } from "kysely";

import { day } from "#domain/duration.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { firstRepositories, insertOrganization, insertPolicies, setUpOnce } from "#server/store/organization.ts";
import type { Database, SearchDomainTable, UserRoleTable } from "#server/store/schema.ts";
import { insertTokens } from "#server/store/tokens.ts";
import type { Vault } from "#server/vault.ts";
import { insertInChunks } from "./chunks.ts";
import { addDetails } from "./details.ts";
import { fillFleet } from "./fleet.ts";
import { fillGroups } from "./groups.ts";
import { fillIngest } from "./ingest.ts";
import { ipFilters, repositories, roles, services, views } from "./landscape.ts";
import { inventPeople, type People } from "./people.ts";
import { chanceFrom, type Chance } from "./random.ts";
import { inventTokens } from "./tokens.ts";

/** How large the sample organization is when nothing is said. */
export const demoTokenCount = 1500;

/** What the sample organization is made for. */
export interface DemoOptions {
  /** Ms since epoch. Everything is relative to the start (UTC) of this day; only the last uses are counted back from `now` itself. */
  readonly now: number;
  /** How many tokens, of all four kinds together; {@link demoTokenCount} by default. Users grow with them, at least 64. */
  readonly tokens?: number;
  /** Seals the values of fleet and ingest tokens; without one there are none, and no collector configurations. */
  readonly vault?: Vault;
  /** Whether it also has what is there for people alone to see: every rule of the findings has something to show. */
  readonly detailed?: boolean;
}

/** The policies in force at the sample organization without details: everything allowed, nothing enforced, every token within them. */
const demoPolicies: Policies = { ...defaultPolicies, view: { ...defaultPolicies.view, allowPermissionUpdates: true } };

/**
 * Fills an empty database with the sample organization, the same one for the same day and size: a company that has used LogScale for
 * five years. Says whether it did: where an organization exists, nothing is done. Safe to call from several processes at once.
 */
export async function fillDemoOrganization(
  db: Kysely<Database>,
  { now, tokens = demoTokenCount, vault, detailed = false }: DemoOptions,
): Promise<boolean> {
  const today = now - (now % day);
  return setUpOnce(db, async (trx) => {
    const chance = chanceFrom(20_240_229);
    await insertOrganization(trx, {
      name: "Larkspur Logistics",
      description: "A sample organization. Nobody in it exists.",
      createdAt: today - 5 * 365 * day,
    });
    const ipFilterIds = await fillIpFilters(trx, chance, today);
    await insertPolicies(trx, demoPolicies);
    const domainIds = await fillSearchDomains(trx, chance, today);
    // About two users in three have a personal token.
    const people = inventPeople(chance, Math.max(64, Math.round((tokens * 0.04) / 0.65)), today);
    await insertInChunks(people.users, (users) => trx.insertInto("users").values(users).execute());
    await fillRoles(trx, chance, people, domainIds);
    await insertTokens(trx, inventTokens(chance, tokens, { people, domainIds, ipFilterIds, today, now }));
    if (vault !== undefined) {
      const names = people.users.slice(0, 5).map(({ username }) => username);
      await fillFleet(trx, chance, vault, today, names);
      await fillIngest(trx, chance, vault, { today, now, names, repositories: domainIds, detailed });
    }
    if (detailed) await addDetails(trx, chance, { today, now, users: people.users, domainIds });
  });
}

async function fillIpFilters(trx: Transaction<Database>, chance: Chance, today: number): Promise<string[]> {
  const rows = ipFilters.map(({ name, text, age }) => ({
    id: chance.id(32),
    name,
    ipFilter: text,
    createdAt: today - age * day,
  }));
  await trx.insertInto("ipFilters").values(rows).execute();
  return rows.map((row) => row.id);
}

async function fillSearchDomains(trx: Transaction<Database>, chance: Chance, today: number): Promise<Map<string, string>> {
  const newId = () => chance.id(24);
  const domains: (Insertable<SearchDomainTable> & { id: string })[] = [
    ...firstRepositories(newId, today - 5 * 365 * day),
    ...repositories.map(({ name, description, age, retention, storage }) => ({
      id: newId(),
      name,
      type: "repository" as const,
      description,
      retentionInMillis: retention,
      retentionInStorageSizeBytes: storage,
      createdAt: today - age * day,
    })),
    ...views.map(({ name, description, age }) => ({
      id: newId(),
      name,
      type: "view" as const,
      description,
      createdAt: today - age * day,
    })),
  ];
  // One by one, since the columns given differ.
  for (const domain of domains) await trx.insertInto("searchDomains").values(domain).execute();
  const ids = new Map(domains.map(({ name, id }) => [name, id]));
  const connections = views.flatMap((view) =>
    view.connections.map(({ repository, filter }) => ({
      viewId: idOf(ids, view.name),
      repositoryId: idOf(ids, repository),
      filter,
    })),
  );
  await trx.insertInto("viewConnections").values(connections).execute();
  return ids;
}

async function fillRoles(
  trx: Transaction<Database>,
  chance: Chance,
  people: People,
  domainIds: ReadonlyMap<string, string>,
): Promise<void> {
  const ids = new Map(Object.keys(roles).map((key) => [key, chance.id(32)]));
  const roleId = (key: keyof typeof roles) => idOf(ids, key);
  await trx
    .insertInto("roles")
    .values(
      Object.entries(roles).map(([key, role]) => ({
        id: idOf(ids, key),
        ...role,
        viewPermissions: [...role.viewPermissions],
        organizationPermissions: [...role.organizationPermissions],
        systemPermissions: [...role.systemPermissions],
      })),
    )
    .execute();

  const [, , ...members] = people.users;
  const given: Insertable<UserRoleTable>[] = [];
  for (const [index, user] of members.entries()) {
    const home = idOf(domainIds, chance.pick(services).repository);
    const give = (searchDomainId: string, role: keyof typeof roles) =>
      given.push({ userId: user.id, searchDomainId, roleId: roleId(role) });
    give(
      home,
      chance.weighted<keyof typeof roles>([
        [12, "administrator"],
        [48, "engineer"],
        [40, "analyst"],
      ]),
    );
    if (chance.likely(0.5)) give(idOf(domainIds, chance.pick(views).name), "analyst");
    // A handful of people look after the whole.
    if (index % 30 === 3) give(idOf(domainIds, "security-audit"), "securityOfficer");
    if (index % 30 === 11) give(idOf(domainIds, "kubernetes"), "platformOperator");
  }
  await insertInChunks(given, (chunk) => trx.insertInto("userRoles").values(chunk).execute());
  await fillGroups(trx, { users: people.users, roleId, placeId: (place) => idOf(domainIds, place) });
}

function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`The sample organization has no ${name}.`);
  return id;
}

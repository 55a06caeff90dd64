import { beforeAll, describe, expect, it } from "vitest";

import { day, minute } from "#domain/duration.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { lintIpFilter } from "#domain/filter/ipFilterLint.ts";
import { kindTraits, perKind, tokenKinds } from "#domain/token/kinds.ts";
import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import { planPolicyChange } from "#domain/policy/plan.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import type { Store } from "#server/store/client.ts";
import type { Database, TokenRow } from "#server/store/schema.ts";
import { describeOnBothDatabases, openTestStore } from "#server/testing/databases.ts";
import { fillDemoOrganization } from "./organization.ts";

/** An afternoon. */
const now = Date.UTC(2026, 10, 20, 15, 4, 5);

const tables = [
  "organization",
  "ipFilters",
  "tokenPolicies",
  "users",
  "searchDomains",
  "viewConnections",
  "roles",
  "userRoles",
  "groups",
  "groupMembers",
  "groupRoles",
  "tokens",
] as const satisfies readonly (keyof Database)[];

/** Everything in the store as text, the rows of each table in any order. */
async function contents({ db }: Store, omit: string[] = []): Promise<string[]> {
  const all: string[] = [];
  for (const table of tables) {
    const rows: object[] = await db.selectFrom(table).selectAll().execute();
    for (const row of rows)
      all.push(JSON.stringify([table, ...Object.entries(row).filter(([column]) => !omit.includes(column))]));
  }
  return all.toSorted();
}

const plannable = (row: TokenRow) => ({ ...row, ipFilter: row.ipFilterId });

describeOnBothDatabases("the sample organization", (open) => {
  it("is made once, and then left as it is", async () => {
    const store = await open();
    expect(await fillDemoOrganization(store.db, { now, tokens: 100 })).toBe(true);
    const made = await contents(store);
    expect(await fillDemoOrganization(store.db, { now: now + day, tokens: 200 })).toBe(false);
    expect(await contents(store)).toEqual(made);
  });
});

describe("the sample organization", () => {
  let store: Store;
  let tokens: TokenRow[];
  beforeAll(async () => {
    store = await openTestStore("pglite");
    await fillDemoOrganization(store.db, { now });
    tokens = await store.db.selectFrom("tokens").selectAll().execute();
    return () => store.close();
  });

  it("is the same at any time of the day and on either database, but for when tokens were used", async () => {
    const other = await openTestStore("postgres");
    await fillDemoOrganization(other.db, { now });
    expect(await contents(other)).toEqual(await contents(store));
    await other.close();

    const uses = ["firstUsedAt", "lastUsedAt"];
    const morning = await openTestStore("postgres");
    await fillDemoOrganization(morning.db, { now: now - (now % day) });
    expect(await contents(morning, uses)).toEqual(await contents(store, uses));
    await morning.close();
  });

  it("has the promised size", async () => {
    const count = async (table: (typeof tables)[number]) => (await store.db.selectFrom(table).selectAll().execute()).length;
    expect(tokens).toHaveLength(1500);
    expect(perKind((kind) => tokens.filter((token) => token.kind === kind).length)).toEqual({
      personal: 60,
      view: 1140,
      organization: 210,
      system: 90,
    });
    expect(await count("users")).toBeGreaterThanOrEqual(60);
    expect(await count("searchDomains")).toBeGreaterThanOrEqual(8);
    expect(await count("viewConnections")).toBeGreaterThan(0);
    expect(await count("ipFilters")).toBeGreaterThanOrEqual(6);
    expect(await count("userRoles")).toBeGreaterThanOrEqual(60);
  });

  it("has groups of every sort: with roles of each kind, without members, and without roles", async () => {
    const groups = await store.db.selectFrom("groups").selectAll().execute();
    const members = await store.db.selectFrom("groupMembers").selectAll().execute();
    const assigned = await store.db.selectFrom("groupRoles").selectAll().execute();
    expect(groups).toHaveLength(7);
    expect(new Set(assigned.map(({ kind }) => kind))).toEqual(new Set(["view", "organization", "system"]));
    const without = (rows: readonly { readonly groupId: string }[]) =>
      groups.filter(({ id }) => rows.every(({ groupId }) => groupId !== id)).map(({ displayName }) => displayName);
    expect([without(members), without(assigned)]).toEqual([["Warehouse pilot"], ["Contractors 2023"]]);
  });

  it.each([0, 1, 7, 60, 3000])("has exactly as many tokens as asked for (%i)", async (count) => {
    const small = await openTestStore("postgres");
    await fillDemoOrganization(small.db, { now, tokens: count });
    expect(await small.db.selectFrom("tokens").select("id").execute()).toHaveLength(count);
    await small.close();
  });

  it("has tokens of the right form, with permissions and views of their kind", async () => {
    const permissions = {
      personal: [],
      view: viewPermissions.map(({ name }) => name),
      organization: organizationPermissions.map(({ name }) => name),
      system: systemPermissions.map(({ name }) => name),
    } satisfies Record<TokenRow["kind"], string[]>;
    const domains = new Set((await store.db.selectFrom("searchDomains").select("id").execute()).map(({ id }) => id));
    for (const token of tokens) {
      expect(token.id).toMatch(new RegExp(`^[A-Za-z0-9]{${kindTraits[token.kind].idLength}}$`));
      expect(token.secretHash).toHaveLength(32);
      expect(permissions[token.kind]).toEqual(expect.arrayContaining(token.permissions));
      expect(token.permissions.length > 0).toBe(token.kind !== "personal");
      expect(token.viewIds.length > 0).toBe(token.kind === "view");
      for (const id of token.viewIds) expect(domains).toContain(id);
    }
    expect(new Set(tokens.map(({ secretHash }) => Buffer.from(secretHash).toString("hex"))).size).toBe(tokens.length);
  });

  it("has no token from the future, none used before it was made, and none that expires today or tomorrow", () => {
    for (const { createdAt, expireAt, firstUsedAt, lastUsedAt, lastUsedFrom } of tokens) {
      expect(createdAt).toBeLessThanOrEqual(now);
      expect(createdAt).toBeGreaterThanOrEqual(now - 5 * 366 * day);
      expect(expireAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now + day);
      if (lastUsedAt !== null) {
        expect(lastUsedAt).toBeGreaterThanOrEqual(createdAt);
        expect(lastUsedAt).toBeLessThanOrEqual(now);
        expect(firstUsedAt).toBeGreaterThanOrEqual(createdAt);
        expect(firstUsedAt).toBeLessThanOrEqual(lastUsedAt);
      }
      expect(lastUsedFrom === null).toBe(lastUsedAt === null);
    }
  });

  it("looks like five years of work", async () => {
    const users = new Set((await store.db.selectFrom("users").select("username").execute()).map(({ username }) => username));
    const share = (matches: (token: TokenRow) => boolean) => tokens.filter(matches).length / tokens.length;
    expect(share(({ expireAt }) => expireAt === null)).toBeGreaterThan(0.4);
    expect(share(({ createdBy }) => createdBy !== null && !users.has(createdBy))).toBeGreaterThan(0.1);
    expect(share(({ ipFilterId }) => ipFilterId !== null)).toBeGreaterThan(0.2);
    expect(share(({ lastUsedAt }) => lastUsedAt === null)).toBeGreaterThan(0.05);
    expect(share(({ lastUsedAt }) => lastUsedAt !== null && lastUsedAt > now - minute)).toBeGreaterThan(0.01);
    expect(share(({ lastUsedAt }) => lastUsedAt !== null && lastUsedAt < now - 365 * day)).toBeGreaterThan(0.03);
    const names = new Set(tokens.map(({ name }) => name));
    expect(names.size).toBeLessThan(tokens.length);

    const batches = new Map<number, number>();
    for (const { createdAt } of tokens) {
      const halfHour = Math.floor(createdAt / (30 * minute));
      batches.set(halfHour, (batches.get(halfHour) ?? 0) + 1);
    }
    expect([...batches.values()].filter((size) => size > 50)).toHaveLength(5);
  });

  it("gives personal tokens to users, named as they are, and none to the root user", async () => {
    const users = await store.db.selectFrom("users").selectAll().execute();
    const byId = new Map(users.map((user) => [user.id, user]));
    for (const token of tokens.filter(({ kind }) => kind === "personal")) {
      expect(byId.get(token.id)).toMatchObject({ username: token.name, isRoot: false });
      expect(token.createdAt).toBeGreaterThanOrEqual(byId.get(token.id)?.createdAt ?? Number.POSITIVE_INFINITY);
    }
    expect(users.filter(({ isRoot }) => isRoot).map(({ username }) => username)).toEqual(["admin"]);
    expect(users.filter(({ isRoot, isOrgRoot }) => isOrgRoot && !isRoot)).toHaveLength(1);
  });

  it("keeps to its own policies, so that putting them in force again changes nothing", async () => {
    const rows = await store.db.selectFrom("tokenPolicies").selectAll().execute();
    const inForce = perKind((kind) => ({ ...defaultPolicies[kind], ...rows.find((row) => row.kind === kind) }));
    const { changes } = planPolicyChange(tokens.map(plannable), { ...inForce }, now);
    expect(changes).toEqual([]);
    expect(rows).toHaveLength(tokenKinds.length);
  });

  it("shows every effect in every kind when 90 days become the maximum and a filter is enforced", async () => {
    const { id: ipFilter } = await store.db.selectFrom("ipFilters").select("id").executeTakeFirstOrThrow();
    const next = perKind((kind) => ({ ...defaultPolicies[kind], maximumLifetime: 90 * day, ipFilter }));
    const { counts } = planPolicyChange(tokens.map(plannable), next, now);
    for (const kind of tokenKinds) {
      expect(counts[kind].deleted).toBeGreaterThan(5);
      expect(counts[kind].shortened).toBeGreaterThan(5);
      expect(counts[kind].filtered).toBeGreaterThan(5);
    }
  });

  it("has IP filters that can be read, and some that deserve a remark", async () => {
    const filters = await store.db.selectFrom("ipFilters").selectAll().execute();
    const findings = filters.map(({ ipFilter }) => {
      const { rules, errors } = parseIpFilter(ipFilter);
      expect(errors).toEqual([]);
      return lintIpFilter(rules);
    });
    expect(findings.filter((found) => found.length > 0).length).toBeGreaterThanOrEqual(2);
    expect(new Set(filters.map(({ name }) => name)).size).toBeLessThan(filters.length);
  });
});

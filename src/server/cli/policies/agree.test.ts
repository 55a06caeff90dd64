import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { disruptionOf } from "#domain/policy/disruption.ts";
import { planPolicyChange, totalCounts, type PlannableToken } from "#domain/policy/plan.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { applyPlan, organizationArbitraryOf, testIpFilters, testNow } from "#domain/testing.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";
import { writePoliciesFile } from "#logscale/writePoliciesFile.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import type { TokenRow } from "#server/store/schema.ts";
import { insertTokens, stillTokenBatches } from "#server/store/tokens.ts";
import { openPoliciesBench, type PoliciesBench } from "#server/testing/policiesCommand.ts";
import { seeds } from "#server/testing/seeds.ts";

import type { PlanDocument } from "./document.ts";

let bench: PoliciesBench;
/** The token by which a gateway is asked. The embedded server is asked as the local administrator, who has none. */
let admin: TokenRow;
beforeAll(async () => {
  bench = await openPoliciesBench();
  bench.server.now = testNow;
  const { db } = bench.server.store;
  admin = await db.selectFrom("tokens").selectAll().executeTakeFirstOrThrow();
  await db
    .insertInto("ipFilters")
    .values(testIpFilters.map((id) => ({ ...filterOf(id), createdAt: 0 })))
    .execute();
});
afterAll(() => bench.close());

const texts = ["allow 10.0.0.0/8", "allow 192.0.2.1\ndeny all", "allow all"];
const filterOf = (id: (typeof testIpFilters)[number]) => ({
  id,
  name: `the ${id}`,
  ipFilter: texts[testIpFilters.indexOf(id)] ?? "",
});
const useArbitrary = fc.record({
  ago: fc.constantFrom(null, hour, 3 * day, 20 * day),
  from: fc.constantFrom("10.1.2.3", "192.0.2.1", "2001:db8::1"),
});

/** An organization, and by how it is reached; behind a gateway personal tokens are never seen whole, so there are none and they stay. */
const cases = fc.record({
  organization: organizationArbitraryOf(20),
  uses: fc.tuple(...Array.from({ length: 20 }, () => useArbitrary)),
  way: fc.constantFrom("embedded" as const, "gateway" as const),
  saved: fc.boolean(),
});

it("the plan in the terminal is the page's plan, what the server plans, and what is found once it is applied", async () => {
  const { store } = bench.server;
  await fc.assert(
    fc.asyncProperty(cases, async ({ organization, uses, way, saved }) => {
      const embedded = way === "embedded";
      const next: Policies = embedded ? organization.next : { ...organization.next, personal: defaultPolicies.personal };
      const tokens = organization.tokens
        .filter(({ kind }) => embedded || kind !== "personal")
        .map((token, index): UsedToken => {
          const { ago, from } = uses[index] ?? { ago: null, from: "" };
          // A gateway to a cluster without an audit log knows of no use.
          if (!embedded) return token;
          return {
            ...token,
            lastUse: { at: ago === null ? null : testNow - ago, from: ago === null ? null : from, source: "recorded" },
          };
        });
      await fill(tokens, embedded ? [] : [admin]);

      // As the page plans, and counts what it disrupts.
      const shown = planPolicyChange(tokens, next, testNow);
      const { totals } = disruptionOf(
        shown.changes,
        testNow,
        filterJudge((id) => testIpFilters.map(filterOf).find((one) => one.id === id)?.ipFilter),
      );
      const file = bench.file("policies.yaml", writePoliciesFile(next, testIpFilters.map(filterOf)));
      const out = `${bench.folder}/plan.json`;
      const credential = embedded ? bench.server.localAdmin : bench.credential;
      const planned = await bench.run(["plan", "-f", file, "--format", "json", "--out", out], { way, credential });
      const plan = JSON.parse(planned.output) as PlanDocument;
      const { deleted, shortened, filtered } = totalCounts(shown);
      const { byHarm, stopsOrMayStop } = totals;
      const changed = plan.policies.length > 0;
      if (changed) {
        expect(plan.totals).toMatchObject({
          deleted,
          shortened,
          filtered,
          stopping: {
            now: byHarm["at-once"].tokens,
            withinDay: byHarm["within-a-day"].tokens,
            withinWeek: byHarm["within-a-week"].tokens,
            lockedOut: byHarm["locked-out"].tokens,
            lockedOutUnknown: byHarm["may-be-locked-out"].tokens,
            inUse: stopsOrMayStop.inUse,
            useUnknown: stopsOrMayStop.useUnknown,
          },
        });
      } else expect(plan.changes).toEqual([]);
      expect(planned.status).toBe(stopsOrMayStop.inUse + stopsOrMayStop.useUnknown > 0 && changed ? 3 : changed ? 2 : 0);

      // The embedded server refuses where its own plan is another.
      const args = saved ? ["apply", out] : ["apply", "-f", file];
      const applied = await bench.run([...args, "--yes", "--kit", bench.folder], { way, credential });
      expect(applied).toMatchObject({ status: 0 });
      const found: PlannableToken[] = [];
      for await (const batch of stillTokenBatches(store.db))
        found.push(
          ...batch.filter(({ id }) => id !== admin.id).map(({ lastUsedAt: _at, lastUsedFrom: _from, ...token }) => token),
        );
      const plain = tokens.map(({ lastUse: _, ...token }) => token);
      const expected = changed ? applyPlan(plain, shown) : plain;
      expect(found.toSorted(byId)).toEqual(expected.toSorted(byId));
      expect(await readPolicies(store.db)).toEqual(next);
    }),
    { numRuns: seeds(100) },
  );
});

async function fill(tokens: readonly UsedToken[], others: readonly TokenRow[]): Promise<void> {
  const { db } = bench.server.store;
  await db.deleteFrom("tokens").execute();
  await insertTokens(db, others);
  await db.deleteFrom("users").where("username", "like", "owner of %").execute();
  await db.deleteFrom("tokenPolicies").execute();
  const owners = tokens
    .filter(({ kind }) => kind === "personal")
    .map(({ id }) => ({ id, username: `owner of ${id}`, createdAt: 0 }));
  if (owners.length > 0) await db.insertInto("users").values(owners).execute();
  await insertTokens(
    db,
    tokens.map(({ ipFilter, lastUse, createdAt, expireAt, ...token }) => ({
      ...token,
      createdAt: Number(createdAt),
      expireAt: expireAt === null ? null : Number(expireAt),
      secretHash: new Uint8Array(32),
      ipFilterId: ipFilter,
      userId: token.kind === "personal" ? token.id : null,
      permissions: [],
      viewIds: [],
      createdBy: null,
      creatorKind: "unknown",
      creatorId: null,
      lastUsedAt: lastUse?.at == null ? null : Number(lastUse.at),
      lastUsedFrom: lastUse?.from ?? null,
    })),
  );
}

function byId(a: PlannableToken, b: PlannableToken): number {
  return a.id < b.id ? -1 : 1;
}

import * as fc from "fast-check";
import { sql } from "kysely";
import { expect } from "vitest";

import { day, minute } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { disruptionOf, harms, type Harm, type Stop } from "#domain/policy/disruption.ts";
import { planPolicyChange } from "#domain/policy/plan.ts";
import type { KindPolicy, Policies } from "#domain/policy/policy.ts";
import { aToken, testIpFilters, testNow, tokenId } from "#domain/testing.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { horizons, neverUsed, type LastUse, type UsedToken } from "#domain/token/lastUse.ts";
import { policiesToInput } from "#logscale/convert.ts";

import { readRights } from "#server/access/permissions.ts";
import { makeAuthenticator } from "#server/auth/authenticate.ts";
import { hashSecret, secretLength } from "#server/auth/secrets.ts";
import { applyPolicies } from "#server/services/applyPolicies.ts";
import type { Store } from "#server/store/client.ts";
import { insertTokens } from "#server/store/tokens.ts";
import { mutateFor } from "./mutate.ts";

const now = testNow;
const maximum = 30 * day;

/** The edges at which something ends or is told apart, in ms from now, and the instants to either side. */
const edges = [0, horizons.day, horizons.week].flatMap((edge) => [edge - 1, edge, edge + 1]);

/** Texts of filters: each of the addresses is accepted by some; the last text is invalid and accepts none. */
const texts = ["allow 10.0.0.0/8", "allow 192.0.2.0/24\ndeny all", "allow all", "deny all", "allow 10.0.0.0/8\nallow everybody"];
const addresses = ["10.0.0.1", "192.0.2.7", "::ffff:10.0.0.1", "2001:db8::1"];

interface Organization {
  readonly tokens: readonly UsedToken[];
  readonly next: Policies;
  /** The text of each of {@link testIpFilters}. */
  readonly filters: readonly string[];
}

const filterArbitrary = fc.option(fc.constantFrom(...testIpFilters));

const policyArbitrary: fc.Arbitrary<KindPolicy> = fc.record({
  enabled: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  maximumLifetime: fc.constantFrom(maximum, maximum, null),
  ipFilter: filterArbitrary,
  allowPermissionUpdates: fc.constant(false),
});

const lastUseArbitrary: fc.Arbitrary<LastUse | undefined> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(undefined, neverUsed) },
  {
    weight: 6,
    arbitrary: fc.record({
      at: fc.constantFrom(minute, 2 * day, 20 * day).map((ago) => now - ago),
      from: fc.constantFrom(...addresses),
      source: fc.constant("recorded"),
    }),
  },
);

/** What a token has left under the maximum and by its own expiry are drawn from the same edges, so that each comes before the other. */
function tokenArbitrary(number: number): fc.Arbitrary<UsedToken> {
  return fc
    .record({
      kind: fc.constantFrom<TokenKind>(...tokenKinds),
      left: fc.constantFrom(...edges, 20 * day),
      rest: fc.constantFrom(null, null, ...edges, 20 * day),
      ipFilter: filterArbitrary,
      lastUse: lastUseArbitrary,
    })
    .map(({ kind, left, rest, ipFilter, lastUse }) => ({
      ...aToken({ id: tokenId(kind, number), kind, createdAt: now - maximum + left, ipFilter }),
      expireAt: rest === null ? null : now + rest,
      lastUse,
    }));
}

const organizationArbitrary: fc.Arbitrary<Organization> = fc.record({
  tokens: fc.tuple(...Array.from({ length: 12 }, (_, number) => tokenArbitrary(number))),
  next: fc.record({
    personal: policyArbitrary,
    view: policyArbitrary,
    organization: policyArbitrary,
    system: policyArbitrary,
  }),
  filters: fc.tuple(...testIpFilters.map(() => fc.constantFrom(...texts))),
});

const secret = "s".repeat(secretLength);

/**
 * Holds what the disruption of a change says against what happens, for `runs` random organizations: the change is applied to the store, and
 * the authenticator is asked about each token, at the address of its last use, now, in 24 hours and in 7 days; once without the change and
 * once with it. A token that is refused with the change and accepted without it must be one that the disruption names, and the reverse.
 */
export async function holdDisruptionAgainstAuthentication(store: Store, runs: number): Promise<void> {
  const { db } = store;
  const localAdminHash = hashSecret("");
  // Uses are not noted: with and without the change the organization is to be the same otherwise.
  const lastUse = { record: () => undefined, settled: () => Promise.resolve() };
  const authenticator = makeAuthenticator({ db, lastUse, localAdminHash });
  const mutate = mutateFor(
    store,
    async (trx) => ({ now, rights: await readRights(trx, { type: "local-root" }) }),
    "updateTokenSecurityPolicies",
  );
  const instants = [now, now + horizons.day, now + horizons.week];
  const accepted = (tokens: readonly UsedToken[]) =>
    Promise.all(
      instants.map((instant) =>
        Promise.all(
          tokens.map(async ({ id, lastUse: use }) => {
            const { ok } = await authenticator.authenticateToken(
              `${id}~${secret}`,
              { address: use?.from ?? "", admitsLocalAdmin: false },
              instant,
            );
            return ok;
          }),
        ),
      ),
    );

  const seen = new Set<Harm | undefined>();
  let leftOut = 0;
  await fc.assert(
    fc.asyncProperty(organizationArbitrary, async ({ tokens, next, filters }) => {
      await replaceOrganization(store, tokens, filters);
      const known = tokens.filter(({ lastUse: use }) => use?.from != null);
      leftOut += tokens.length - known.length;
      const without = await accepted(known);
      await applyPolicies(mutate, policiesToInput(next, { withSystem: true }), undefined);
      const withChange = await accepted(known);

      const judge = filterJudge((id) => filters[testIpFilters.findIndex((each) => each === id)]);
      const { changes } = planPolicyChange(tokens, next, now);
      const { ofChanges } = disruptionOf(changes, now, judge);
      const byToken = new Map(changes.map(({ token }, index) => [token.id, ofChanges[index]]));
      for (const [number, token] of known.entries()) {
        const disruption = byToken.get(token.id);
        seen.add(disruption?.harm);
        const stopped = instants.map((_, index) => without[index]?.[number] && !withChange[index]?.[number]);
        // What its filter refuses already cannot be stopped by an end; that it is locked out claims that it is not refused so far.
        const refusedBefore = judge(token.ipFilter, token.lastUse?.from ?? null) === "refuses";
        const said = instants.map(
          (instant) =>
            (token.expireAt === null || token.expireAt > instant) &&
            (disruption?.lockedOut === "yes" || (!refusedBefore && isStoppedBy(disruption?.stops, instant))),
        );
        expect(stopped, JSON.stringify({ token, disruption })).toEqual(said);
      }
    }),
    { numRuns: runs },
  );
  // All classes that a known address can have came up, and tokens of unknown address were left out.
  expect(seen).toEqual(new Set([...harms.filter((harm) => harm !== "may-be-locked-out"), undefined]));
  expect(leftOut).toBeGreaterThan(0);
}

/** Whether a token that would still live at an instant has stopped by then. */
function isStoppedBy(stop: Stop, instant: number): boolean {
  switch (stop) {
    case "at-once":
      return true;
    case "within-a-day":
      return instant >= now + horizons.day;
    case "within-a-week":
      return instant >= now + horizons.week;
    case undefined:
      return false;
    default:
      return stop satisfies never;
  }
}

async function replaceOrganization({ db }: Store, tokens: readonly UsedToken[], filters: readonly string[]): Promise<void> {
  const secretHash = hashSecret(secret);
  await db.deleteFrom("tokens").execute();
  await db.deleteFrom("users").execute();
  await db
    .insertInto("ipFilters")
    .values(testIpFilters.map((id, index) => ({ id, name: id, ipFilter: filters[index] ?? "", createdAt: 0 })))
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ ipFilter: sql`excluded.ip_filter` }))
    .execute();
  const users = tokens.filter(({ kind }) => kind === "personal").map(({ id }) => ({ id, username: id, createdAt: 0 }));
  if (users.length > 0) await db.insertInto("users").values(users).execute();
  await insertTokens(
    db,
    tokens.map(({ id, kind, name, createdAt, expireAt, ipFilter, lastUse }) => ({
      id,
      kind,
      name,
      secretHash,
      createdAt: Number(createdAt),
      expireAt: expireAt === null ? null : Number(expireAt),
      ipFilterId: ipFilter,
      userId: kind === "personal" ? id : null,
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

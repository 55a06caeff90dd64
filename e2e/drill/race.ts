import { setTimeout as delay } from "node:timers/promises";

import { Client } from "pg";

import { startCluster } from "#server/testing/cluster.ts";
import { openPolicies } from "#server/testing/callers.ts";

import type { Drill } from "./drill.ts";
import { answerOf, ask, type WritesTo } from "./mixed.ts";
import { withServer } from "./server.ts";

const creatorsOfEach = 3;
const dayInMs = 86_400_000;

/** What policies come and go: each forbids something that the creators ask for all the time. */
const policies: readonly ((ipFilter: string) => Readonly<Record<string, unknown>>)[] = [
  () => ({}),
  () => ({ organizationPermissionTokensEnforceExpirationAfterMs: dayInMs }),
  (ipFilter) => ({ organizationPermissionTokensEnforceIpFilterId: JSON.stringify(ipFilter) }),
  () => ({ organizationPermissionTokensEnabled: false }),
];

/** Tokens in force that the policy in force forbids. One statement sees one moment, between two commits. */
const escaped = `select count(*)::int as n from tokens join token_policies as policy using (kind)
  where (expire_at is null or expire_at > $1) and (
    not policy.enabled
    or (policy.maximum_lifetime is not null and (expire_at is null or expire_at > tokens.created_at + policy.maximum_lifetime))
    or (policy.ip_filter_id is not null and tokens.ip_filter_id is distinct from policy.ip_filter_id))`;

/**
 * Three processes on one PostgreSQL create tokens as fast as they can, with any expiry and without one, while policies come and go that
 * forbid some of them. At no moment may there be a token that the policy in force forbids.
 *
 * Fails when creating a token does not take the shared lock on tokens (`lockTokensWithNext` in store/locks.ts).
 */
export const race: Drill = {
  name: "race",
  about: "three processes create 20,000 tokens while 200 policy changes forbid some of them",
  minutes: 4,
  async run({ short }) {
    const creations = short ? 1500 : 20_000;
    const changes = short ? 20 : 200;
    const cluster = await startCluster();
    const observer = new Client({ connectionString: cluster.url("postgres") });
    try {
      return await withServer(cluster.url("postgres"), (one) =>
        withServer(cluster.url("postgres"), (two) =>
          withServer(cluster.url("postgres"), async (three) => {
            const targets = [one, two, three].map((server) => server.target());
            await observer.connect();
            const { ipFilter } = await ask(
              targets[0] as WritesTo,
              `mutation { ipFilter: createIPFilter(input: { name: "enforced", ipFilter: "allow all" }) { id } }`,
            );
            const filterId = (ipFilter as { id: string }).id;
            let begun = 0;
            let created = 0;
            let refused = 0;
            let changed = 0;
            let looks = 0;
            let escapes = 0;
            const create = async (target: WritesTo) => {
              while (begun < creations || changed < changes) {
                const number = begun++;
                const expireAt =
                  number % 3 === 0 ? "" : `, expireAt: ${Date.now() + (number % 3 === 1 ? dayInMs / 2 : 3 * dayInMs)}`;
                const { data, code } = await answerOf(
                  target,
                  `mutation { createOrganizationPermissionsToken(input: { name: "race ${number}", permissions: [ViewUsage]${expireAt} }) }`,
                );
                if (data !== null) created++;
                else if (code === "POLICY_VIOLATION") refused++;
                else throw new Error(`An unexpected refusal: ${code}`);
              }
            };
            const change = async () => {
              for (let number = 0; number < changes; number++) {
                // Spread over all creations, so that each policy meets some.
                while (begun < (creations * number) / changes) await delay(2);
                const choice = policies[(number * 7 + Math.floor(number / 4)) % policies.length];
                const input = Object.entries({ ...openPolicies, ...choice?.(filterId) })
                  .map(([field, value]) => `${field}: ${String(value)}`)
                  .join(", ");
                await ask(
                  targets[number % 3] as WritesTo,
                  `mutation { updateTokenSecurityPolicies(input: { ${input} }) { id } }`,
                );
                changed++;
              }
            };
            const look = async () => {
              do {
                const { rows } = await observer.query<{ n: number }>(escaped, [Date.now()]);
                looks++;
                escapes += rows[0]?.n ?? 0;
                await delay(5);
              } while (begun < creations || changed < changes);
            };
            await Promise.all([
              ...targets.flatMap((target) => Array.from({ length: creatorsOfEach }, () => create(target))),
              change(),
              look(),
            ]);
            const { rows } = await observer.query<{ n: number }>(escaped, [Date.now()]);
            escapes += rows[0]?.n ?? 0;
            return {
              rows: [
                { what: "creations against policies that come and go", tried: begun, lost: escapes },
                { what: "policy changes", tried: changed, lost: 0 },
                // A race in which nothing was forbidden, or everything, shows nothing.
                { what: "creations allowed", tried: created, lost: 0 },
                { what: "creations refused by a policy", tried: refused, lost: 0 },
              ],
              figures: { "looks for escapes": looks + 1 },
            };
          }),
        ),
      );
    } finally {
      await observer.end();
      await cluster.stop();
    }
  },
};

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { judgeCaller, type Claimed } from "#server/access/judgement.ts";
import { makeMutate } from "#server/access/mutate.ts";
import { makeTrail, type Trail } from "#server/audit/trail.ts";
import { findAdministrator } from "#server/auth/sessions.ts";
import { createPermissionToken } from "#server/services/tokens/create.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { ensureOrganization } from "#server/store/organization.ts";
import { startCluster } from "#server/testing/cluster.ts";
import { createVault } from "#server/vault.ts";

import { median } from "./plan.ts";

/** What the audit trail costs mutations on one database. */
export interface MutationBench {
  readonly database: string;
  /** Mutations that run at once. */
  readonly atOnce: number;
  /** Mutations a second with the trail, and the same without it. */
  readonly recorded: number;
  readonly unrecorded: number;
  /** The median, round by round, of recorded to unrecorded mutations a second. */
  readonly ratio: number;
}

/** Has tokens created by a root user, with and without a record of each, in turns; on both databases. */
export async function benchMutations(rounds = 60, each = 40): Promise<MutationBench[]> {
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-bench-"));
  const cluster = await startCluster({ durable: true });
  const results: MutationBench[] = [];
  try {
    for (const [database, atOnce, location] of [
      ["PGlite", 1, { dataDir: folder }],
      ["PostgreSQL", 1, { databaseUrl: cluster.url("postgres") }],
      ["PostgreSQL", 8, { databaseUrl: cluster.url("postgres") }],
    ] as const) {
      const store = await openStore(location);
      results.push({ database, atOnce, ...(await compare(store, atOnce, rounds, each)) });
      await store.close();
    }
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}

async function compare({ db }: Store, atOnce: number, rounds: number, each: number) {
  await ensureOrganization(db, Date.now());
  const { id = "" } = (await findAdministrator(db)) ?? {};
  const claimed: Claimed = {
    identity: {
      caller: { type: "user", user: { id, username: "admin", isRoot: true, isOrgRoot: true } },
      fullName: null,
      principal: { userId: id },
    },
    address: "127.0.0.1",
  };
  const nothing: Trail = { append: () => Promise.resolve(), appendNow: () => Promise.resolve() };
  const run = async (trail: Trail) => {
    const mutate = makeMutate({
      db,
      trail,
      claimed,
      operation: "createOrganizationPermissionsTokenV2",
      judge: (trx, targets) => judgeCaller(trx, claimed, Date.now, targets),
    });
    let left = each;
    const began = performance.now();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left-- > 0) {
          const request = { name: "made", expireAt: null, ipFilter: null, permissions: ["ViewUsage"], viewIds: [] };
          await createPermissionToken(mutate, "organization", request, {
            name: "name",
            expireAt: "expireAt",
            ipFilter: "ipFilterId",
            viewIds: "viewIds",
            permissions: "permissions",
          });
        }
      }),
    );
    return (each * 1000) / (performance.now() - began);
  };
  const trail = makeTrail(createVault(new Uint8Array(32).fill(7)));
  const rates = { recorded: [] as number[], unrecorded: [] as number[] };
  for (let round = -2; round < rounds; round++) {
    // Each goes first in every other round.
    const order = round % 2 === 0 ? (["recorded", "unrecorded"] as const) : (["unrecorded", "recorded"] as const);
    for (const what of order) {
      const rate = await run(what === "recorded" ? trail : nothing);
      if (round >= 0) rates[what].push(rate);
    }
  }
  return {
    recorded: median(rates.recorded),
    unrecorded: median(rates.unrecorded),
    ratio: median(rates.recorded.map((rate, round) => rate / (rates.unrecorded[round] ?? rate))),
  };
}

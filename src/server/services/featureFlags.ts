import type { Kysely } from "kysely";

import type { Mutate } from "#server/access/mutate.ts";
import type { Database } from "#server/store/schema.ts";

/** Names of the feature flags that are on. */
export async function readFeatureFlags(db: Kysely<Database>): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom("featureFlags").select("name").execute();
  return new Set(rows.map(({ name }) => name));
}

export async function enableFeature(mutate: Mutate, name: string): Promise<void> {
  await mutate({}, async ({ trx }) => {
    await trx
      .insertInto("featureFlags")
      .values({ name })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

/** Turns a feature flag off. */
export async function disableFeature(mutate: Mutate, name: string): Promise<void> {
  await mutate(
    { lock: (trx) => trx.selectFrom("featureFlags").select("name").where("name", "=", name).forUpdate().execute() },
    async ({ trx }) => {
      await trx.deleteFrom("featureFlags").where("name", "=", name).execute();
    },
  );
}

import type { Kysely } from "kysely";

import type { Recorded, Mutate } from "#server/access/mutate.ts";
import type { Database } from "#server/store/schema.ts";

/** Names of the feature flags that are on. */
export async function readFeatureFlags(db: Kysely<Database>): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom("featureFlags").select("name").execute();
  return new Set(rows.map(({ name }) => name));
}

export async function enableFeature(mutate: Mutate, name: string): Promise<void> {
  await mutate({}, async ({ trx }) => {
    const added = await trx
      .insertInto("featureFlags")
      .values({ name })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return flagSet(name, Number(added.numInsertedOrUpdatedRows ?? 0) === 0, true);
  });
}

/** Turns a feature flag off. */
export async function disableFeature(mutate: Mutate, name: string): Promise<void> {
  await mutate(
    { lock: (trx) => trx.selectFrom("featureFlags").select("name").where("name", "=", name).forUpdate().execute() },
    async ({ trx }, found) => {
      await trx.deleteFrom("featureFlags").where("name", "=", name).execute();
      return flagSet(name, found.length > 0, false);
    },
  );
}

function flagSet(name: string, before: boolean, after: boolean): Recorded<void> {
  return {
    result: undefined,
    record: {
      type: "tokenhouse.featureflag.change",
      action: "update",
      target: { kind: "featureFlag", id: name, name },
      before: { enabled: before },
      after: { enabled: after },
    },
  };
}

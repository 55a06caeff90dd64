import type { Transaction } from "kysely";

import type { Policies } from "#domain/policy/policy.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import type { Database } from "#server/store/schema.ts";

/** Puts policies in force: for tokens to come, and for what is changed of those that there are. */
export async function writePolicies(trx: Transaction<Database>, next: Policies): Promise<void> {
  await trx
    .insertInto("tokenPolicies")
    .values(
      tokenKinds.map((kind) => {
        const { enabled, maximumLifetime, ipFilter, allowPermissionUpdates } = next[kind];
        return { kind, enabled, maximumLifetime, ipFilterId: ipFilter, allowPermissionUpdates };
      }),
    )
    .onConflict((conflict) =>
      conflict.column("kind").doUpdateSet((row) => ({
        enabled: row.ref("excluded.enabled"),
        maximumLifetime: row.ref("excluded.maximumLifetime"),
        ipFilterId: row.ref("excluded.ipFilterId"),
        allowPermissionUpdates: row.ref("excluded.allowPermissionUpdates"),
      })),
    )
    .execute();
}

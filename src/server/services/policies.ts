import type { Kysely, Transaction } from "kysely";

import { defaultPolicies, type KindPolicy, type Policies } from "#domain/policy/policy.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import type { Database } from "#server/store/schema.ts";

/** The policies in force. Inside a transaction that holds a token lock they cannot change until it ends. */
export async function readPolicies(db: Kysely<Database>): Promise<Policies> {
  const rows = await db.selectFrom("tokenPolicies").selectAll().execute();
  const policies: Record<TokenKind, KindPolicy> = { ...defaultPolicies };
  for (const { kind, enabled, maximumLifetime, ipFilterId, allowPermissionUpdates } of rows) {
    policies[kind] = { enabled, maximumLifetime, ipFilter: ipFilterId, allowPermissionUpdates };
  }
  return policies;
}

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

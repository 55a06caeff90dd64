import { CompiledQuery, type Kysely, type Selectable } from "kysely";

import { defaultPolicies, type KindPolicy, type Policies } from "#domain/policy/policy.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

import type { Database } from "./schema.ts";
import { prepared } from "./statementClient.ts";

type PolicyRow = Selectable<Database["tokenPolicies"]>;

/** The columns of {@link PolicyRow}, in SQL. */
export const policyColumns = "kind, enabled, maximum_lifetime, ip_filter_id, allow_permission_updates";

/** The policies of every kind, as rows have them. */
export function policiesFrom(rows: readonly PolicyRow[]): Policies {
  const policies: Record<TokenKind, KindPolicy> = { ...defaultPolicies };
  for (const { kind, enabled, maximumLifetime, ipFilterId, allowPermissionUpdates } of rows) {
    policies[kind] = { enabled, maximumLifetime, ipFilter: ipFilterId, allowPermissionUpdates };
  }
  return policies;
}

const read = `select ${policyColumns} from token_policies ${prepared}`;

/** The policies in force. Inside a transaction that holds a token lock they cannot change until it ends. */
export async function readPolicies(db: Kysely<Database>): Promise<Policies> {
  return policiesFrom((await db.executeQuery<PolicyRow>(CompiledQuery.raw(read))).rows);
}

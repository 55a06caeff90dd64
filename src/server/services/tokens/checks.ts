import type { Transaction } from "kysely";

import type { Long } from "#domain/long.ts";
import type { LimitedRequest, PolicyVerdict, PolicyViolation } from "#domain/token/policyCheck.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";

import { notHeld, type Rights } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import type { Database } from "#server/store/schema.ts";
import type { FieldNames } from "#server/services/input.ts";
import { mayAdminister } from "./administered.ts";

/** What is asked for in a token that has permissions of its own. */
export interface PermissionTokenRequest {
  readonly name: string;
  /** Ms since epoch. */
  readonly expireAt: Long | null;
  readonly ipFilter: string | null;
  readonly permissions: readonly string[];
  /** Empty but for view tokens. */
  readonly viewIds: readonly string[];
}

/** What each part of a request is called in the input of the mutation that it came with. */
export type RequestFields = FieldNames<PermissionTokenRequest>;

/** What to say to a caller who may not administer tokens of a kind. */
const tokenDenials = {
  view: "Change view or repository permissions not allowed",
  organization: "Change organization permissions not allowed",
  system: "Change system permissions not allowed",
} as const satisfies Record<PermissionKind, string>;

/** @throws ClientError NOT_ALLOWED unless the caller administers tokens of the kind that name these search domains */
export function requireAdministers(rights: Rights, kind: PermissionKind, viewIds: readonly string[]): void {
  if (!mayAdminister(rights, { kind, userId: null, viewIds })) throw new ClientError("NOT_ALLOWED", tokenDenials[kind]);
}

/**
 * @param field what the permissions are called in the input, if they stand there
 * @throws ClientError NOT_ALLOWED, naming the permissions that the caller does not hold itself
 */
export function requireHeld(
  rights: Rights,
  kind: PermissionKind,
  permissions: readonly string[],
  viewIds: readonly string[],
  field: string | undefined,
): void {
  const lacking = notHeld(rights, kind, permissions, viewIds);
  if (lacking.length === 0) return;
  throw new ClientError(
    "NOT_ALLOWED",
    `Granting permissions that you do not hold yourself is not allowed: ${lacking.join(", ")}`,
    { field },
  );
}

/**
 * Locks the IP filter against deletion until the transaction ends: what a token names must be there when the token is.
 *
 * @throws ClientError BAD_INPUT when there is no such filter
 */
export async function requireIpFilter(trx: Transaction<Database>, id: string | null, field: string | undefined): Promise<void> {
  if (id === null) return;
  const found = await trx.selectFrom("ipFilters").select("id").where("id", "=", id).forKeyShare().executeTakeFirst();
  if (found !== undefined) return;
  throw new ClientError("BAD_INPUT", "The IP filter does not exist; it may have been deleted.", { field });
}

/** The limits that a token gets. @throws ClientError POLICY_VIOLATION when the policy refuses */
export function accepted(verdict: PolicyVerdict, fields: Partial<RequestFields>): LimitedRequest {
  if (!verdict.ok) throw policyViolation(verdict.violation, fields);
  return verdict;
}

/** A refusal by the policy, at the field of the input that it is about. */
export function policyViolation(violation: PolicyViolation, fields: Partial<RequestFields>): ClientError {
  const field = violation.field === null ? undefined : fields[violation.field];
  return new ClientError("POLICY_VIOLATION", violation.message, { field });
}

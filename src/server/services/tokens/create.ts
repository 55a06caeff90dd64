import { sql, type Transaction } from "kysely";

import { viewTokenPermissions } from "#domain/token/permissions.ts";
import { schemaForRequest } from "#domain/token/request.ts";
import { checkAgainstPolicy } from "#domain/token/policyCheck.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";

import type { Mutate } from "#server/access/mutate.ts";
import { includes, type Rights } from "#server/access/permissions.ts";
import { mintToken } from "#server/auth/secrets.ts";
import { ClientError } from "#server/errors.ts";
import type { Database, TokenModel } from "#server/store/schema.ts";
import { parseInput } from "#server/services/input.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { named, noSuchPredecessor, recordSuccessor } from "#server/services/successors.ts";
import { lockNotes } from "#server/store/locks.ts";
import { adds, later, prepared } from "#server/store/statementClient.ts";
import {
  accepted,
  requireAdministers,
  requireHeld,
  requireIpFilter,
  type PermissionTokenRequest,
  type RequestFields,
} from "./checks.ts";
import { findToken, tokenTarget } from "./find.ts";
import { freshlyIssued, type IssuedToken } from "./issued.ts";

/**
 * Creates a view, organization or system token.
 *
 * @param replaces id of the token whose place it takes, which is recorded
 * @throws ClientError BAD_INPUT, POLICY_VIOLATION (both with the field), NOT_ALLOWED, or NOT_FOUND where there is nothing to replace
 */
export async function createPermissionToken(
  mutate: Mutate,
  kind: PermissionKind,
  request: PermissionTokenRequest,
  fields: RequestFields,
  replaces?: string,
): Promise<IssuedToken> {
  const lock = async (trx: Transaction<Database>) => {
    if (replaces !== undefined) await lockNotes(trx);
    return kind === "view" ? lockSearchDomains(trx, request.viewIds) : [];
  };
  return mutate({ token: replaces, lock, policies: true, whole: replaces === undefined }, async (act, searchDomainIds) => {
    const { trx, rights, now, policies = await readPolicies(trx) } = act;
    const { viewIds, ...wanted } = parseRequest(kind, request, fields, now);
    if (kind === "view") requireSearchDomains(rights, viewIds, searchDomainIds, fields.viewIds);
    requireAdministers(rights, kind, viewIds);
    const replaced = replaces === undefined ? undefined : await findToken(act, replaces);
    if (replaces !== undefined && replaced?.kind !== kind) throw noSuchPredecessor();
    requireHeld(rights, kind, wanted.permissions, viewIds, fields.permissions);
    const limits = accepted(checkAgainstPolicy(kind, policies[kind], wanted, now), fields);
    await requireIpFilter(trx, limits.ipFilter, fields.ipFilter);

    const { tokenString, secretHash, id } = mintToken(kind);
    const token: TokenModel = {
      id,
      kind,
      name: wanted.name,
      userId: null,
      permissions: wanted.permissions,
      viewIds,
      ...freshlyIssued(act, limits),
    };
    await trx
      .insertInto("tokens")
      .values({ ...token, secretHash })
      // With the commit, but where something is to be written about it.
      .modifyEnd(replaced === undefined ? withCommit : sql``)
      .execute();
    if (replaced !== undefined) await recordSuccessor(act, named(token), named(replaced));
    return {
      result: { tokenString, token, secretHash },
      record: {
        type: "hashedtokens.change",
        action: "create",
        target: tokenTarget(token),
        after: token,
        ...(replaced && { details: { replaces: replaced.id } }),
      },
    };
  });
}

const withCommit = sql.raw(`${adds} ${prepared} ${later}`);

/**
 * The request with its values put in order. A view token's permissions are what it will have: expanded, and with what it gets
 * besides.
 */
function parseRequest(
  kind: PermissionKind,
  request: PermissionTokenRequest,
  fields: RequestFields,
  now: number,
): PermissionTokenRequest & { permissions: string[]; viewIds: string[] } {
  switch (kind) {
    case "view": {
      const parsed = parseInput(schemaForRequest("view", request.expireAt, now), request, fields);
      return { ...parsed, permissions: viewTokenPermissions(parsed.permissions) };
    }
    case "organization":
      return { ...parseInput(schemaForRequest("organization", request.expireAt, now), request, fields), viewIds: [] };
    case "system":
      return { ...parseInput(schemaForRequest("system", request.expireAt, now), request, fields), viewIds: [] };
    default:
      return kind satisfies never;
  }
}

/** Those of the search domains that there are, locked against deletion: what a token names must be there when the token is. */
async function lockSearchDomains(trx: Transaction<Database>, ids: readonly string[]): Promise<string[]> {
  const found = await trx
    .selectFrom("searchDomains")
    .select("id")
    // One parameter, however many there are: the request is not checked yet.
    .where(sql<boolean>`id = any(${[...ids]}::text[])`)
    .orderBy("id")
    .forKeyShare()
    .execute();
  return found.map(({ id }) => id);
}

function requireSearchDomains(rights: Rights, ids: readonly string[], found: readonly string[], field: string | undefined): void {
  const missing = ids.filter((id) => !includes(rights.reach, id) || !found.includes(id));
  if (missing.length === 0) return;
  throw new ClientError("BAD_INPUT", "One of the repositories or views does not exist, or you have no access to it.", {
    field,
  });
}

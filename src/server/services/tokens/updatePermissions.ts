import * as z from "zod/mini";

import { viewTokenPermissions } from "#domain/token/permissions.ts";
import { tokenRequestSchemas } from "#domain/token/request.ts";
import { permissionUpdateViolation } from "#domain/token/policyCheck.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";

import type { Mutate } from "#server/access/mutate.ts";
import { parseInput } from "#server/services/input.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { policyViolation, requireHeld } from "./checks.ts";
import { expired, findToken, noSuchToken, tokenTarget } from "./find.ts";

/**
 * Gives an existing token other permissions; its string stays valid. Only permissions that the token does not have yet count as
 * granted.
 *
 * @throws ClientError NOT_FOUND, NOT_ALLOWED, BAD_INPUT or POLICY_VIOLATION
 */
export async function updateTokenPermissions(
  mutate: Mutate,
  kind: PermissionKind,
  id: string,
  permissions: readonly string[],
): Promise<void> {
  await mutate({ token: id }, async (act) => {
    const { trx, rights, now } = act;
    const found = await findToken(act, id);
    if (found?.kind !== kind) throw noSuchToken();
    const gone = expired(found, now, "get other permissions");
    if (gone !== undefined) throw gone;
    const violation = permissionUpdateViolation(kind, (await readPolicies(trx))[kind]);
    if (violation !== null) throw policyViolation(violation, { permissions: "permissions" });
    const next = parsePermissions(kind, permissions);
    const added = next.filter((name) => !found.permissions.includes(name));
    requireHeld(rights, kind, added, found.viewIds, "permissions");
    await trx.updateTable("tokens").set({ permissions: next }).where("id", "=", id).execute();
    const after = { ...found, permissions: next };
    return {
      result: undefined,
      record: { type: "hashedtokens.change", action: "update", target: tokenTarget(found), before: found, after },
    };
  });
}

const shape = { permissions: true } as const;

/** The schemas want the time for the expiry alone, which is not taken from them here. */
const permissionSchemas = {
  view: z.pick(tokenRequestSchemas.view(0), shape),
  organization: z.pick(tokenRequestSchemas.organization(0), shape),
  system: z.pick(tokenRequestSchemas.system(0), shape),
} as const satisfies Record<PermissionKind, z.ZodMiniType>;

function parsePermissions(kind: PermissionKind, permissions: readonly string[]): string[] {
  const input = { permissions };
  const fields = { permissions: "permissions" };
  return kind === "view"
    ? viewTokenPermissions(parseInput(permissionSchemas.view, input, fields).permissions)
    : parseInput(permissionSchemas[kind], input, fields).permissions;
}

import type { Kysely, Transaction } from "kysely";

import type { PermissionKind } from "#domain/token/kinds.ts";
import { localAdministrator } from "#domain/token/creator.ts";
import { recordText, type ActorType, type AuditActor, type AuditCircumstances, type AuditEntry } from "#domain/audit/record.ts";

import type { Identity } from "#server/auth/authenticate.ts";
import { sessionName } from "#server/auth/sessions.ts";
import type { Caller } from "#server/caller.ts";
import { randomId } from "#server/store/ids.ts";
import { organizationId, type Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";

/** What a record tells besides its entry. */
export type Circumstances = Omit<AuditCircumstances, "id">;

/** Writes the audit trail. It inserts one row and touches no other, so that no act waits for another's record. */
export interface Trail {
  /** Writes a record in the transaction of what it tells about, or by itself where nothing is written but the record. */
  append(db: Kysely<Database> | Transaction<Database>, entry: AuditEntry, circumstances: Circumstances): Promise<void>;
}

/** Makes the trail of a store. */
export function makeTrail(vault: Vault): Trail {
  return {
    async append(db, entry, circumstances) {
      const record = recordText(entry, { ...circumstances, id: randomId(24) });
      await db
        .insertInto("auditRecords")
        .values({ record, mac: vault.signAudit(record) })
        .execute();
    },
  };
}

const tokenActors = {
  view: "viewPermissionToken",
  organization: "organizatioPermissionToken",
  system: "systemPermissionToken",
} as const satisfies Record<PermissionKind, ActorType>;

/** Who acts, as a record has it: `caller` as judged, by the credential of the request that came from `address`. */
export function actorOf(
  caller: Caller,
  { sessionIdHash, token, linkedBy }: Pick<Identity, "sessionIdHash" | "token" | "linkedBy">,
  address: string,
): AuditActor {
  const base = {
    ip: address,
    organizationId,
    sessionId: sessionIdHash && sessionName(sessionIdHash),
    linkedBy,
  };
  switch (caller.type) {
    case "local-root":
      return { ...base, type: "localAdministrator", orgRoot: true, tokenName: localAdministrator };
    case "user": {
      const { id, username, isRoot, isOrgRoot } = caller.user;
      const byToken = caller.tokenId !== undefined;
      return {
        ...base,
        type: byToken ? "personalUserToken" : "orgUser",
        orgRoot: isOrgRoot,
        user: { id, username, isRoot },
        ...(byToken && { tokenId: caller.tokenId, tokenName: token?.name ?? username }),
      };
    }
    case "token": {
      const { id, kind, name } = caller.token;
      return { ...base, type: tokenActors[kind], orgRoot: false, tokenId: id, tokenName: name };
    }
    default:
      return caller satisfies never;
  }
}

/** The server itself, where nobody asked. */
export const serverActor: AuditActor = { type: "server", organizationId, orgRoot: false };

import { CompiledQuery, type Kysely, type Transaction } from "kysely";

import type { PermissionKind } from "#domain/token/kinds.ts";
import { localAdministrator } from "#domain/token/creator.ts";
import {
  writtenRecord,
  type ActorType,
  type AuditActor,
  type AuditCircumstances,
  type AuditEntry,
} from "#domain/audit/record.ts";

import type { Identity } from "#server/auth/authenticate.ts";
import { sessionName } from "#server/auth/sessions.ts";
import type { Caller } from "#server/caller.ts";
import { randomId } from "#server/store/ids.ts";
import { adds, later, prepared } from "#server/store/statementClient.ts";
import { organizationId, type Database } from "#server/store/schema.ts";
import type { Vault } from "#server/vault.ts";

/** What a record tells besides its entry. */
export type Circumstances = Omit<AuditCircumstances, "id">;

/**
 * Writes the audit trail. It inserts one row and touches no other, so that no act waits for another's record. In a transaction the row goes
 * to the database with its commit: what refuses the row refuses the commit.
 */
export interface Trail {
  /** Writes a record in the transaction of what it tells about, or by itself where nothing is written but the record. */
  append(db: Kysely<Database> | Transaction<Database>, entry: AuditEntry, circumstances: Circumstances): Promise<void>;
  /** The same, but the row goes to the database at once: records of an act that has many are not held until its end. */
  appendNow(trx: Transaction<Database>, entry: AuditEntry, circumstances: Circumstances): Promise<void>;
}

const insert = `
  insert into audit_records (record, mac, id, happened_at, type, outcome, actor_id, address, subject, others)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ${adds} ${prepared}`;
const insertLater = `${insert} ${later}`;

/** Makes the trail of a store. */
export function makeTrail(vault: Vault): Trail {
  const statement = (text: string, entry: AuditEntry, circumstances: Circumstances) => {
    const { text: record, index } = writtenRecord(entry, { ...circumstances, id: randomId(24) });
    const { id, happenedAt, type, outcome, actorId, address, subject, others } = index;
    // Ready as it is: every mutation runs it, and building it anew would cost as much as the rest of a record.
    return CompiledQuery.raw(text, [
      record,
      vault.signAudit(record),
      id,
      happenedAt,
      type,
      outcome,
      actorId,
      address,
      subject,
      others,
    ]);
  };
  return {
    async append(db, entry, circumstances) {
      await db.executeQuery(statement(insertLater, entry, circumstances));
    },
    async appendNow(trx, entry, circumstances) {
      await trx.executeQuery(statement(insert, entry, circumstances));
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

/** Somebody at an address who has not said who they are, or not validly. */
export function strangerAt(address: string): AuditActor {
  return { type: "stranger", ip: address, organizationId, orgRoot: false };
}

/** The server itself, where nobody asked. */
export const serverActor: AuditActor = { type: "server", organizationId, orgRoot: false };

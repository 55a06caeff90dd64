import type { QueryClient } from "@tanstack/react-query";

import type { BulkAction, BulkRunStep } from "#domain/inventory/bulk.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import type { BulkRenewal } from "#domain/inventory/bulkRenewal.ts";
import { tokenKeyOf, type TokenKey } from "#domain/inventory/notes.ts";
import { isTokenKind, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { permissionDifference } from "#domain/token/permissionWords.ts";
import { DeleteFleetTokenDocument } from "#logscale/generated/fleetToken.ts";
import { AssignParserDocument, RemoveIngestTokenDocument, UnassignParserDocument } from "#logscale/generated/ingestToken.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { call, serverNow } from "#web/api/client.ts";
import { continueWith, offers, type Session } from "#web/api/session.ts";
import { fleetTokenNow } from "#web/fleet/queries.ts";
import { createFleetValues } from "#web/fleet/values.ts";
import { ingestTokensQuery, readValue } from "#web/ingest/queries.ts";
import { forgetNotes } from "#web/inventory/notes/forget.ts";
import { renewIngestToken, renewToken } from "#web/renewal/renew.ts";
import { findRotated, present } from "#web/tokens/lost.ts";
import { deleteToken, rotateToken, updatePermissions, type IssuedSecret } from "#web/tokens/mutations.ts";

import type { LookedUp, RunOptions } from "./run.ts";
import { createSuccessors } from "./successors.ts";

/** A secret that an action made. */
export interface MadeSecret extends IssuedSecret {
  /** What has it, where that is called otherwise than the token it was made for. */
  readonly name?: string;
  /** Of a renewal: whether it is written down which token it replaces. */
  readonly recorded?: boolean;
}

/** What a rotation or a renewal gives; nothing for every other action, and where a new value could not be read. */
export type BulkOutcome = MadeSecret | undefined;

/** What does an action with one token, and what looks should the answer be lost. */
export interface Performer extends Pick<RunOptions<BulkRunStep, BulkOutcome>, "send" | "watch" | "seen" | "keyOf"> {
  /** Forgets what it needed to know of secrets. */
  readonly forget: () => void;
}

/**
 * Makes what does an action with tokens of any kind.
 *
 * @param act joins the records that the server keeps of deletions and rotations
 */
export function createPerformer(client: QueryClient, session: Session, action: BulkAction, act?: string): Performer {
  const joined = act === undefined || !offers(session, "auditTrail") ? {} : { extensions: { tokenhouse: { act } } };
  // The server knows a fleet token by its value, which is read only to delete it.
  const values = createFleetValues(client);

  const remove = async (token: InventoryToken): Promise<void> => {
    const { kind, name, ingest, fleet } = token;
    if (isTokenKind(kind)) await deleteToken(idOf(token), joined);
    else if (ingest !== undefined) await call(RemoveIngestTokenDocument, { repository: ingest.repository, token: name }, joined);
    else if (fleet !== undefined) {
      const value = await values.read(fleet.handle);
      await call(DeleteFleetTokenDocument, { fleetToken: value.reveal() }, joined);
    }
  };
  const rotate = async (token: InventoryToken): Promise<IssuedSecret> => {
    const issued = await rotateToken(idOf(token), joined);
    // In front of a cluster the session is the token, and would end with the former secret.
    if (token.id === session.tokenId) await continueWith(client, session, issued.secret.reveal());
    return issued;
  };
  const successors = createSuccessors();
  const renew = async (token: InventoryToken, renewal: BulkRenewal): Promise<BulkOutcome> => {
    const replaces = tokenKeyOf(token);
    if (replaces === undefined) throw new Error("What is renewed has a key.");
    if (renewal.type === "ingest") return renewIngest(renewal, replaces);
    const issued = await renewToken(renewal.request, replaces, session);
    if (issued.id !== null) successors.claim(issued.id);
    if (token.kind !== "personal") return issued;
    // In front of a cluster the session is the token, and would end with the former one.
    if (token.id === session.tokenId) await continueWith(client, session, issued.secret.reveal());
    // The old one is gone, so that there is no pair to write down.
    return { id: issued.id, secret: issued.secret };
  };
  /** Makes an ingest token beside another. The answer has no value; who may change the repository's tokens may read it. */
  const renewIngest = async (renewal: BulkRenewal & { readonly type: "ingest" }, replaces: TokenKey): Promise<BulkOutcome> => {
    const { repository, name, parser } = renewal;
    const { recorded } = await renewIngestToken(
      { repositoryName: repository, name, parser, customToken: null },
      replaces,
      session,
    );
    try {
      return { id: null, name, recorded, secret: await readValue(repository, name) };
    } catch {
      // It is made, which a failed reading does not undo. Its page shows the value.
      return undefined;
    }
  };
  /** Looks whether a token was renewed. */
  const findSuccessor = async (token: InventoryToken, renewal: BulkRenewal, since: number): Promise<LookedUp> => {
    if (renewal.type === "ingest") return (await ingestToken(client, token, renewal.name)) === undefined ? "not-done" : "done";
    const { kind, id, name } = governed(token);
    if (kind === "personal") return (await findRotated(client, governed(token), since)) === "same" ? "not-done" : "unseen";
    const { tokens } = await client.query({ ...tokensQuery(kind, "plan"), staleTime: 0 });
    return successors.find(tokens, { id, name }, since) ? "unseen" : "not-done";
  };
  const assign = async ({ name, ingest }: InventoryToken, parser: string | null): Promise<void> => {
    const repository = ingest?.repository ?? "";
    await (parser === null
      ? call(UnassignParserDocument, { repository, token: name })
      : call(AssignParserDocument, { input: { repositoryName: repository, tokenName: name, parser } }));
  };

  const isThere = async (token: InventoryToken): Promise<boolean> => {
    const { kind, ingest, fleet } = token;
    if (isTokenKind(kind)) return (await present(client, { kind, id: idOf(token) })) !== undefined;
    if (fleet !== undefined) {
      return (await fleetTokenNow(client, fleet.handle)) !== undefined;
    }
    return ingest !== undefined && (await ingestToken(client, token)) !== undefined;
  };

  return {
    keyOf: ({ token }) => token.key,
    send: async ({ token, change, renewal }) => {
      switch (action.type) {
        case "delete":
          await remove(token);
          void forgetNotes(client, tokenKeyOf(token));
          return undefined;
        case "rotate":
          return rotate(token);
        case "renew":
          return renewal && renew(token, renewal);
        case "parser":
          await assign(token, action.parser);
          return undefined;
        case "permissions":
          await updatePermissions(action.kind, idOf(token), change?.next ?? []);
          return undefined;
        default:
          return action satisfies never;
      }
    },
    watch: ({ token, change, renewal }) => {
      const since = serverNow();
      return async (): Promise<LookedUp> => {
        switch (action.type) {
          case "delete":
            return (await isThere(token)) ? "not-done" : "done";
          case "rotate":
            return (await findRotated(client, governed(token), since)) === "same" ? "not-done" : "unseen";
          case "renew":
            return renewal === undefined ? "not-done" : findSuccessor(token, renewal, since);
          case "parser":
            return (await ingestToken(client, token))?.parser === action.parser ? "done" : "not-done";
          case "permissions": {
            const now = await present(client, governed(token));
            const { added, removed } = permissionDifference(action.kind, now?.permissions ?? [], change?.next ?? []);
            // What every view token has unasked is not asked for.
            return now !== undefined && added.length + removed.filter((name) => change?.removed.includes(name)).length === 0
              ? "done"
              : "not-done";
          }
          default:
            return action satisfies never;
        }
      };
    },
    // What was done and not seen is never taken for what gave a secret.
    seen: () => undefined,
    forget: values.forget,
  };
}

async function ingestToken(client: QueryClient, { name, ingest }: InventoryToken, wanted = name) {
  const tokens = await client.query({ ...ingestTokensQuery(ingest?.repository ?? ""), staleTime: 0 });
  return tokens.find((token) => token.name === wanted);
}

function idOf({ id }: InventoryToken): string {
  if (id === undefined) throw new Error("A governed token has an id.");
  return id;
}

function governed(token: InventoryToken): {
  readonly kind: TokenKind;
  readonly id: string;
  readonly name: string;
  readonly createdAt: Long;
} {
  const { kind, name, createdAt = 0 } = token;
  if (!isTokenKind(kind)) throw new Error("An ingest or fleet token is not governed.");
  return { kind, id: idOf(token), name, createdAt };
}

import type { QueryClient } from "@tanstack/react-query";

import type { BulkAction, BulkRunStep } from "#domain/inventory/bulk.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { isTokenKind, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { permissionDifference } from "#domain/token/permissionWords.ts";
import { DeleteFleetTokenDocument } from "#logscale/generated/fleetToken.ts";
import { AssignParserDocument, RemoveIngestTokenDocument, UnassignParserDocument } from "#logscale/generated/ingestToken.ts";
import { call, CallError, serverNow } from "#web/api/client.ts";
import { continueWith, type Session } from "#web/api/session.ts";
import { fleetFactsQuery, fleetTokensQuery } from "#web/fleet/queries.ts";
import { ingestTokensQuery } from "#web/ingest/queries.ts";
import type { Secret } from "#web/secrets/secret.ts";
import { findRotated, present } from "#web/tokens/lost.ts";
import { deleteToken, rotateToken, updatePermissions, type IssuedSecret } from "#web/tokens/mutations.ts";

import type { LookedUp, RunOptions } from "./run.ts";

/** What a rotation gives; nothing for every other action. */
export type BulkOutcome = IssuedSecret | undefined;

/** What does an action with one token, and what looks should the answer be lost. */
export interface Performer extends Pick<RunOptions<BulkRunStep, BulkOutcome>, "send" | "watch" | "seen" | "keyOf"> {
  /** Forgets what it needed to know of secrets. */
  readonly forget: () => void;
}

/** Makes what does an action with tokens of any kind. */
export function createPerformer(client: QueryClient, session: Session, action: BulkAction): Performer {
  // The server knows a fleet token by its value, which is read only to delete it.
  let values: Promise<ReadonlyMap<string, Secret>> | undefined;
  const valueOf = async (handle: string): Promise<Secret> => {
    values ??= client
      .query({ ...fleetTokensQuery, staleTime: 0 })
      .then(({ rows }) => new Map(rows.map((row) => [row.handle, row.value])));
    const value = (await values).get(handle);
    if (value !== undefined) return value;
    throw new CallError({ kind: "refused", code: "NOT_FOUND", message: "The fleet token was deleted meanwhile." });
  };

  const remove = async (token: InventoryToken): Promise<void> => {
    const { kind, name, ingest, fleet } = token;
    if (isTokenKind(kind)) await deleteToken(idOf(token));
    else if (ingest !== undefined) await call(RemoveIngestTokenDocument, { repository: ingest.repository, token: name });
    else if (fleet !== undefined) {
      const value = await valueOf(fleet.handle);
      await call(DeleteFleetTokenDocument, { fleetToken: value.reveal() });
    }
  };
  const rotate = async (token: InventoryToken): Promise<IssuedSecret> => {
    const issued = await rotateToken(idOf(token));
    // In front of a cluster the session is the token, and would end with the former secret.
    if (token.id === session.tokenId) await continueWith(client, session, issued.secret.reveal());
    return issued;
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
      const { rows } = await client.query({ ...fleetFactsQuery, staleTime: 0 });
      return rows.some(({ handle }) => handle === fleet.handle);
    }
    return ingest !== undefined && (await ingestToken(client, token)) !== undefined;
  };

  return {
    keyOf: ({ token }) => token.key,
    send: async ({ token, change }) => {
      switch (action.type) {
        case "delete":
          await remove(token);
          return undefined;
        case "rotate":
          return rotate(token);
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
    watch: ({ token, change }) => {
      const since = serverNow();
      return async (): Promise<LookedUp> => {
        switch (action.type) {
          case "delete":
            return (await isThere(token)) ? "not-done" : "done";
          case "rotate":
            return (await findRotated(client, governed(token), since)) === "same" ? "not-done" : "unseen";
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
    // A rotation that was done and not seen is never taken for one that gave a secret.
    seen: () => undefined,
    forget: () => {
      void values?.then((read) => {
        for (const value of read.values()) value.forget();
      });
      values = undefined;
    },
  };
}

async function ingestToken(client: QueryClient, { name, ingest }: InventoryToken) {
  const tokens = await client.query({ ...ingestTokensQuery(ingest?.repository ?? ""), staleTime: 0 });
  return tokens.find((token) => token.name === name);
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

import { withOwners } from "#domain/inventory/acting.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { personalIdLength } from "#domain/leak/found.ts";
import { withAuditedUse, type AuditedUse } from "#domain/token/auditedUse.ts";
import { OneTokenDocument, OwnTokenDocument } from "#logscale/generated/token.ts";
import { OneTokenWithUseDocument } from "#logscale/generated/tokenExtension.ts";
import { governedItem } from "#logscale/inventoryLists.ts";
import { tokenDetailFromWire, type TokenDetail } from "#logscale/tokenDetail.ts";

import { ask, RemoteError, type RemoteServer } from "./client.ts";
import { readIdentity } from "./identity.ts";
import type { InventoryReading } from "./inventory.ts";
import { readAudit } from "./readAudit.ts";
import { readNotes } from "./readNotes.ts";
import { tokenReader, type TokenReader } from "./readTokens.ts";

/**
 * What became of looking an id up:
 *
 * - `found`: a token has it
 * - `gone`: none has it, and the caller would see one that had
 * - `unseen`: the caller sees none that has it, and there may be one all the same
 */
export type LookedUpId =
  | {
      readonly type: "found";
      readonly token: TokenDetail;
      /** The same as the inventory has it, with whoever is to act for it. */
      readonly item: InventoryToken;
    }
  | { readonly type: "gone" | "unseen" };

/** What became of looking ids up. */
export interface LookUp {
  /** By id. */
  readonly results: ReadonlyMap<string, LookedUpId>;
  /** What could not be read besides tokens: a sentence each. */
  readonly remarks: readonly string[];
}

/** Ids asked about at the same time. */
const atOnce = 3;

/**
 * Looks tokens up by their ids: nothing else of them is sent.
 *
 * @throws RemoteError
 */
export async function lookUpIds(server: RemoteServer, ids: readonly string[], reading: InventoryReading): Promise<LookUp> {
  const { signal, onProgress } = reading;
  const identity = await readIdentity(server, signal);
  const reader = await tokenReader(server, signal);
  const audit = await readAudit(server, identity.offers, reading);
  const { notes, failed } = await readNotes(server, signal);
  const results = new Map<string, LookedUpId>();
  const waiting = ids.values();
  const work = async () => {
    for (const id of waiting) {
      onProgress(`Looking up tokens by their ids: ${results.size} of ${ids.length}`);
      const token = await lookUp(server, reader, id, identity.userId, signal);
      results.set(id, token === undefined ? { type: missingType(id, reader) } : known(token, audit.use));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, work));
  const withNotes = ([id, result]: readonly [string, LookedUpId]): readonly [string, LookedUpId] => {
    if (result.type !== "found") return [id, result];
    const [item = result.item] = withOwners([result.item], notes.owners);
    return [id, { ...result, item }];
  };
  return {
    results: new Map([...results].map(withNotes)),
    remarks: [
      audit.remark,
      failed ? "Owners that somebody wrote down could not be read; whoever created a token stands in their place." : undefined,
    ].filter((remark) => remark !== undefined),
  };
}

function known(read: TokenDetail, audit: AuditedUse | undefined): LookedUpId {
  const token = withAuditedUse(read, audit);
  return { type: "found", token, item: governedItem(token) };
}

/** The token of an id; undefined where the caller sees none, which a server does not tell apart from there being none. */
async function lookUp(
  server: RemoteServer,
  { offers }: TokenReader,
  id: string,
  userId: string | undefined,
  signal: AbortSignal,
): Promise<TokenDetail | undefined> {
  const document = offers("tokenUse") ? OneTokenWithUseDocument : OneTokenDocument;
  try {
    const { token } = await ask(server, document, { id }, { signal });
    return detail(server, id, token);
  } catch (error) {
    if (!isNone(error)) throw error;
  }
  // LogScale answers for one's own personal token only by way of the account.
  if (id !== userId) return undefined;
  const { token } = (await ask(server, OwnTokenDocument, {}, { signal })).viewer;
  return token == null ? undefined : detail(server, id, token);
}

function detail({ origin }: RemoteServer, id: string, wire: Parameters<typeof tokenDetailFromWire>[0]): TokenDetail {
  const found = tokenDetailFromWire(wire);
  if (found !== undefined) return found;
  const message = `${origin}: the token ${id} is of a type that Tokenhouse does not know. A newer one may.`;
  throw new RemoteError(message, { kind: "unexpected", message });
}

/** Whether a refusal says that there is no such token, or none that the caller may see. */
function isNone(error: unknown): boolean {
  if (!(error instanceof RemoteError) || error.failure.kind !== "refused") return false;
  const { code } = error.failure;
  return code === undefined || code === "NOT_FOUND" || code === "NOT_ALLOWED" || code === "BAD_INPUT";
}

function missingType(id: string, { visibility }: TokenReader): "gone" | "unseen" {
  const kinds = id.length === personalIdLength ? (["personal"] as const) : (["view", "organization", "system"] as const);
  return kinds.every((kind) => visibility[kind] === "complete") ? "gone" : "unseen";
}

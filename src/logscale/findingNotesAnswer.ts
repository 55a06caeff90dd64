import { inventoryKinds, type InventoryKind } from "#domain/inventory/item.ts";
import type { Dismissal, KeptThresholds, SuccessorLink, TokenKey, WrittenOwner } from "#domain/inventory/notes.ts";
import { thresholdNames, thresholdRules, type ThresholdName } from "#domain/inventory/thresholds.ts";
import { membersOf } from "#domain/members.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import type { FindingNotesAnswer } from "./findingNotes.ts";

/**
 * What people write of tokens, of an answer that `findingNotesSchema` takes; undefined where it is no such answer. Read without the schema
 * library, which lists of tokens would load for this alone.
 */
export function findingNotesFrom(answer: unknown): FindingNotesAnswer | undefined {
  const { mayWrite, mayAssign, ...rest } = membersOf(answer);
  const kinds = listOf(mayAssign, kindFrom);
  const thresholds = thresholdsFrom(rest["thresholds"]);
  const dismissals = listOf(rest["dismissals"], dismissalFrom);
  const owners = listOf(rest["owners"], ownerFrom);
  const links = listOf(rest["links"], linkFrom);
  if (typeof mayWrite !== "boolean" || kinds === undefined || thresholds === undefined) return undefined;
  if (dismissals === undefined || owners === undefined || links === undefined) return undefined;
  return { mayWrite, mayAssign: kinds, thresholds, dismissals, owners, links };
}

/** What `read` makes of each of a list; undefined where it makes nothing of one, or where there is no list. */
function listOf<Item>(value: unknown, read: (item: unknown) => Item | undefined): Item[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(read).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}

function kindFrom(value: unknown): InventoryKind | undefined {
  return inventoryKinds.find((kind) => kind === value);
}

/** Who wrote something, when, and which version it is. */
function writtenFrom(value: unknown): { by: string; at: number; version: string } | undefined {
  const { by, at, version } = membersOf(value);
  return typeof by === "string" && isNumber(at) && typeof version === "string" ? { by, at, version } : undefined;
}

function keyFrom(value: unknown): TokenKey | undefined {
  const { kind, id, createdAt, repository, name, handle } = membersOf(value);
  if (kind === "ingest")
    return typeof repository === "string" && typeof name === "string" ? { kind, repository, name } : undefined;
  if (kind === "fleet") return typeof handle === "string" ? { kind, handle } : undefined;
  const governed = tokenKinds.find((one) => one === kind);
  if (governed === undefined || typeof id !== "string" || !isNumber(createdAt) || !Number.isSafeInteger(createdAt))
    return undefined;
  return { kind: governed, id, createdAt };
}

function dismissalFrom(value: unknown): Dismissal | undefined {
  const { token, rule, note, until } = membersOf(value);
  const [key, written] = [keyFrom(token), writtenFrom(value)];
  if (key === undefined || written === undefined || typeof rule !== "string" || typeof note !== "string") return undefined;
  return until === null || isNumber(until) ? { token: key, rule, note, until, ...written } : undefined;
}

function ownerFrom(value: unknown): WrittenOwner | undefined {
  const { token, owner } = membersOf(value);
  const [key, written] = [keyFrom(token), writtenFrom(value)];
  return key !== undefined && written !== undefined && typeof owner === "string" ? { token: key, owner, ...written } : undefined;
}

function linkFrom(value: unknown): SuccessorLink | undefined {
  const { token, replaces } = membersOf(value);
  const [key, replaced, written] = [keyFrom(token), keyFrom(replaces), writtenFrom(value)];
  return key !== undefined && replaced !== undefined && written !== undefined
    ? { token: key, replaces: replaced, ...written }
    : undefined;
}

function thresholdsFrom(value: unknown): KeptThresholds | undefined {
  const { values, set } = membersOf(value);
  const given = membersOf(values);
  const days = (name: ThresholdName) => {
    const { least, most } = thresholdRules[name];
    const number = given[name];
    return isNumber(number) && Number.isInteger(number) && number >= least && number <= most ? number : undefined;
  };
  const [olderThan, unusedFor, expiresWithin, quietFor] = [
    days("olderThan"),
    days("unusedFor"),
    days("expiresWithin"),
    days("quietFor"),
  ];
  if (olderThan === undefined || unusedFor === undefined || expiresWithin === undefined || quietFor === undefined)
    return undefined;
  // Another threshold would mean that findings are judged by what this version does not know.
  if (Object.keys(given).length > thresholdNames.length) return undefined;
  const written = set === null ? null : writtenFrom(set);
  return written === undefined ? undefined : { values: { olderThan, unusedFor, expiresWithin, quietFor }, set: written };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

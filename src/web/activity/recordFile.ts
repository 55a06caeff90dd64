import { canonical, type Json } from "#domain/audit/record.ts";
import { visibleName } from "#domain/name.ts";
import type { AuditRecord } from "#logscale/audit.ts";
import { toCsv } from "#domain/csv.ts";

import { sentence } from "./words.ts";

/** Records as lines of JSON: each, byte for byte, as `tokenhouse audit export` prints it. The oldest first, as there. */
export function recordLines(records: readonly AuditRecord[]): string[] {
  // A record is what was parsed from JSON.
  return records.toReversed().map((record) => `${canonical(record as Json)}\n`);
}

const columns: readonly (readonly [heading: string, of: (record: AuditRecord) => string | null | undefined])[] = [
  ["Id", ({ id }) => id],
  ["Time", ({ timestamp }) => timestamp],
  ["In words", (record) => sentence(record)],
  ["Type", ({ type }) => type],
  ["Operation", ({ operation }) => operation],
  ["Outcome", ({ outcome }) => outcome],
  ["Refused because", ({ refusal }) => refusal?.code],
  ["Actor is", ({ actor }) => actor.type],
  ["User", ({ actor }) => named(actor.user?.username)],
  ["User id", ({ actor }) => actor.user?.id],
  ["Token", ({ actor }) => named(actor.tokenName)],
  ["Token id", ({ actor }) => actor.tokenId],
  ["Session", ({ actor }) => actor.sessionId],
  ["Link made by", ({ actor }) => named(actor.linkedBy?.name)],
  ["Address", ({ actor }) => actor.ip],
  ["About is", ({ target }) => target?.kind],
  ["About", ({ target }) => named(target?.name)],
  ["About id", ({ target }) => target?.id],
  ["Before", ({ before }) => before && JSON.stringify(before)],
  ["After", ({ after }) => after && JSON.stringify(after)],
];

/** Records as a table for spreadsheets, the oldest first. */
export function recordTable(records: readonly AuditRecord[]): string {
  return toCsv([
    columns.map(([heading]) => heading),
    ...records.toReversed().map((record) => columns.map(([, of]) => of(record) ?? "")),
  ]);
}

function named(name: string | null | undefined): string | null {
  return name == null ? null : visibleName(name);
}

import { visibleName } from "#domain/name.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { counted, countOf, withoutFraction } from "#server/cli/remote/words.ts";

import type { PlanDocument } from "./document.ts";

type TokenRow = PlanDocument["changes"][number];
type PolicyRow = PlanDocument["policies"][number];

/** How a name is written within words: Markdown needs another way than a terminal. */
export type NameWriter = (name: string) => string;

const stopWords = {
  now: ["stops now", "stop now"],
  withinDay: ["stops within 24 hours", "stop within 24 hours"],
  withinWeek: ["stops within 7 days", "stop within 7 days"],
  lockedOut: ["locked out", "locked out"],
  lockedOutUnknown: ["may be locked out", "may be locked out"],
} as const satisfies Record<NonNullable<TokenRow["stops"]>, readonly [string, string]>;

const stopNames = ["now", "withinDay", "withinWeek", "lockedOut", "lockedOutUnknown"] as const;

/** When a token stops, as its row says it. */
export function stopsWords({ stops }: Pick<TokenRow, "stops">): string {
  return stops === null ? "" : stopWords[stops][0];
}

/** Whether a token was used of late, as its row says it. */
export function useWords({ inUse }: Pick<TokenRow, "inUse">): string {
  switch (inUse) {
    case "last-day":
      return "used within 24 hours";
    case "last-week":
      return "used within 7 days";
    case "unknown":
      return "not known";
    case "not":
      return "no";
    default:
      return inUse satisfies never;
  }
}

/** What becomes of a token. */
export function fateWords(row: TokenRow, named: NameWriter): string {
  if (row.fate === "deleted")
    return row.because === "kind-disabled"
      ? `deleted: ${kindTraits[row.kind].noun} tokens are disabled`
      : "deleted: older than the maximum";
  const expiry = row.expireAt === null ? "never" : withoutFraction(row.expireAt);
  return [
    row.newExpireAt === undefined ? "" : `expires ${withoutFraction(row.newExpireAt)} (before: ${expiry})`,
    row.newIpFilter === undefined
      ? ""
      : `IP filter ${named(row.newIpFilter.name)} ${row.ipFilter === null ? "is set" : `replaces ${named(row.ipFilter.name)}`}`,
    row.editedIpFilter === undefined ? "" : `its IP filter ${named(row.editedIpFilter.name)} changes`,
  ]
    .filter((part) => part !== "")
    .join("; ");
}

/** Who is to be asked about a token. */
export function ownerWords({ owner }: Pick<TokenRow, "owner">): string {
  return owner.name === null ? "not known" : visibleName(owner.name);
}

/** A value of a policy as the file has it. */
export function valueWords(value: PolicyRow["from"], named: NameWriter): string {
  return value === null || typeof value !== "object" ? String(value) : named(value.name);
}

/** What stops or may stop, counted, in a sentence without its full stop; undefined where nothing does. */
export function stoppingWords({ stopping }: PlanDocument["totals"]): string | undefined {
  const all = stopNames.reduce((sum, each) => sum + stopping[each], 0);
  if (all === 0) return undefined;
  const parts = stopNames.flatMap((each) => {
    const number = stopping[each];
    return number === 0 ? [] : [`${counted(number)} ${stopWords[each][number === 1 ? 0 : 1]}`];
  });
  const use = `${counted(stopping.inUse)} in use, ${counted(stopping.useUnknown)} of unknown use`;
  return `${countOf(all, "token")} ${all === 1 ? "stops or may stop" : "stop or may stop"}: ${parts.join(", ")} (${use})`;
}

/** What else becomes of tokens, counted, in a sentence without its full stop. */
export function effectWords({ totals, refiltered }: Pick<PlanDocument, "totals" | "refiltered">): string {
  const parts = [
    [totals.deleted, "deleted"],
    [totals.shortened, "shortened"],
    [totals.filtered, "with an IP filter set or replaced"],
    [refiltered, "under an IP filter whose rules change"],
  ] as const;
  const met = parts.flatMap(([number, words]) => (number === 0 ? [] : [`${counted(number)} ${words}`]));
  const seen = `${countOf(totals.seen, "token")} seen`;
  return met.length === 0 ? `Of ${seen}, none is changed` : `Of ${seen}: ${met.join(", ")}`;
}

/** What was not seen of which it matters, in sentences: never that something is safe. */
export function blindWords({ notJudged, unseen }: Pick<PlanDocument, "notJudged" | "unseen">): readonly string[] {
  if (notJudged.length === 0) return [];
  const reasons = unseen.flatMap(({ kind, reason }) => (notJudged.includes(kind) ? [reason] : []));
  return ["What this does to tokens that were not seen is not known.", ...reasons];
}

/** What else was not seen, or is not known. */
export function notesOf({
  unseen,
  notJudged,
  remarks,
}: Pick<PlanDocument, "unseen" | "notJudged" | "remarks">): readonly string[] {
  const rest = unseen.flatMap(({ kind, reason }) => (notJudged.includes(kind) ? [] : [reason]));
  return [...rest, ...remarks];
}

/** Whether nothing at all changes. */
export function isEmpty({ policies, ipFilters }: Pick<PlanDocument, "policies" | "ipFilters">): boolean {
  return policies.length === 0 && ipFilters.length === 0;
}

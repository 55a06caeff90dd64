import type { OwnerIndex } from "#domain/inventory/notes.ts";
import { whoActs } from "#domain/inventory/whoActs.ts";
import { nameInText } from "#domain/name.ts";
import { endingAt, type EndingToken } from "#domain/notice/ending.ts";
import { compareLongs } from "#domain/long.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { endingCalendar } from "#logscale/calendar.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";

import type { WarningContext } from "./texts.ts";

/** How many entries a file gets at most: more take long to write, and no calendar shows them. */
export const mostEntries = 1000;

/** What of a policy change a calendar can hold, and what it cannot. */
export interface PlannedEnds {
  /** The tokens that get an earlier expiry, the next to end first. */
  readonly shortened: readonly EndingToken[];
  /** How many tokens end with the change itself. They have no end to come. */
  readonly deleted: number;
}

/** The ends that changes bring, reckoned at `now` (ms since epoch). */
export function endsOf(changes: readonly TokenChange<SeenToken>[], now: number, owners: OwnerIndex = new Map()): PlannedEnds {
  const shortened = changes.flatMap((change) =>
    change.type === "restrict" && change.expireAt !== undefined
      ? [endingAt(change.token, change.expireAt.to, now, whoActs(change.token, owners))]
      : [],
  );
  return {
    shortened: shortened.toSorted((a, b) => compareLongs(a.expireAt, b.expireAt)),
    deleted: changes.filter(({ type }) => type === "delete").length,
  };
}

/** A calendar file of the ends to come. Each entry says whether its end is planned or in force. */
export function endsCalendar(
  { shortened }: PlannedEnds,
  { phase, at, organization }: CalendarContext,
  most: number = mostEntries,
): string {
  const of = organization === undefined ? "" : ` of ${nameInText(organization)}`;
  const note =
    phase === "planned"
      ? "Planned: a change of the token security policies would bring this end. It is not made yet."
      : "A change of the token security policies brought this end.";
  const name = phase === "planned" ? `Planned ends of tokens${of}` : `Ends of tokens by policy${of}`;
  return `${endingCalendar(shortened.slice(0, most), { name, now: at, notes: () => [note] })}\r\n`;
}

/** See {@link WarningContext}. */
export type CalendarContext = Pick<WarningContext, "phase" | "at" | "organization">;

import { day } from "#domain/duration.ts";
import { hasExpired, type InventoryToken } from "#domain/inventory/item.ts";
import type { Long } from "#domain/long.ts";
import type { LastUse } from "#domain/token/lastUse.ts";

import type { RenewalPair } from "./pairs.ts";

/**
 * What comes next of a pair; what waits for somebody first:
 *
 * - `hand-over`: nobody uses the new one yet, so its secret has to get to whoever uses the old one
 * - `delete`: the new one is in use, and the old one is used no more
 * - `ask`: whether the old one is still used cannot be known here, so people have to be asked
 * - `wait`: the old one was used lately
 * - `link`: it is a guess, so somebody is to say whether it is a pair
 */
export const renewalSteps = ["hand-over", "delete", "ask", "wait", "link"] as const;

/** One of {@link renewalSteps}. */
export type RenewalStep = (typeof renewalSteps)[number];

/** Why a step comes next. */
export type StepReason =
  /** `link` */
  | "guess"
  /** `hand-over`: the new one was never used; where the old one has expired, whoever used it is refused. */
  | "unused"
  | "unused-and-expired"
  /** `wait`: the old one was used after the new one began, or before, but not long enough ago. */
  | "used-since"
  | "not-quiet"
  /** `delete` */
  | "quiet"
  | "expired"
  /** `ask`: last use is not recorded here; or the new one has expired and replaces nothing any more. */
  | "not-recorded"
  | "new-expired";

/** The next step of a pair. */
export interface NextStep {
  readonly step: RenewalStep;
  readonly reason: StepReason;
  /** Of `wait`: when the old one will have been quiet for long enough, if nobody uses it meanwhile; ms since epoch. */
  readonly until?: number;
}

export interface StepContext {
  /** Ms since epoch. */
  readonly now: number;
  /** For how many days an old token must be quiet before it may be deleted. */
  readonly quietFor: number;
}

/**
 * The next step of a pair. That a token is quiet is told only where every use is recorded: an audit log proves use, never disuse. An expired
 * token is accepted nowhere, whatever is known of its use.
 */
export function stepOf(pair: Pick<RenewalPair, "old" | "next" | "source">, { now, quietFor }: StepContext): NextStep {
  if (pair.source === "guess") return { step: "link", reason: "guess" };
  const { old, next } = pair;
  const gone = hasExpired(old, now);
  if (hasExpired(next, now)) return gone ? { step: "delete", reason: "expired" } : { step: "ask", reason: "new-expired" };
  if (isUnused(next)) return { step: "hand-over", reason: gone ? "unused-and-expired" : "unused" };
  if (gone) return { step: "delete", reason: "expired" };
  // Proven use is use, wherever it is told from.
  const since = quietSince(old);
  const until = since === undefined ? undefined : since + quietFor * day;
  if (until !== undefined && until > now) {
    const reason = usedSinceNewBegan(pair) === "yes" ? "used-since" : "not-quiet";
    return { step: "wait", reason, until };
  }
  const told = until !== undefined && isRecorded(old) && isRecorded(next);
  return told ? { step: "delete", reason: "quiet" } : { step: "ask", reason: "not-recorded" };
}

/** Last use is kept at most this much too early, ms. */
const behind = 60_000;

/**
 * Whether the old one was used after the new one was first used. Where that is not told exactly, all that is certain is that the new one was
 * made before, and used no later than it was used last.
 */
export function usedSinceNewBegan({ old, next }: Pick<RenewalPair, "old" | "next">): "yes" | "no" | "unknown" {
  if (old.lastUse === undefined || next.lastUse === undefined) return "unknown";
  const certain = isRecorded(old) ? "no" : "unknown";
  const { at } = old.lastUse;
  // As long as the new one does nothing, the old one does it all.
  if (at === null || next.lastUse.at === null) return certain;
  const latest = Number(at) + behind;
  if (next.firstUse != null) return latest >= next.firstUse ? "yes" : certain;
  if (at > next.lastUse.at) return "yes";
  return next.createdAt !== undefined && latest < next.createdAt ? certain : "unknown";
}

/**
 * Whether deleting the old one of a pair takes a typed word: it does where anything speaks against its being quiet, or nothing for it.
 *
 * @param pair as it is read right before
 * @param shown last use of the old one as the page showed it
 */
export function takesTyping(pair: RenewalPair, shown: LastUse | undefined, context: StepContext): boolean {
  const { old } = pair;
  if (hasExpired(old, context.now)) return false;
  return (
    stepOf(pair, context).step !== "delete" ||
    usedSinceNewBegan(pair) !== "no" ||
    (old.lastUse?.at ?? null) !== (shown?.at ?? null)
  );
}

/** Whether a token was certainly never used. */
function isUnused({ lastUse }: InventoryToken): boolean {
  return lastUse?.at === null;
}

/** Whether every use of a token is recorded. */
function isRecorded({ lastUse }: InventoryToken): boolean {
  return lastUse?.source === "recorded";
}

/** Since when nobody is known to have used a token: since its last use, or its making. Undefined where nothing is known. */
function quietSince({ lastUse, createdAt }: InventoryToken): number | undefined {
  if (lastUse === undefined) return undefined;
  const since: Long | undefined = lastUse.at ?? createdAt;
  return since === undefined ? undefined : Number(since);
}

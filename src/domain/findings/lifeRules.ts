import { day, formatAge } from "#domain/duration.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { subtractLongs, type Long } from "#domain/long.ts";
import { separated } from "#domain/separated.ts";
import { horizons, usedWithin } from "#domain/token/lastUse.ts";

import { everyKind, governedKinds, type RuleAnswer } from "./concerns.ts";
import type { FindingFacts } from "./facts.ts";
import { freshSecret, renewWords, successor, type RuleRow } from "./rule.ts";

/** The rules on how long a token lives and whether it is used. */
export const lifeRules = {
  "never-expires": {
    title: "Never expires",
    severity: "medium",
    concerns: governedKinds,
    judge: ({ expireAt }) => (expireAt === undefined ? "unknown" : expireAt === null ? "found" : "no"),
    reason: (token, facts) =>
      `It has no expiry${madeWords(token, facts)}. Whoever has its secret can use it until somebody deletes it.`,
    judged: () => "By its expiry.",
    cannot: "The server does not tell its expiry.",
    todo: (kind) =>
      `An expiry cannot be set later. ${renewWords(kind, "with an expiry")} A maximum lifetime in the security policy gives every token of the kind an expiry at once.`,
    actions: (kind) => [...successor(kind), "policies"],
  },
  "expires-soon": {
    title: "Expires soon",
    severity: "medium",
    concerns: [...governedKinds, "fleet"],
    judge: ({ expireAt }, { context: { now, thresholds } }) => {
      if (expireAt === undefined) return "unknown";
      return expireAt !== null && expireAt <= now + thresholds.expiresWithin * day ? "found" : "no";
    },
    reason: ({ expireAt }, { context: { now } }) =>
      `It expires in ${formatAge(subtractLongs(expireAt ?? now, now))}. Whoever uses it is locked out from then on.`,
    judged: ({ expiresWithin }) => `By its expiry: it is no more than ${days(expiresWithin)} away.`,
    cannot: "The server does not tell its expiry.",
    todo: (kind) =>
      `A rotation keeps the expiry, and an expiry cannot be put off. ${renewWords(kind, "before then")} Where nobody uses it, let it expire.`,
    actions: successor,
  },
  old: {
    title: "Old",
    severity: "low",
    concerns: everyKind,
    judge: ({ createdAt }, { context: { now, thresholds } }) => {
      if (createdAt === undefined) return "unknown";
      return createdAt < now - thresholds.olderThan * day ? "found" : "no";
    },
    reason: (token, facts) =>
      `Its secret was made ${ago(token.createdAt ?? 0, facts, facts.context.thresholds.olderThan)} and has been the same since. The longer a secret is in use, the more places hold a copy of it.`,
    judged: ({ olderThan }) => `By when it was made or last rotated: longer ago than ${days(olderThan)}.`,
    cannot: "The server does not tell when it was made.",
    todo: (kind) =>
      freshSecret(kind).includes("rotate")
        ? "Rotate it: the old secret stops working at once, so have the new one put where it is used."
        : renewWords(kind, "for the same purpose"),
    actions: (kind) => (kind === "ingest" ? successor(kind) : freshSecret(kind).slice(0, 1)),
  },
  unused: {
    title: "Not used for long",
    severity: "medium",
    concerns: everyKind,
    judge: unusedFor,
    reason: ({ lastUse }, facts) => `It was last used ${ago(lastUse?.at ?? 0, facts, facts.context.thresholds.unusedFor)}.`,
    judged: ({ unusedFor: threshold }) =>
      `By its last use: longer ago than ${days(threshold)}. An audit log proves use and never disuse, so nothing is judged by what it does not hold. A token that was never used is a finding of its own: “Never used”, or “Without events” for an ingest token.`,
    cannot: "Its last use is not recorded here, or only an audit log names one, after which it may have been used again.",
    todo: (kind) =>
      kind === "fleet"
        ? "Ask its owner whether machines are still to enrol with it, and delete it where none are."
        : "Ask its owner whether anything still needs it, and delete it where nothing does.",
    actions: () => ["delete"],
  },
  "never-used": {
    title: "Never used",
    severity: "medium",
    // What was never sent with an ingest token is told by the rule about events.
    concerns: [...governedKinds, "fleet"],
    judge: ({ createdAt, lastUse }, { context: { now } }) => {
      if (isYoung(createdAt, now)) return "no";
      if (lastUse === undefined) return "unknown";
      if (lastUse.at !== null) return "no";
      return createdAt === undefined ? "unknown" : "found";
    },
    reason: (token, facts) => `It was made ${ago(token.createdAt ?? 0, facts)} and has never been used since.`,
    judged: () => "By its last use, where the server records every use. A token that is younger than a week is being rolled out.",
    cannot: "Its last use is not recorded here, so nobody can tell that there was none.",
    todo: () => "Ask its owner what it was made for, and delete it where that has come to nothing.",
    actions: () => ["delete"],
  },
  "no-events": {
    title: "Without events",
    severity: "low",
    concerns: ["ingest"],
    judge: ({ createdAt, ingest }, { context: { now } }) => {
      if (isYoung(createdAt, now)) return "no";
      if (ingest?.events === undefined) return "unknown";
      if (ingest.events > 0) return "no";
      return createdAt === undefined ? "unknown" : "found";
    },
    reason: (token, facts) => `No event has arrived with it since it was made ${ago(token.createdAt ?? 0, facts)}.`,
    judged: () => "By the events that the server counted for it. One that is younger than a week is being rolled out.",
    cannot: "The server does not count the events of single ingest tokens.",
    todo: () => "Look whether a shipper is set up with it and fails, or was never set up. Delete it where nothing is to come.",
    actions: () => ["delete"],
  },
} as const satisfies Record<string, RuleRow>;

function unusedFor({ createdAt, lastUse }: InventoryToken, { context: { now, thresholds } }: FindingFacts): RuleAnswer {
  const span = thresholds.unusedFor * day;
  // What was made within the span has not been unused for longer, whatever is known of its use.
  if (createdAt !== undefined && createdAt >= now - span) return "no";
  if (lastUse === undefined) return "unknown";
  // Told once: by the rule on what was never used, or by the one on events.
  if (lastUse.at === null) return "no";
  const used = usedWithin({ createdAt: createdAt ?? lastUse.at, lastUse }, span, now);
  return used === "yes" ? "no" : used === "no" ? "found" : "unknown";
}

/** Whether a token is still being rolled out, so that nobody can expect it to be used. */
function isYoung(createdAt: Long | undefined, now: number): boolean {
  return createdAt !== undefined && createdAt > now - horizons.week;
}

function ago(at: Long, { context: { now } }: FindingFacts, threshold = 0): string {
  return `${formatAge(subtractLongs(now, at), threshold * day)} ago`;
}

function madeWords(token: InventoryToken, facts: FindingFacts): string {
  return token.createdAt === undefined ? "" : ` and was made ${ago(token.createdAt, facts)}`;
}

function days(count: number): string {
  return count === 1 ? "a day" : `${separated(count)} days`;
}

import { z } from "zod";

import { findingsOf, rulesIn } from "#domain/findings/findings.ts";
import { severities, type Severity } from "#domain/findings/rule.ts";
import { findingRows, findingRules, type FindingRule } from "#domain/findings/rules.ts";
import { whoseTurn } from "#domain/inventory/acting.ts";
import { inventoryKinds, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import { dismissalOf, tokenKeyOf } from "#domain/inventory/notes.ts";
import { findingThresholdNames, type FindingThresholds } from "#domain/inventory/thresholds.ts";
import { isoInstant } from "#domain/instant.ts";
import { unseenOf } from "#server/cli/inventory/inventory.ts";
import { countPart as count, instantPart as instant, ownerPart, unseenPart } from "#server/remote/documentParts.ts";
import type { JudgedInventory } from "#server/remote/judge.ts";
import type { UnseenKind } from "#server/remote/unseen.ts";

/** The findings on the tokens of some kinds, and what could not be seen or judged. */
export interface FindingsReport {
  /** Scheme, host and port. */
  readonly server: string;
  /** When the tokens were judged, ms since epoch. */
  readonly at: number;
  readonly thresholds: FindingThresholds;
  readonly totals: Readonly<Record<Severity, number>> & {
    /** How many tokens were read of the kinds that were asked for. */
    readonly tokens: number;
    /** On how many of them anything stands. */
    readonly concerned: number;
    readonly dismissed: number;
  };
  /** The rules that could not be judged on some tokens, the gravest first. */
  readonly notJudged: readonly NotJudged[];
  readonly unseen: readonly UnseenKind[];
  /** What could not be read besides tokens: a sentence each. */
  readonly remarks: readonly string[];
  readonly judged: JudgedInventory;
  /** The places of the tokens of these kinds. */
  readonly places: readonly number[];
}

/** A rule that could not be judged on some tokens. */
export interface NotJudged {
  readonly rule: FindingRule;
  readonly severity: Severity;
  /** When that is so, in a sentence. */
  readonly cannot: string;
  readonly tokens: number;
}

/** Puts together what was judged of the tokens of some kinds. */
export function reportOf(judged: JudgedInventory, kinds: readonly InventoryKind[], server: string): FindingsReport {
  const { tokens, masks, at, notes, remarks } = judged;
  const places = tokens.flatMap(({ kind }, place) => (kinds.includes(kind) ? [place] : []));
  const totals = { high: 0, medium: 0, low: 0, tokens: places.length, concerned: 0, dismissed: 0 };
  const unjudged = new Map<FindingRule, number>();
  for (const place of places) {
    const found = rulesIn(masks.found[place] ?? 0);
    for (const rule of found) totals[findingRows[rule].severity]++;
    if (found.length > 0) totals.concerned++;
    totals.dismissed += rulesIn(masks.dismissed[place] ?? 0).length;
    for (const rule of rulesIn(masks.unknown[place] ?? 0)) unjudged.set(rule, (unjudged.get(rule) ?? 0) + 1);
  }
  const { olderThan, unusedFor, expiresWithin } = notes.thresholds.values;
  return {
    server,
    at,
    thresholds: { olderThan, unusedFor, expiresWithin },
    totals,
    notJudged: findingRules.flatMap((rule) => {
      const many = unjudged.get(rule);
      const { severity, cannot = "" } = findingRows[rule];
      return many === undefined ? [] : [{ rule, severity, cannot, tokens: many }];
    }),
    unseen: unseenOf(judged, kinds),
    remarks,
    judged,
    places,
  };
}

const token = z
  .object({
    kind: z.enum(inventoryKinds),
    id: z.string().nullable().describe("null of ingest and fleet tokens, which have none"),
    name: z.string(),
    repository: z.string().optional().describe("of an ingest token, which its repository and name tell apart"),
    owner: ownerPart.describe(
      "whom to ask: the owner that somebody wrote down, else the user of a personal token or the creator of another",
    ),
  })
  .describe("the token");

const finding = {
  rule: z.enum(findingRules),
  severity: z.enum(severities),
  title: z.string().describe("the rule in a few words"),
  reason: z.string().describe("why it holds for this token"),
  todo: z.string().describe("what to do about it"),
  token,
};

/** The report as JSON. Its JSON Schema is docs/findings.schema.json. */
export const findingsSchema = z
  .object({
    version: z.literal(1),
    server: z.string().describe("scheme, host and port"),
    at: instant.describe("when the tokens were judged"),
    thresholds: z
      .object({ olderThan: z.int(), unusedFor: z.int(), expiresWithin: z.int() } satisfies Record<
        (typeof findingThresholdNames)[number],
        z.ZodType
      >)
      .describe("in days, by which rules judge"),
    totals: z.object({
      tokens: count.describe("how many tokens were read of the kinds that were asked for"),
      concerned: count.describe("on how many of them anything stands"),
      high: count,
      medium: count,
      low: count,
      dismissed: count.describe("what was found and somebody has put aside; it is in none of the other numbers"),
    }),
    findings: z.array(z.object(finding)).describe("what stands"),
    dismissed: z
      .array(
        z.object({
          ...finding,
          note: z.string().nullable().describe("why somebody put it aside"),
          by: z.string().nullable(),
          until: instant.nullable().describe("when it comes back; null: when somebody brings it back"),
        }),
      )
      .describe("what was found and somebody has put aside"),
    notJudged: z
      .array(
        z.object({
          rule: finding.rule,
          severity: finding.severity,
          cannot: z.string().describe("when that is so"),
          tokens: count.describe("on how many tokens"),
        }),
      )
      .describe("rules that could not be judged on some tokens; they may apply all the same"),
    unseen: unseenPart(inventoryKinds),
    remarks: z.array(z.string()).describe("what could not be read besides tokens: a sentence each"),
  })
  .meta({ title: "Findings, as tokenhouse findings --format json reports them" });

type FindingsDocument = z.infer<typeof findingsSchema>;

/** The document but for its two lists, which may be very long. */
export function documentHead(report: FindingsReport): Omit<FindingsDocument, "findings" | "dismissed"> {
  const { server, at, thresholds, totals, notJudged, unseen, remarks } = report;
  return {
    version: 1,
    server,
    at: isoInstant(at),
    thresholds,
    totals,
    notJudged: [...notJudged],
    unseen: [...unseen],
    remarks: [...remarks],
  };
}

/** What stands, token by token in the order of their names. */
export function* standing({ judged, places }: FindingsReport): Generator<FindingsDocument["findings"][number]> {
  for (const place of places) {
    const found = judged.tokens[place];
    if (found === undefined || judged.masks.found[place] === 0) continue;
    for (const { rule, severity, title, reason, todo } of findingsOf(judged.masks, place).found)
      yield { rule, severity, title, reason, todo, token: tokenPart(found) };
  }
}

/** What somebody has put aside, token by token. */
export function* putAsideOf({ judged, places }: FindingsReport): Generator<FindingsDocument["dismissed"][number]> {
  for (const place of places) {
    const found = judged.tokens[place];
    if (found === undefined || judged.masks.dismissed[place] === 0) continue;
    const key = tokenKeyOf(found);
    for (const { rule, severity, title, reason, todo } of findingsOf(judged.masks, place).dismissed) {
      const known = key && dismissalOf(judged.dismissals, key, rule);
      yield {
        rule,
        severity,
        title,
        reason,
        todo,
        token: tokenPart(found),
        note: known?.note ?? null,
        by: known?.by ?? null,
        until: known?.until == null ? null : isoInstant(known.until),
      };
    }
  }
}

function tokenPart(found: InventoryToken): z.infer<typeof token> {
  const { kind, id, name, ingest } = found;
  const owner = whoseTurn(found);
  return {
    kind,
    id: id ?? null,
    name,
    ...(ingest && { repository: ingest.repository }),
    owner: { kind: owner.kind, id: owner.id, name: owner.name },
  };
}

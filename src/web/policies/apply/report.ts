import type { FilterJudge } from "#domain/filter/judge.ts";
import { isoInstant } from "#domain/instant.ts";
import { disruptionOf, type Harm } from "#domain/policy/disruption.ts";
import type { OutcomeDifference } from "#domain/policy/outcome.ts";
import { restricted, type TokenChange } from "#domain/policy/plan.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { escapeHidden, nameInText } from "#domain/name.ts";
import { writeJson } from "#logscale/json.ts";

import type { FilterName } from "#web/state/organization.tsx";
import { harmSigns } from "#web/ui/HarmSign.tsx";
import { toCsv } from "#domain/csv.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import type { Report } from "./proposal.ts";

/** What became of one token that the plan changed, or that is not as it was predicted. */
export interface ReportRow {
  readonly result: "as-predicted" | OutcomeDifference["type"];
  readonly token: SeenToken;
  /** The state before; undefined where the token was not there. */
  readonly before: SeenToken | undefined;
  /** The state predicted; null where the token was to be deleted, undefined where nothing was predicted. */
  readonly predicted: SeenToken | null | undefined;
  /** The state found; null where the token is gone. */
  readonly found: SeenToken | null;
}

/** A report token by token: first what differs, then what came out as predicted. */
export function reportRows({ proposal, outcome }: Report): ReportRow[] {
  const before = new Map(proposal.reading.tokens.map((token) => [token.id, token]));
  return [...outcome.differences.map((difference) => differenceRow(difference, before)), ...outcome.confirmed.map(confirmedRow)];
}

function differenceRow(difference: OutcomeDifference<SeenToken>, before: ReadonlyMap<string, SeenToken>): ReportRow {
  switch (difference.type) {
    case "survived":
      return {
        result: "survived",
        token: difference.expected,
        before: difference.expected,
        predicted: null,
        found: difference.found,
      };
    case "differs":
    case "missing": {
      const found = difference.type === "differs" ? difference.found : null;
      const { expected } = difference;
      return { result: difference.type, token: expected, before: before.get(expected.id), predicted: expected, found };
    }
    case "appeared":
      return { result: "appeared", token: difference.found, before: undefined, predicted: undefined, found: difference.found };
  }
}

function confirmedRow(change: TokenChange<SeenToken>): ReportRow {
  const after = change.type === "delete" ? null : restricted(change.token, change);
  return { result: "as-predicted", token: change.token, before: change.token, predicted: after, found: after };
}

/** Results in words. */
export const resultWords = {
  "as-predicted": "as predicted",
  survived: "still there",
  differs: "differs",
  missing: "gone",
  appeared: "new",
} as const satisfies Record<ReportRow["result"], string>;

/** The harm that was predicted of each token of the plan, by the token's id; none for the others. */
function harmsOf({ proposal: { plan, reading } }: Report, judge: FilterJudge): ReadonlyMap<string, Harm> {
  const { ofChanges } = disruptionOf(plan.changes, reading.now, judge);
  return new Map(
    plan.changes.flatMap(({ token }, place) => {
      const harm = ofChanges[place]?.harm;
      return harm === undefined ? [] : [[token.id, harm] as const];
    }),
  );
}

function harmText(harm: Harm | undefined): string {
  return harm === undefined ? "" : harmSigns[harm].words;
}

/** The report as a CSV file. Instants in UTC (ISO 8601), so that the file means the same everywhere. */
export function reportCsv(report: Report, filterName: FilterName, judge: FilterJudge): string {
  const harms = harmsOf(report, judge);
  const state = (token: SeenToken | null | undefined): readonly string[] =>
    token
      ? [
          token.expireAt === null ? "never" : isoInstant(token.expireAt),
          token.ipFilter === null ? "none" : filterName(token.ipFilter),
        ]
      : ["", ""];
  const fate = (token: SeenToken | null | undefined) => (token === undefined ? "" : token === null ? "deleted" : "present");
  return toCsv([
    [
      "Result",
      "Name",
      "Kind",
      "Id",
      "Predicted harm",
      "Expiry before",
      "IP filter before",
      "Predicted",
      "Expiry predicted",
      "IP filter predicted",
      "Found",
      "Expiry found",
      "IP filter found",
    ],
    ...reportRows(report).map(({ result, token, before, predicted, found }) => [
      resultWords[result],
      nameInText(token.name),
      token.kind,
      token.id,
      harmText(harms.get(token.id)),
      ...state(before),
      fate(predicted),
      ...state(predicted),
      fate(found),
      ...state(found),
    ]),
  ]);
}

/** The report as JSON: policies before, applied and found, and every token of {@link reportRows}. Instants in UTC (ISO 8601). */
export function reportJson(report: Report, judge: FilterJudge): string {
  const harms = harmsOf(report, judge);
  const { proposal, reading, compared, answerLost, policies } = report;
  const state = (token: SeenToken | null | undefined) =>
    token && { expireAt: token.expireAt === null ? null : isoInstant(token.expireAt), ipFilterId: token.ipFilter };
  const text = writeJson(
    {
      plannedAt: isoInstant(proposal.reading.now),
      readAt: isoInstant(reading.now),
      answerLost,
      kindsCompared: compared satisfies readonly TokenKind[],
      kindsSeenCompletely: proposal.reading.complete,
      policies: { before: proposal.reading.policies, applied: proposal.draft, found: reading.policies, differences: policies },
      predicted: proposal.plan.counts,
      tokens: reportRows(report).map(({ result, token, before, predicted, found }) => ({
        result,
        kind: token.kind,
        id: token.id,
        name: token.name,
        harm: harms.get(token.id) ?? null,
        before: state(before),
        predicted: state(predicted),
        found: state(found),
      })),
    },
    2,
  );
  return escapeHidden(text);
}

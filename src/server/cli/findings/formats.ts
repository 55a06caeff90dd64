import { findingAt, findingBit } from "#domain/findings/findings.ts";
import { severities, type Severity } from "#domain/findings/rule.ts";
import { findingRows, findingRules, type FindingRule } from "#domain/findings/rules.ts";
import { inventoryTraits } from "#domain/inventory/item.ts";
import { escapeHidden, isolate, visibleName } from "#domain/name.ts";
import { calledAs, ownerWords } from "#server/cli/inventory/formats.ts";
import { paintFor, type Output, type Paint } from "#server/cli/remote/output.ts";
import { counted, countOf } from "#server/cli/remote/words.ts";

import type { FindingsFormat } from "./command.ts";
import { documentHead, putAsideOf, standing, type FindingsReport } from "./report.ts";

/** Writes a report, piece by piece. `output` decides whether words are painted. */
export function writtenFindings(report: FindingsReport, format: FindingsFormat, output: Output): Iterable<string> {
  switch (format) {
    case "text":
      return asText(report, paintFor(output));
    case "json":
      return asJson(report);
    default:
      return format satisfies never;
  }
}

function* asJson(report: FindingsReport): Generator<string> {
  // The head without its closing brace; the long lists follow.
  yield escapeHidden(JSON.stringify(documentHead(report), undefined, 2).slice(0, -2));
  yield* listPieces("findings", standing(report));
  yield* listPieces("dismissed", putAsideOf(report));
  yield "\n}\n";
}

function* listPieces(name: string, items: Iterable<unknown>): Generator<string> {
  yield `,\n  "${name}": [`;
  let first = true;
  for (const item of items) {
    yield `${first ? "" : ","}\n    ${escapeHidden(JSON.stringify(item))}`;
    first = false;
  }
  yield first ? "]" : "\n  ]";
}

const colours = { high: "red", medium: "yellow", low: "bold" } as const satisfies Record<Severity, Parameters<Paint>[0]>;

function* asText(report: FindingsReport, paint: Paint): Generator<string> {
  yield `${headline(report)}\n`;
  for (const rule of findingRules) yield* ruleText(rule, report, paint);
  if (report.notJudged.length === 0) return;
  yield `\n${paint("bold", "Could not be judged, and may apply all the same:")}\n`;
  for (const { rule, tokens, cannot } of report.notJudged) yield `  ${rule} on ${countOf(tokens, "token")}: ${cannot}\n`;
}

/** How many findings there are, in a sentence or two. */
function headline({ totals }: FindingsReport): string {
  const all = severities.reduce((sum, severity) => sum + totals[severity], 0);
  const by = severities.filter((severity) => totals[severity] > 0).map((severity) => `${counted(totals[severity])} ${severity}`);
  const aside = totals.dismissed === 0 ? "" : ` ${counted(totals.dismissed)} put aside.`;
  if (all === 0) return `Nothing was found on ${countOf(totals.tokens, "token")}.${aside}`;
  return `${countOf(all, "finding")} on ${counted(totals.concerned)} of ${countOf(totals.tokens, "token")}: ${by.join(", ")}.${aside}`;
}

function* ruleText(rule: FindingRule, { judged, places }: FindingsReport, paint: Paint): Generator<string> {
  const bit = findingBit(rule);
  const here = places.filter((place) => ((judged.masks.found[place] ?? 0) & bit) !== 0);
  if (here.length === 0) return;
  const { severity, title } = findingRows[rule];
  yield `\n${paint(colours[severity], severity.toUpperCase())}  ${paint("bold", title)} (${rule}), ${countOf(here.length, "token")}\n`;
  for (const place of here) {
    const token = judged.tokens[place];
    const finding = findingAt(judged.masks, place, rule);
    if (token === undefined || finding === undefined) continue;
    const id = token.id === undefined ? "" : ` ${visibleName(token.id)}`;
    yield `  ${inventoryTraits[token.kind].noun} ${calledAs(token)}${id}, owner ${ownerWords(token)}: ${plainWords(finding.reason)}\n`;
  }
}

/** Sentences for a terminal: names stand in them apart from the text around, which takes signs that nobody sees. */
function plainWords(words: string): string {
  return visibleName(words.replaceAll(isolate.begin, "").replaceAll(isolate.end, ""));
}

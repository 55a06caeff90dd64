import { decideAddress, type IpFilterError, type IpFilterRule } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { lintIpFilter, type IpFilterFinding } from "#domain/filter/ipFilterLint.ts";

/** The text of a filter as read. `rules` are there only when every line could be read, so that nothing is judged by half a filter. */
export interface ReadText {
  readonly rules: readonly IpFilterRule[] | undefined;
  readonly faults: readonly IpFilterError[];
  /** What is valid but may not be meant, each with the line it is about. */
  readonly remarks: readonly Remark[];
}

/** A {@link IpFilterFinding} and where it stands. */
export interface Remark {
  readonly finding: IpFilterFinding;
  /** From 1. */
  readonly line: number;
}

/** Reads the text of a filter with everything there is to say about it. A text without any rule has no rules to judge by. */
export function readText(text: string): ReadText {
  const { rules, errors } = parseIpFilter(text);
  if (errors.length > 0 || rules.length === 0) return { rules: undefined, faults: errors, remarks: [] };
  const remarks = lintIpFilter(rules).map((finding) => ({ finding, line: lineOf(finding, rules) }));
  return { rules, faults: [], remarks };
}

/** The line that a finding is about: its rule's line, the one that decides its example, or the one that settles the whole text. */
function lineOf(finding: IpFilterFinding, rules: readonly IpFilterRule[]): number {
  const last = rules.at(-1)?.line ?? 1;
  const of = (rule: number | null | undefined) => (rule == null ? undefined : rules[rule]?.line) ?? last;
  switch (finding.type) {
    case "duplicate":
    case "unreachable":
      return of(finding.rule);
    case "readings-differ":
      return of(decideAddress(rules, finding.example).rule);
    case "everything-allowed":
    case "everything-denied": {
      const all = rules.findIndex(({ target }) => target === "all");
      return all < 0 ? last : of(all);
    }
    case "no-final-all":
      return last;
    default:
      return finding satisfies never;
  }
}

/**
 * What a text area's content means where `stored` is the text it was filled with. A text area knows only one line end; clients compare
 * filters byte for byte, so a text that was not really edited stays exactly as stored, and one with Windows line ends keeps them.
 */
export function keepLineEnds(stored: string, typed: string): string {
  if (typed === stored.replaceAll(/\r\n?/gu, "\n")) return stored;
  const windows = stored.includes("\r\n") && !/\r(?!\n)|(?<!\r)\n/u.test(stored);
  return windows ? typed.replaceAll("\n", "\r\n") : typed;
}

/** Where a line (from 1) begins and ends in a text area's content. */
export function lineSpan(content: string, line: number): { readonly start: number; readonly end: number } {
  let start = 0;
  for (let passed = 1; passed < line; passed++) {
    const next = content.indexOf("\n", start);
    if (next < 0) break;
    start = next + 1;
  }
  const end = content.indexOf("\n", start);
  return { start, end: end < 0 ? content.length : end };
}

import { visibleName } from "#domain/name.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import type { Paint } from "#server/cli/remote/output.ts";
import { textTable } from "#server/cli/remote/table.ts";
import { counted, withoutFraction } from "#server/cli/remote/words.ts";

import type { PlanDocument } from "./document.ts";
import {
  blindWords,
  effectWords,
  fateWords,
  isEmpty,
  notesOf,
  ownerWords,
  stoppingWords,
  stopsWords,
  useWords,
  valueWords,
} from "./words.ts";

/** The most tokens that a text names: nobody reads more, and JSON has them all. */
const mostRows = 1000;

/** The most lines that are shown of the rules of a filter. */
const mostRules = 40;

const quoted = (name: string) => `“${visibleName(name)}”`;

/** A plan as people read it on a terminal, disruption first, with a line break at its end. */
export function planText(plan: PlanDocument, paint: Paint): string {
  if (isEmpty(plan)) return `${["What is in force is as the file says.", ...notesOf(plan)].join("\n")}\n`;
  const blind = blindWords(plan);
  const stopping = stoppingWords(plan.totals);
  const lines = [
    ...blind.map((line) => paint("yellow", line)),
    ...(stopping === undefined
      ? blind.length > 0
        ? []
        : ["Nothing stops within 7 days, and nobody is locked out."]
      : [paint("red", `${stopping}.`)]),
    `${effectWords(plan)}.`,
    "",
    ...changeLines(plan, paint),
    ...tokenLines(plan, paint),
    ...notesOf(plan),
    `Read from ${plan.server} at ${withoutFraction(plan.at)}.`,
  ];
  return `${lines.join("\n")}\n`;
}

/** How a filter that is to be created or changed is told of. */
interface FilterWords {
  readonly create: string;
  readonly edit: string;
}

/** What changes of policies and filters. */
export function changeLines(
  { policies, ipFilters }: Pick<PlanDocument, "policies" | "ipFilters">,
  paint: Paint,
  words: FilterWords = { create: "is created", edit: "is changed" },
): string[] {
  const lines: string[] = [];
  for (const { type, name, before, after } of ipFilters) {
    lines.push(paint("bold", `IP filter ${quoted(name)} ${words[type]}:`));
    lines.push(...ruleLines(before, after).map((line) => `  ${line}`), "");
  }
  if (policies.length > 0) {
    lines.push(paint("bold", "Policies:"));
    const names = policies.map(({ kind, field }) => `${kind}.${field}`);
    const width = Math.max(...names.map((name) => name.length));
    policies.forEach(({ from, to }, index) => {
      const name = (names[index] ?? "").padEnd(width);
      lines.push(`  ${name}  ${valueWords(from, quoted)} → ${valueWords(to, quoted)}`);
    });
    lines.push("");
  }
  return lines;
}

/** The rules before and after, with what goes and what comes marked. */
export function ruleLines(before: string | null, after: string): string[] {
  const old = before === null ? [] : before.split("\n");
  const next = after.split("\n");
  let head = 0;
  while (head < old.length && head < next.length && old[head] === next[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < next.length - head && old.at(-1 - tail) === next.at(-1 - tail)) tail++;
  const lines = [
    ...(head > 0 ? [`  (${counted(head)} ${head === 1 ? "line" : "lines"} as before)`] : []),
    ...old.slice(head, old.length - tail).map((line) => `- ${visibleLine(line)}`),
    ...next.slice(head, next.length - tail).map((line) => `+ ${visibleLine(line)}`),
    ...(tail > 0 ? [`  (${counted(tail)} ${tail === 1 ? "line" : "lines"} as before)`] : []),
  ];
  return lines.length <= mostRules
    ? lines
    : [...lines.slice(0, mostRules), `  (and ${counted(lines.length - mostRules)} more lines)`];
}

function visibleLine(line: string): string {
  const text = line.length > 200 ? `${line.slice(0, 200)}…` : line;
  return text.trim() === "" ? "" : visibleName(text);
}

function tokenLines({ changes }: PlanDocument, paint: Paint): string[] {
  if (changes.length === 0) return [];
  const shown = changes.slice(0, mostRows);
  const rows = shown.map((row) => [
    stopsWords(row) || "-",
    kindTraits[row.kind].noun,
    visibleName(row.name),
    fateWords(row, quoted),
    useWords(row),
    ownerWords(row),
  ]);
  const table = textTable(["STOPS", "KIND", "NAME", "WHAT", "IN USE", "OWNER"], rows);
  const [head = "", ...lines] = Array.from(table, (line) => line.trimEnd());
  const left = changes.length - shown.length;
  return [
    paint("bold", head),
    ...lines.map((line, index) => (shown[index]?.stops == null ? line : paint("red", line))),
    ...(left > 0 ? [`and ${counted(left)} more; --format json has all.`] : []),
    "",
  ];
}

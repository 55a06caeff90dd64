import { visibleName } from "#domain/name.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { countOf, withoutFraction } from "#server/cli/remote/words.ts";

import type { PlanDocument } from "./document.ts";
import { ruleLines } from "./text.ts";
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

/** The most characters that a comment of GitHub takes; GitLab takes more. */
export const longestComment = 65_536;

/** The most characters of the rules of all filters together, so that there is room for tokens. */
const mostRuleText = 16_000;

/** The most characters that are shown of a name; a cluster may have longer ones. */
const mostName = 200;

/** A plan as a comment on a pull request: disruption first, with every name as code, so that none of it is obeyed. */
export function planMarkdown(plan: PlanDocument): string {
  const head = `### Token security policies: ${summary(plan)}\n`;
  if (isEmpty(plan)) return `${[head, ...notes(plan)].join("\n")}\n`;
  const blind = blindWords(plan).map((line) => `> **${line}**\n>`);
  const parts = [
    head,
    ...(blind.length > 0 ? [...blind, ""] : []),
    `${effectWords(plan)}.\n`,
    ...policyRows(plan),
    ...filterBlocks(plan),
  ];
  const end = ["", ...notes(plan), `Read from ${codeInText(plan.server)} at ${withoutFraction(plan.at)}.`];
  return withRows(parts.join("\n"), plan.changes, `${end.join("\n")}\n`);
}

function summary(plan: PlanDocument): string {
  if (isEmpty(plan)) return "nothing changes";
  return (
    stoppingWords(plan.totals) ??
    (plan.notJudged.length > 0 ? "not everything was seen" : "nothing stops within 7 days, and nobody is locked out")
  );
}

/** Adds as many rows as there is room for, and says how many were left out. */
function withRows(begin: string, rows: PlanDocument["changes"], end: string): string {
  if (rows.length === 0) return `${begin}\n${end}`;
  const head = `\n| stops | kind | name | what | in use | owner |\n|---|---|---|---|---|---|\n`;
  const leftOut = (number: number) =>
    `\n${countOf(number, "more token")} left out: a comment takes no more. \`--format json\` has all.\n`;
  const room = longestComment - begin.length - head.length - end.length - leftOut(rows.length).length;
  let text = "";
  let shown = 0;
  for (const row of rows) {
    const line = `| ${[
      stopsWords(row) === "" ? "" : `**${stopsWords(row)}**`,
      kindTraits[row.kind].noun,
      code(row.name),
      fateWords(row, code),
      useWords(row),
      row.owner.name === null ? ownerWords(row) : code(row.owner.name),
    ].join(" | ")} |\n`;
    if (text.length + line.length > room) break;
    text += line;
    shown++;
  }
  return `${begin}${head}${text}${shown < rows.length ? leftOut(rows.length - shown) : ""}${end}`;
}

function policyRows({ policies }: PlanDocument): string[] {
  if (policies.length === 0) return [];
  const rows = policies.map(
    ({ kind, field, from, to }) => `| ${kind} | ${field} | ${valueWords(from, code)} | ${valueWords(to, code)} |`,
  );
  return ["| policy | value | before | after |", "|---|---|---|---|", ...rows, ""];
}

function filterBlocks({ ipFilters }: PlanDocument): string[] {
  let room = mostRuleText;
  const blocks: string[] = [];
  for (const [index, { type, name, before, after }] of ipFilters.entries()) {
    const rules = ruleLines(before, after).join("\n");
    const fence = "`".repeat(Math.max(3, longestRun(rules) + 1));
    const block = `IP filter ${codeInText(name)} is ${type === "create" ? "created" : "changed"}:\n\n${fence}diff\n${rules}\n${fence}\n`;
    room -= block.length;
    if (room < 0) {
      blocks.push(`${countOf(ipFilters.length - index, "more IP filter")} created or changed.\n`);
      break;
    }
    blocks.push(block);
  }
  return blocks;
}

function notes(plan: PlanDocument): string[] {
  return notesOf(plan).map((line) => `${line}\n`);
}

/** A text as code within a cell of a table: neither markup, nor a link, nor anybody's mention. */
export function code(text: string): string {
  // In a table a bar is escaped even within code, but not behind a backslash, which would then be what is escaped.
  return codeInText(text).replaceAll(/(\\?)\|/gu, (_, backslash: string) =>
    backslash === "" ? String.raw`\|` : String.raw`\⟨U+007C⟩`,
  );
}

/** A text as code outside of a table, where a bar is one. */
function codeInText(text: string): string {
  const shown = visibleName(text.length > mostName ? `${text.slice(0, mostName)}…` : text);
  const fence = "`".repeat(longestRun(shown) + 1);
  const gap = /^`|`$/u.test(shown) ? " " : "";
  return `${fence}${gap}${shown}${gap}${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/gu), ([run]) => run.length));
}

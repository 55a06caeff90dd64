import type { FoundLeak } from "#domain/leak/found.ts";
import { mostKept } from "#domain/leak/scan.ts";
import { urgencyWords } from "#domain/leak/urgency.ts";
import { escapeHidden, visibleName } from "#domain/name.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { ownerWords, timeWords } from "#server/cli/inventory/formats.ts";
import { paintFor, type Output, type Paint } from "#server/cli/remote/output.ts";
import { counted, countOf } from "#server/cli/remote/words.ts";

import type { LeaksFormat } from "./command.ts";
import { leaksJson, leakStates, lives, uncheckedKinds, type LeakedToken, type LeaksReport, type LeakState } from "./report.ts";

/** Writes a report, piece by piece. `output` decides whether words are painted. */
export function writtenLeaks(report: LeaksReport, format: LeaksFormat, output: Output): Iterable<string> {
  switch (format) {
    case "text":
      return asText(report, paintFor(output));
    case "json":
      return [`${escapeHidden(JSON.stringify(leaksJson(report), undefined, 2))}\n`];
    default:
      return format satisfies never;
  }
}

const stateWords: Readonly<Record<LeakState, { readonly title: string; readonly advice: string }>> = {
  ...urgencyWords,
  unseen: {
    title: "No token of this id that you may see",
    advice:
      "Deleted, rotated, of another organization, or not yours to administer: the server does not say which. Where you cannot rule out that one lives, ask somebody who may see all tokens.",
  },
  gone: {
    title: "Gone",
    advice: "No token has this id any more: it was deleted or rotated. There is nothing to do but to find out how it got out.",
  },
};

function* asText(report: LeaksReport, paint: Paint): Generator<string> {
  yield `${headline(report)}\n`;
  for (const state of leakStates) {
    const tokens = report.tokens.filter((token) => token.state === state);
    if (tokens.length === 0) continue;
    const { title, advice } = stateWords[state];
    yield `\n${paint(lives(state) === false ? "bold" : "red", title)}\n${advice}\n`;
    for (const token of tokens) yield tokenText(token);
  }
  const administrators = report.scan.leaks.filter(({ kind }) => kind === "administrator");
  if (administrators.length > 0) {
    yield `\n${paint("red", "The credential of a Tokenhouse's local administrator, with root's rights")}\n`;
    yield "Where it is this installation's: stop the server, delete the folder local-admin in its data folder, and start it again; it then makes another.\n";
    for (const find of administrators) yield `  ${whereWords(find)}\n`;
  }
  yield* uncheckedText(report, paint);
  if (report.tokens.length > 0)
    yield "\nTokens were matched by their ids alone: a secret that was found may be a former or a wrong one.\n";
}

function headline({ scan, tokens }: LeaksReport): string {
  const read = `${countOf(scan.lines, "line")}, ${countOf(scan.characters, "character")} searched: `;
  const live = tokens.filter(({ state }) => lives(state) === true).length;
  if (tokens.length === 0) return `${read}no token string was found.`;
  return `${read}${countOf(tokens.length, "token string")}, of which ${live === 0 ? "none is known to live" : `${counted(live)} ${live === 1 ? "lives" : "live"}`}.`;
}

function tokenText({ find, id, result }: LeakedToken): string {
  const notes = [
    find.kind === "cut" ? "with the beginning of a secret alone" : undefined,
    find.glued ? "where it begins or ends is a guess" : undefined,
  ].filter((note) => note !== undefined);
  const more = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  if (result.type !== "found") return `  ${id}${more}\n    ${whereWords(find)}\n`;
  const { token, item } = result;
  const facts = [
    `owner ${ownerWords(item)}`,
    `expires ${timeWords(token.expireAt)}`,
    `last used ${timeWords(token.lastUse?.at)}`,
    token.filter === null ? "works from every address" : `IP filter ${visibleName(token.filter.name)}`,
  ];
  return `  ${kindTraits[token.kind].noun} ${visibleName(token.name)} ${id}${more}\n    ${facts.join(", ")}\n    ${whereWords(find)}\n`;
}

/** Where a string was found, as editors and terminals follow it. */
function whereWords({ places, count }: FoundLeak): string {
  const more = count - places.length;
  const listed = places.map(({ file = "", line, column }) => `${visibleName(file)}:${line}:${column}`).join(", ");
  return `${listed}${more > 0 ? ` and ${countOf(more, "more place")}` : ""}`;
}

const uncheckedWords = {
  uuid: "a UUID, which ingest tokens look like",
  letters: "32 letters and digits, which fleet tokens look like",
  jwt: "a JWT of a fleet token",
} as const satisfies Record<(typeof uncheckedKinds)[number], string>;

/** How many are listed: such strings are mostly something else. */
const mostListed = 20;

function* uncheckedText({ scan }: LeaksReport, paint: Paint): Generator<string> {
  const finds = scan.leaks.flatMap((find) => {
    const kind = uncheckedKinds.find((each) => each === find.kind);
    return kind === undefined ? [] : [{ find, words: uncheckedWords[kind] }];
  });
  // What stands next to a word that speaks of tokens is likelier one.
  const listed = [...finds.filter(({ find }) => find.named), ...finds.filter(({ find }) => !find.named)].slice(0, mostListed);
  if (finds.length > 0) {
    yield `\n${paint("bold", `${countOf(finds.length, "string")} that may be the value of an ingest or fleet token`)}\n`;
    yield "They are sent nowhere, so nobody was asked. On its page Leaks an embedded Tokenhouse looks up those that you choose.\n";
    for (const { find, words } of listed) yield `  ${words}: ${whereWords(find)}\n`;
    if (finds.length > listed.length) yield `  and ${counted(finds.length - listed.length)} more\n`;
  }
  const unkept = Object.values(scan.unkept).reduce((sum, many) => sum + many, 0);
  if (unkept > 0)
    yield `\n${countOf(unkept, "further place")} with such strings: the first ${counted(mostKept)} of a kind are kept. Search a part of the files for the others.\n`;
}

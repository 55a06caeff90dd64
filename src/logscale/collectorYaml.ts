import { isMap, isScalar, LineCounter, parseDocument, visit, type Document } from "yaml";

import { remarksOn } from "./collectorRemarks.ts";
import { keysThereTwice, linePlace, linesOf, mostFaults, placeOf, placeTooDeep, syntaxFaults, type Fault } from "./yamlText.ts";

/** The most characters that the text of a collector configuration may have. LogScale documents no bound; this is our assumption. */
export const longestYaml = 100_000;

/** Something that is wrong with a collector configuration, and where. */
export interface YamlProblem {
  /** `error`: cannot be published. `warning`: could be a mistake, but only a collector knows. */
  readonly severity: "error" | "warning";
  /** What is wrong, without the line; holds no text of the configuration but names of keys, since configurations hold tokens. */
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Offsets in the text, `from` up to but without `to`. */
  readonly from: number;
  readonly to: number;
}

/**
 * Checks the text of a collector configuration: it must be one YAML document with keys and values, and its sources must name sinks that
 * exist. The problems come in the order of the text. The editor calls this as one types, and the server before it publishes.
 */
export function checkCollectorYaml(text: string): YamlProblem[] {
  const tooDeep = text.length > longestYaml ? undefined : placeTooDeep(text);
  const lines = tooDeep === undefined ? new LineCounter() : linesOf(text);
  const problem = (severity: YamlProblem["severity"], message: string, from: number, to: number): YamlProblem => {
    return { severity, message, ...linePlace(lines, from), from, to: Math.max(from, to) };
  };
  if (text.length > longestYaml) {
    const most = longestYaml.toLocaleString("en");
    return [problem("error", `A configuration has at most ${most} characters.`, 0, 0)];
  }
  if (tooDeep !== undefined) {
    return [problem("error", "The configuration is nested too deeply.", tooDeep, tooDeep + 1)];
  }
  // "Pretty" errors quote the text, which may hold a token.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error", uniqueKeys: false });
  const syntax = syntaxFaults(document, text, lines, "configuration");
  const places = new Set(syntax.map(({ at }) => at[0]));
  const faults = [
    ...syntax,
    ...[...keysThereTwice(document), ...danglingAliases(document)].filter(({ at }) => !places.has(at[0])),
  ];
  if (faults.length > 0) return faults.slice(0, mostFaults).map(({ message, at }) => problem("error", message, ...at));
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return [problem("error", "The configuration is empty.", 0, 0)];
  }
  if (!isMap(contents)) {
    return [problem("error", "A configuration consists of keys with values, such as sources and sinks.", ...placeOf(contents))];
  }
  return remarksOn(contents).map(({ message, at }) => problem("warning", message, ...at));
}

/** Aliases without the anchor that they name. The library finds them only when it makes values of the nodes, which is not wanted here. */
function danglingAliases(document: Document.Parsed): Fault[] {
  const anchors = new Set<string>();
  const dangling: Fault[] = [];
  visit(document, {
    Value: (_, { anchor }) => void (anchor !== undefined && anchors.add(anchor)),
    Alias: (_, alias) =>
      void (anchors.has(alias.source) || dangling.push({ message: danglingWords(alias.source), at: placeOf(alias) })),
  });
  return dangling;
}

function danglingWords(name: string): string {
  // `*.log` and `*/access.log` are patterns of file names; anchors have plain names.
  if (!/^[\w-]+$/u.test(name)) return "Text that begins with * has to stand in quotes.";
  return "Nothing above has the anchor named here. Text that begins with * has to stand in quotes.";
}

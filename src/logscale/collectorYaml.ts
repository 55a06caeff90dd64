import { CST, isMap, isScalar, Lexer, LineCounter, parseDocument, visit, type Document, type YAMLMap } from "yaml";

/** The most characters that the text of a collector configuration may have. LogScale documents no bound; this is our assumption. */
export const longestYaml = 100_000;

/** How many levels things may be nested: real configurations have about ten. */
const deepest = 64;

/** How many faults are told at once: one can be the cause of many. */
const mostFaults = 50;

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
 * Checks the text of a collector configuration: that it is one YAML document with keys and values, and that sources name sinks which
 * are there. In the order of the text. Used by the editor as one types and by the server before it publishes.
 */
export function checkCollectorYaml(text: string): YamlProblem[] {
  const lines = new LineCounter();
  const problem = (severity: YamlProblem["severity"], message: string, from: number, to: number): YamlProblem => {
    const { line, col } = lines.linePos(from);
    return { severity, message, line: Math.max(1, line), column: Math.max(1, col), from, to: Math.max(from, to) };
  };
  if (text.length > longestYaml) {
    const most = longestYaml.toLocaleString("en");
    return [problem("error", `A configuration has at most ${most} characters.`, 0, 0)];
  }
  const tooDeep = placeTooDeep(text);
  if (tooDeep !== undefined) {
    lines.lineStarts.push(...Array.from(text.matchAll(/^/gmu), ({ index }) => index));
    return [problem("error", "The configuration is nested too deeply.", tooDeep, tooDeep + 1)];
  }
  // "Pretty" errors quote the text, which may hold a token.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error", uniqueKeys: false });
  const faults = [
    ...document.errors.map(({ code, message, pos }) => ({ message: faultWords(code, message), at: pos })),
    ...keysThereTwice(document),
    ...danglingAliases(document),
  ];
  if (faults.length > 0) return faults.slice(0, mostFaults).map(({ message, at }) => problem("error", message, ...at));
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return [problem("error", "The configuration is empty.", 0, 0)];
  }
  if (!isMap(contents)) {
    return [problem("error", "A configuration consists of keys with values, such as sources and sinks.", ...placeOf(contents))];
  }
  return looseEnds(contents).map(({ message, at }) => problem("warning", message, ...at));
}

/** The library's message; where that would quote the text, our own. */
function faultWords(code: string, message: string): string {
  switch (code) {
    case "MULTIPLE_DOCS":
      return "A configuration is one document; a second one begins here.";
    case "TAB_AS_INDENT":
      return "YAML is indented by spaces, not by tabs.";
    default:
      return message.replaceAll(/(["'`]).*?\1/gsu, "…");
  }
}

/**
 * Where a text becomes nested more deeply than {@link deepest}; undefined where it never does. The parser calls itself for each level, so a
 * text that is nested without end could use up its stack, which in the worst place ends the whole process. The lexer does not, so its
 * tokens are counted first: brackets that are open, and columns at which something within something else begins.
 */
function placeTooDeep(text: string): number | undefined {
  const columns: number[] = [];
  let [offset, column, brackets, opens] = [0, 0, 0, true];
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === "flow-seq-start" || type === "flow-map-start") brackets++;
    // A line that is indented too little ends all brackets, closed or not.
    if (token === CST.FLOW_END) brackets = 0;
    if (type === "flow-seq-end" || type === "flow-map-end") brackets = Math.max(0, brackets - 1);
    const isSpace = type === "space" || type === "newline" || type === "comment" || markers.has(token);
    if (opens && brackets === 0 && !isSpace) {
      while ((columns.at(-1) ?? -1) >= column) columns.pop();
      columns.push(column);
      opens = type === "seq-item-ind" || type === "explicit-key-ind" || type === "map-value-ind";
    } else if (type === "newline" || type === "map-value-ind") {
      opens = true;
    }
    // A list may stand at the column of the key that it belongs to, so that each column can be two levels.
    if (brackets + 2 * columns.length > deepest) return offset;
    if (!markers.has(token)) {
      offset += token.length;
      const lineEnd = token.lastIndexOf("\n");
      column = lineEnd === -1 ? column + token.length : token.length - lineEnd - 1;
    }
  }
  return undefined;
}

/** What the lexer puts between the parts of a text without it standing there. */
const markers: ReadonlySet<string> = new Set([CST.BOM, CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

/** Keys that their map has already. The library would compare each key with all before it, which takes it seconds for thousands of keys. */
function keysThereTwice(document: Document.Parsed): Fault[] {
  const twice: Fault[] = [];
  visit(document, {
    Map(_, { items }) {
      const known = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (known.has(key.value)) twice.push({ message: "This key is there twice.", at: placeOf(key) });
        known.add(key.value);
      }
    },
  });
  return twice;
}

/** Aliases without the anchor that they name. The library finds them only when it makes values of the nodes, which is not wanted here. */
function danglingAliases(document: Document.Parsed): Fault[] {
  const anchors = new Set<string>();
  const dangling: Fault[] = [];
  visit(document, {
    Value: (_, { anchor }) => void (anchor !== undefined && anchors.add(anchor)),
    Alias: (_, alias) =>
      void (
        anchors.has(alias.source) || dangling.push({ message: "Nothing above has the anchor named here.", at: placeOf(alias) })
      ),
  });
  return dangling;
}

type Place = readonly [from: number, to: number];

interface Fault {
  readonly message: string;
  readonly at: Place;
}

function placeOf(node: { readonly range?: readonly [number, number, number] | null }): Place {
  return node.range ? [node.range[0], node.range[1]] : [0, 0];
}

/** Sources that name no sink, or one that is not there. */
function looseEnds(configuration: YAMLMap.Parsed): Fault[] {
  const [sources, sinks] = [configuration.get("sources", true), configuration.get("sinks", true)];
  if (!isMap(sources)) return [{ message: "There are no sources, so nothing would be collected.", at: placeOf(configuration) }];
  const known = new Set(isMap(sinks) ? sinks.items.map(({ key }) => (isScalar(key) ? String(key.value) : "")) : []);
  return sources.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !isMap(value)) return [];
    const sink: unknown = value.get("sink", true);
    if (!isScalar(sink)) return [{ message: "This source names no sink.", at: placeOf(key) }];
    if (known.has(String(sink.value))) return [];
    return [{ message: "This source names a sink that is not there.", at: placeOf(sink) }];
  });
}

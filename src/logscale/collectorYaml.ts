import { CST, isMap, isScalar, Lexer, LineCounter, parseDocument, visit, type Document, type YAMLParseError } from "yaml";

import { placeOf, remarksOn, type Fault } from "./collectorRemarks.ts";

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
 * Checks the text of a collector configuration: it must be one YAML document with keys and values, and its sources must name sinks that
 * exist. The problems come in the order of the text. The editor calls this as one types, and the server before it publishes.
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
  const syntax = syntaxFaults(document, text, (offset) => lines.linePos(offset).line);
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

/**
 * The faults of the syntax, without those that only follow from an earlier one: once the parser is out of the structure it takes every word
 * that is left for a fault.
 */
function syntaxFaults(document: Document.Parsed, text: string, lineOf: (offset: number) => number): Fault[] {
  const shown: Fault[] = [];
  const tabs = document.errors.filter(({ code }) => code === "TAB_AS_INDENT").length;
  const last = { code: "", line: 0 };
  for (const error of document.errors) {
    const { code, message, pos } = error;
    const line = lineOf(pos[0]);
    // Of a line one fault is told, and of lines in a row that are at fault alike the first.
    const follows = last.line === line || (last.code === code && (code === "TAB_AS_INDENT" || line === last.line + 1));
    if (line !== last.line) Object.assign(last, { code, line });
    if (shown.length > 0 && (follows || / in YAML stream: /u.test(message))) continue;
    const indented = message.endsWith(" at node end") ? indentedStart(text, pos[0]) : undefined;
    const words = indented === undefined ? faultWords(error, tabs) : indentedFault;
    shown.push({ message: words, at: indented ?? openingQuote(document, error) ?? pos });
    // What the parser says behind a line that begins further left than the first is nothing but a consequence.
    if (indented !== undefined || shown.length >= mostFaults) break;
  }
  return shown;
}

const tabFault = "YAML is indented by spaces, not by tabs";
const indentedFault =
  "This line begins further right than lines below that stand beside it. Keys of one level begin at the same column, those of the first at the start of the line.";

/** Where the first key of a text begins, if it is further right than the line that holds an offset. */
function indentedStart(text: string, offset: number): readonly [number, number] | undefined {
  const first = /^(?!\s*(?:#|%|---|$)) *(?=\S)/mu.exec(text);
  if (first === null || first[0].length === 0) return undefined;
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  const indent = /^ */u.exec(text.slice(line))?.[0].length ?? 0;
  if (line === first.index || indent >= first[0].length) return undefined;
  const start = first.index + first[0].length;
  const end = text.indexOf("\n", start);
  return [start, end < 0 ? text.length : end];
}

/** Where a text in quotes begins that never ends: the parser names the end of everything. */
function openingQuote(document: Document.Parsed, { code, message }: YAMLParseError): readonly [number, number] | undefined {
  if (code !== "MISSING_CHAR" || !message.startsWith("Missing closing")) return undefined;
  let opening: readonly [number, number] | undefined;
  visit(document, {
    Scalar(_, { type, range }) {
      if ((type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE") && range) opening = [range[0], range[0] + 1];
    },
  });
  return opening;
}

/** Our own words for what people do, or the library's where they do not quote the text. */
function faultWords({ code, message }: YAMLParseError, tabs: number): string {
  switch (code) {
    case "MULTIPLE_DOCS":
      return "A configuration is one document; a second one begins here.";
    case "TAB_AS_INDENT":
      return `${tabFault}${tabs > 1 ? `: on ${tabs} lines, of which this is the first.` : "."}`;
    case "BAD_ALIAS":
      return "Text that begins with * has to stand in quotes.";
    case "BAD_SCALAR_START":
      return "Text that begins with this sign has to stand in quotes.";
    case "BAD_DQ_ESCAPE":
      return "In double quotes a backslash begins an escape. Use single quotes, or write each backslash twice.";
    case "BAD_INDENT":
      if (message.startsWith("Flow")) return "A bracket above is not closed, or what it holds stands too far left.";
      return "This line is indented unlike those beside it. Keys of one level begin at the same column.";
    case "BLOCK_AS_IMPLICIT_KEY":
      return "A value cannot be followed by more keys here. Put a text that holds a colon and a space in quotes; otherwise, look at how the lines below are indented.";
    case "MULTILINE_IMPLICIT_KEY":
      return "This is neither a key nor a value. A key is followed by a colon and a space.";
    default:
      if (message.endsWith(" at node end"))
        return "More follows here after the value has ended. If it is one text, put the whole of it in quotes.";
      if (message.startsWith("Missing closing")) return "The quotes that begin here are never closed.";
      if (message.startsWith("Unexpected block-seq-ind")) return "A list begins on the line below its key.";
      // What stands behind the colon, or in quotes, is text of the configuration.
      return `${message.replace(/:.*$/su, "").replaceAll(/(["'`]).*?\1/gsu, "…")}.`;
  }
}

/**
 * Where a text becomes nested more deeply than {@link deepest}; undefined where it never does. The parser recurses for each level, so
 * endless nesting could overflow the stack and end the whole process. The lexer does not recurse, so its tokens are counted first: open
 * brackets, and columns at which a nested value begins.
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
    // A list may stand at the column of its key, so each column can be two levels.
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
      void (anchors.has(alias.source) || dangling.push({ message: danglingWords(alias.source), at: placeOf(alias) })),
  });
  return dangling;
}

function danglingWords(name: string): string {
  // `*.log` and `*/access.log` are patterns of file names; anchors have plain names.
  if (!/^[\w-]+$/u.test(name)) return "Text that begins with * has to stand in quotes.";
  return "Nothing above has the anchor named here. Text that begins with * has to stand in quotes.";
}

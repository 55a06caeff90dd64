import { CST, isScalar, Lexer, LineCounter, visit, type Document, type YAMLParseError } from "yaml";

/** How many levels things may be nested: real configurations have about ten. */
const deepest = 64;

/** How many faults are told at once: one can be the cause of many. */
export const mostFaults = 50;

/** Offsets in a text, `from` up to but without `to`. */
export type TextPlace = readonly [from: number, to: number];

/** A place in a text as people count it, from 1. */
export interface LinePlace {
  readonly line: number;
  readonly column: number;
}

/** Where an offset is. */
export function linePlace(lines: LineCounter, offset: number): LinePlace {
  const { line, col } = lines.linePos(offset);
  // What holds no line at all begins nowhere.
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** The place where a text begins. */
export const top: LinePlace = { line: 1, column: 1 };

/** Something to say of a place; holds no text of the configuration but names of keys. */
export interface Fault {
  readonly message: string;
  readonly at: TextPlace;
}

/** Where a node stands. */
export function placeOf(node: { readonly range?: readonly [number, number, number] | null }): TextPlace {
  return node.range ? [node.range[0], node.range[1]] : [0, 0];
}

/**
 * The faults of the syntax, without those that only follow from an earlier one: once the parser is out of the structure it takes every word
 * that is left for a fault. `noun` is what the text is: `configuration`.
 */
export function syntaxFaults(document: Document.Parsed, text: string, lines: LineCounter, noun: string): Fault[] {
  const shown: Fault[] = [];
  const tabs = document.errors.filter(({ code }) => code === "TAB_AS_INDENT").length;
  const last = { code: "", line: 0 };
  for (const error of document.errors) {
    const { code, message, pos } = error;
    const { line } = lines.linePos(pos[0]);
    // Of a line one fault is told, and of lines in a row that are at fault alike the first.
    const follows = last.line === line || (last.code === code && (code === "TAB_AS_INDENT" || line === last.line + 1));
    if (line !== last.line) Object.assign(last, { code, line });
    if (shown.length > 0 && (follows || / in YAML stream: /u.test(message))) continue;
    const indented = message.endsWith(" at node end") ? indentedStart(text, pos[0]) : undefined;
    const words = indented === undefined ? faultWords(error, tabs, noun) : indentedFault;
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
function faultWords({ code, message }: YAMLParseError, tabs: number, noun: string): string {
  switch (code) {
    case "MULTIPLE_DOCS":
      return `A ${noun} is one document; a second one begins here.`;
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
export function placeTooDeep(text: string): number | undefined {
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
export function keysThereTwice(document: Document.Parsed): Fault[] {
  const twice: Fault[] = [];
  visit(document, {
    Map(_, { items }) {
      const known = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (known.has(key.value)) twice.push({ message: "This key is there twice.", at: placeOf(key) });
        known.add(key.value);
        if (twice.length >= mostFaults) return visit.BREAK;
      }
      return undefined;
    },
  });
  return twice;
}

/** Where the lines of a text begin, for a text that is not parsed. There may be more than a call takes arguments. */
export function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  for (const { index } of text.matchAll(/^/gmu)) lines.addNewLine(index);
  return lines;
}

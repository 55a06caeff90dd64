import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
} from "yaml";

import type { DocumentReading, ResourceRemark, ValuePath } from "#domain/resources/model.ts";
import { readDocument } from "#domain/resources/read.ts";

import {
  keysThereTwice,
  linePlace,
  linesOf,
  placeOf,
  placeTooDeep,
  syntaxFaults,
  top,
  type Fault,
  type LinePlace,
} from "./yamlText.ts";

/** The most characters that one file of resources may have: it bounds the work of reading it. */
export const longestResources = 2_000_000;

/** Something to say of a place in a text. */
export interface PlacedRemark extends LinePlace {
  readonly message: string;
}

/** What one document of a text turned out to be, and where it begins. */
export type PlacedDocument = LinePlace &
  (
    | (Extract<DocumentReading, { readonly type: "resource" }> & { readonly remarks: readonly PlacedRemark[] })
    | Extract<DocumentReading, { readonly type: "other" }>
    | (Omit<Extract<DocumentReading, { readonly type: "unreadable" }>, "faults"> & { readonly faults: readonly PlacedRemark[] })
  );

/** What a text is called in the words of its faults. */
const noun = "file of resources";

const templateFault =
  "This is a template: a value is to be filled in where {{ }} stands. Check what helm template prints instead.";

/**
 * Reads the resources of humio-operator in a text, which may be several documents of YAML, or JSON, in the order of the text. What cannot be
 * read stands among them with the reason, and the others are read all the same; no message holds a value of the text.
 */
export function readResources(text: string): readonly PlacedDocument[] {
  const lines = new LineCounter();
  const unreadable = (...faults: PlacedRemark[]): PlacedDocument => ({
    type: "unreadable",
    line: faults[0]?.line ?? 1,
    column: faults[0]?.column ?? 1,
    faults,
    foreign: false,
  });
  if (text.length > longestResources) {
    const most = longestResources.toLocaleString("en");
    return [unreadable({ ...top, message: `A ${noun} has at most ${most} characters.` })];
  }
  const tooDeep = placeTooDeep(text);
  if (tooDeep !== undefined) {
    return [unreadable({ ...linePlace(linesOf(text), tooDeep), message: "The file is nested too deeply." })];
  }
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    // "Pretty" errors quote the text.
    prettyErrors: false,
    logLevel: "error",
    uniqueKeys: false,
    // As Kubernetes reads it.
    merge: true,
  });
  const placed = ({ message, at }: Fault): PlacedRemark => ({ ...linePlace(lines, at[0]), message });
  return [...documents].flatMap((document): readonly PlacedDocument[] => {
    const template = placeOfTemplate(text, document.range);
    const faults = [...syntaxFaults(document, text, lines, noun), ...keysThereTwice(document)];
    if (faults.length > 0 && template !== undefined)
      return [unreadable({ ...linePlace(lines, template), message: templateFault })];
    if (faults.length > 0) return [unreadable(...faults.map(placed))];
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return [];
    const value = valueOf(document);
    if (value.type === "failed") return [unreadable(...value.faults.map(placed))];
    return readDocument(value.value).map(({ path, reading }): PlacedDocument => {
      const at = (wanted: ValuePath) => linePlace(lines, placeOfPath(document, wanted));
      const place = at(path);
      const placedRemark = ({ path: wanted, message }: ResourceRemark) => ({ ...at(wanted), message });
      if (reading.type === "other") return { ...place, ...reading };
      if (template !== undefined) return unreadable({ ...linePlace(lines, template), message: templateFault });
      if (reading.type === "unreadable") return { ...place, ...reading, faults: inOrder(reading.faults.map(placedRemark)) };
      const words = truthWords(document, path).map(placed);
      if (words.length > 0) return unreadable(...words);
      return { ...place, ...reading, remarks: inOrder(reading.resource.remarks.map(placedRemark)) };
    });
  });
}

function inOrder(remarks: readonly PlacedRemark[]): PlacedRemark[] {
  return remarks.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Where a document has a value that is to be filled in; comments do not count. */
function placeOfTemplate(text: string, range: Document.Parsed["range"]): number | undefined {
  const [start, end] = [range[0], range[2]];
  for (const { index } of text.slice(start, end).matchAll(/\{\{/gu)) {
    const at = start + index;
    const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
    if (!/^\s*#|\s#/u.test(line)) return at;
  }
  return undefined;
}

type DocumentValue =
  | { readonly type: "value"; readonly value: unknown }
  | { readonly type: "failed"; readonly faults: readonly Fault[] };

/** The plain value of a document. Aliases are followed, but not so often that a short text becomes a huge value. */
function valueOf(document: Document.Parsed): DocumentValue {
  try {
    return { type: "value", value: document.toJS() };
  } catch {
    const faults: Fault[] = [];
    visit(document, {
      Alias: (_, alias) => {
        faults.push({ message: "This alias names no anchor above it, or stands for too much.", at: placeOf(alias) });
        return visit.BREAK;
      },
    });
    return {
      type: "failed",
      faults:
        faults.length > 0 ? faults : [{ message: "This document cannot be read.", at: [document.range[0], document.range[1]] }],
    };
  }
}

/** The offset of what stands at a path, or as near to it as there is anything. What is a map or a list, or nothing, is found by its key. */
function placeOfPath(document: Document.Parsed, path: ValuePath): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? document.range[0];
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (pair === undefined) return offset;
      const value = pair.value as Node | null;
      const byKey =
        value === null || (isCollection(value) && depth === path.length - 1) || (isScalar(value) && value.value === null);
      const at = (byKey ? (pair.key as Node) : value).range;
      offset = at?.[0] ?? offset;
      node = value;
    } else if (isSeq(node) && typeof step === "number") {
      node = (node.items[step] as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

/** Plain words that are texts here, but yes and no to Kubernetes, whose YAML is of an older version. */
function truthWords(document: Document.Parsed, path: ValuePath): Fault[] {
  const spec = document.getIn([...path, "spec"], true);
  const faults: Fault[] = [];
  if (isCollection(spec))
    visit(spec, {
      Scalar: (_, scalar) => {
        if (scalar.type === "PLAIN" && typeof scalar.value === "string" && /^(?:y|n|yes|no|on|off)$/iu.test(scalar.value))
          faults.push({ message: "Kubernetes reads this as yes or no, not as a text: put it in quotes.", at: placeOf(scalar) });
      },
    });
  return faults;
}

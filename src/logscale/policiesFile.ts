import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Pair,
  type ParsedNode,
  type Scalar,
} from "yaml";

import { policiesFileVersion, type FileFault, type FileKindPolicy, type PoliciesFile } from "#domain/policy/file/model.ts";
import { resolveFile, type InForce, type OrganizationChange } from "#domain/policy/file/resolve.ts";
import { isTokenKind } from "#domain/token/kinds.ts";

import { PoliciesFileReader, textOf } from "./policiesFileReader.ts";
import {
  keysThereTwice,
  linePlace,
  linesOf,
  mostFaults,
  placeOf as placeIn,
  placeTooDeep,
  syntaxFaults,
  top,
  type Fault,
  type LinePlace,
} from "./yamlText.ts";

/** The most characters that a file of policies may have: it bounds the work of reading one. */
export const longestPoliciesFile = 1_000_000;

/** Something that is wrong with a file, and where. */
export interface FileError extends LinePlace {
  /** Without the place. */
  readonly message: string;
}

/** A fault of what a file says, as one of its text. */
export type ErrorAt = (fault: FileFault) => FileError;

/** A file of policies as read. */
export type PoliciesReading =
  | { readonly ok: true; readonly file: PoliciesFile; readonly errorAt: ErrorAt }
  | { readonly ok: false; readonly errors: readonly FileError[] };

/** A file of policies held against what is in force. */
export type OpenedPolicies =
  | { readonly ok: true; readonly file: PoliciesFile; readonly change: OrganizationChange }
  | { readonly ok: false; readonly errors: readonly FileError[] };

/** Reads a file of policies. Every error is told, in the order of the text. */
export function readPoliciesFile(text: string): PoliciesReading {
  const { file, errorAt, errors } = parse(text);
  return errors.length > 0 ? { ok: false, errors: inOrder(errors) } : { ok: true, file, errorAt };
}

/** Reads a file of policies and holds it against what is in force. The errors of both are told together, in the order of the text. */
export function openPoliciesFile(text: string, inForce: InForce): OpenedPolicies {
  const { file, errorAt, errors, unread } = parse(text);
  const resolution = resolveFile(file, inForce);
  const faults = (resolution.ok ? [] : resolution.errors).filter(
    // Whether a filter is there whose own entry could not be read is not known.
    ({ path: [, kind] }) => !(kind !== undefined && isTokenKind(kind) && namesOneOf(file.policies[kind], unread)),
  );
  const all = [...errors, ...faults.map(errorAt)];
  if (all.length > 0 || !resolution.ok) return { ok: false, errors: inOrder(all) };
  return { ok: true, file, change: resolution.change };
}

function namesOneOf(policy: FileKindPolicy | undefined, names: ReadonlySet<string>): boolean {
  return policy?.ipFilter != null && "name" in policy.ipFilter && names.has(policy.ipFilter.name);
}

function inOrder(errors: readonly FileError[]): FileError[] {
  return errors.toSorted((a, b) => a.line - b.line || a.column - b.column).slice(0, mostFaults);
}

interface Parsed {
  /** As much as could be read. */
  readonly file: PoliciesFile;
  readonly errorAt: ErrorAt;
  readonly errors: readonly FileError[];
  /** The names of filters whose entry could not be read. */
  readonly unread: ReadonlySet<string>;
}

const nothing: PoliciesFile = { policies: {}, ipFilters: new Map() };

function parse(file: string): Parsed {
  // Some editors on Windows begin a file with a mark that is no part of its first line.
  const text = file.replace(/^\uFEFF/u, "");
  const failed = (...errors: FileError[]): Parsed => ({
    file: nothing,
    errorAt: ({ message }) => ({ ...top, message }),
    errors,
    unread: new Set(),
  });
  if (text.length > longestPoliciesFile) {
    return failed({ ...top, message: `A file of policies has at most ${longestPoliciesFile.toLocaleString("en")} characters.` });
  }
  const lines = new LineCounter();
  const tooDeep = placeTooDeep(text);
  if (tooDeep !== undefined) {
    return failed({ ...linePlace(linesOf(text), tooDeep), message: "The file is nested too deeply." });
  }
  // By this schema every value is the text that was written, so that a filter may be called 42, or no.
  const document = parseDocument(text, {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
    uniqueKeys: false,
  });
  const broken = [
    ...syntaxFaults(document, text, lines, "file of policies"),
    ...keysThereTwice(document),
    ...shorthands(document),
  ];
  if (broken.length > 0) {
    const seen = new Set<number>();
    const first = broken.filter(({ at: [from] }) => !seen.has(from) && seen.add(from));
    return failed(...first.map(({ message, at }) => ({ ...linePlace(lines, at[0]), message })));
  }
  const { contents } = document;
  if (!isMap(contents)) {
    return failed({ ...(contents === null ? top : linePlace(lines, placeIn(contents)[0])), message: noFile });
  }
  const reader = new PoliciesFileReader();
  const read = reader.read(contents);
  return {
    ...read,
    errorAt: errorsIn(contents, text, lines),
    errors: reader.faults.map(({ message, at }) => ({ ...linePlace(lines, at[0]), message })),
  };
}

type FilePair = Pair<ParsedNode, ParsedNode | null>;

const noFile = `A file of policies begins with “version: ${policiesFileVersion}”; then come the keys policies and ipFilters.`;

/** What makes a text stand for more than is written, which a file that decides about tokens must not. */
function shorthands(document: Document.Parsed): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Node(_, node) {
      const at = placeIn(node);
      if (isAlias(node)) {
        faults.push({
          message: "Aliases are not read here. Write the value itself; text that begins with * has to stand in quotes.",
          at,
        });
      } else if (node.anchor !== undefined) {
        faults.push({
          message: "Anchors are not read here. Leave it out; text that begins with & has to stand in quotes.",
          at,
        });
      } else if (node.tag !== undefined) {
        faults.push({ message: "Tags are not read here. Leave it out; text that begins with ! has to stand in quotes.", at });
      }
      return faults.length < mostFaults ? undefined : visit.BREAK;
    },
  });
  return faults;
}

/** Gives faults their place: the value that a path leads to, or the key where the value is a block or missing, or it is about a name. */
function errorsIn(contents: ParsedNode, text: string, lines: LineCounter): ErrorAt {
  // A file may have very many keys, and as many faults.
  const known = new Map<ParsedNode, ReadonlyMap<string | undefined, FilePair>>();
  const pairsOf = (node: ParsedNode | null) => {
    if (!isMap(node)) return undefined;
    let pairs = known.get(node);
    if (pairs === undefined) known.set(node, (pairs = new Map(node.items.map((pair) => [textOf(pair.key), pair]))));
    return pairs;
  };
  return ({ path, within, message }) => {
    let node: ParsedNode | null = contents;
    let key: ParsedNode = contents;
    for (const step of path) {
      const pair: FilePair | undefined = pairsOf(node)?.get(step);
      if (pair === undefined) return { ...linePlace(lines, placeIn(key)[0]), message };
      ({ key, value: node } = pair);
    }
    if (within !== undefined && isScalar(node)) {
      const place = placeWithin(node, text, lines, within);
      if (place !== undefined) return { ...place, message };
      // Its lines are not those of the file.
      const where = within.line > 1 ? `Line ${within.line} of these rules: ` : "";
      return { ...linePlace(lines, placeIn(node)[0]), message: where + message };
    }
    const isBlock = isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
    const at = node === null || isBlock || path[0] === "ipFilters" ? key : node;
    return { ...linePlace(lines, placeIn(at)[0]), message };
  };
}

/** Where a line of a text stands that is written as a block; undefined where its lines are not those of the file. */
function placeWithin(node: Scalar, text: string, lines: LineCounter, within: LinePlace): LinePlace | undefined {
  if (node.type !== "BLOCK_LITERAL" || !node.range || typeof node.value !== "string") return undefined;
  const line = linePlace(lines, node.range[0]).line + within.line;
  const start = lines.lineStarts[line - 1] ?? text.length;
  const written = (text.slice(start).split("\n", 1)[0] ?? "").replace(/\r$/u, "");
  const read = node.value.split("\n")[within.line - 1] ?? "";
  return { line, column: Math.max(0, written.length - read.length) + within.column };
}

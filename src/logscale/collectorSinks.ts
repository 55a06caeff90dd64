import { isMap, isScalar, parseDocument } from "yaml";

import { variablesIn } from "#domain/print/collector.ts";
import { quoteForYaml } from "#domain/print/quote.ts";

import { checkCollectorYaml } from "./collectorYaml.ts";
import { sinkGaps, sinkTokens, type SinkGap } from "./collectorRemarks.ts";

/** What is put into sinks where they lack it. */
export type SinkValues = Readonly<Record<SinkGap["needed"], string>>;

/** What the sinks of a text lack, in its order. Nothing where the text is at fault. */
export function gapsIn(text: string): readonly SinkGap[] {
  if (checkCollectorYaml(text).some(({ severity }) => severity === "error")) return [];
  const { contents } = parseDocument(text, { logLevel: "error", uniqueKeys: false });
  return isMap(contents) ? sinkGaps(contents) : [];
}

/** The variables that the sinks of a text take their tokens from, each once. Nothing where the text is at fault. */
export function tokenVariablesIn(text: string): readonly string[] {
  const { contents, errors } = parseDocument(text, { logLevel: "error", uniqueKeys: false });
  if (errors.length > 0 || !isMap(contents)) return [];
  return [...new Set(sinkTokens(contents).flatMap(variablesIn))];
}

/**
 * The text with an address and a token put in where a sink lacks one or has a placeholder. All else stays as it was, down to each space.
 */
export function fillSinks(text: string, values: SinkValues): string {
  const edits = gapsIn(text).flatMap((gap) => editOf(gap, text, quoteForYaml(values[gap.needed])));
  // From the last to the first, so that the places before stay where they are.
  return edits
    .toReversed()
    .toSorted((a, b) => b.from - a.from)
    .reduce((filled, { from, to, insert }) => filled.slice(0, from) + insert + filled.slice(to), text);
}

interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

function editOf({ needed, sink, node }: SinkGap, text: string, value: string): TextEdit[] {
  if (node !== undefined) {
    const [from, to] = node.range;
    const apart = (beside: string | undefined) => (/\S/u.test(beside ?? "") ? " " : "");
    // Where there was nothing, a colon, a bracket or a comment may stand right beside it.
    if (from === to) return [{ from, to, insert: apart(text[from - 1]) + value + apart(text[to]) }];
    // A text of several lines ends with a line break.
    return [{ from, to, insert: node.type?.startsWith("BLOCK") === true ? `${value}\n` : value }];
  }
  const first = sink.items[0]?.key;
  if (!isScalar(first)) return [];
  const [at] = first.range;
  const indent = text.slice(text.lastIndexOf("\n", at - 1) + 1, at).replaceAll(/\S/gu, " ");
  return [{ from: at, to: at, insert: `${needed}: ${value}${sink.flow === true ? ", " : `\n${indent}`}` }];
}

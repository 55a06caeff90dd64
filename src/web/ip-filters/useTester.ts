import { useDeferredValue, useMemo, useState } from "react";

import type { IpFilterRule } from "#domain/filter/ipFilter.ts";

import type { LineMark } from "./RuleLines.tsx";
import { addressesIn, decidedByLine, judge, mostTested, type Tested } from "./tester.ts";
import type { ReadText } from "./text.ts";

/** What is under test, and what the rules say of it. */
export interface TesterState {
  readonly text: string;
  readonly setText: (text: string) => void;
  /** Puts one more address to the test. */
  readonly add: (address: string) => void;
  /** How many addresses are typed. */
  readonly typed: number;
  readonly tested: readonly Tested[] | undefined;
}

/** The addresses under test, at first the user's own, judged by the rules as they are typed. */
export function useTester(rules: readonly IpFilterRule[] | undefined, ownAddress: string): TesterState {
  const [text, setText] = useState(ownAddress);
  const addresses = useMemo(() => addressesIn(text), [text]);
  const judged = useDeferredValue(addresses);
  const tested = useMemo(
    () => rules && judged.slice(0, mostTested).map((address) => ({ address, verdict: judge(rules, address) })),
    [rules, judged],
  );
  const add = (address: string) => {
    if (!addresses.includes(address)) setText(`${text.trimEnd()}${text.trim() === "" ? "" : "\n"}${address}`);
  };
  return { text, setText, add, typed: addresses.length, tested };
}

/** What there is to say of each line: its faults, then what it decides, then what may not be meant. */
export function lineMarks(read: ReadText, tested: readonly Tested[] | undefined): ReadonlyMap<number, readonly LineMark[]> {
  const marks = new Map<number, LineMark[]>();
  const add = (line: number, mark: LineMark) => {
    const present = marks.get(line);
    if (present === undefined) marks.set(line, [mark]);
    else present.push(mark);
  };
  // The line has room for the fault only; the list below says what to write.
  for (const { line, message } of read.faults)
    add(line, { tone: "fault", text: message.split(/(?<=[\w)])[;:.] /u)[0] ?? message });
  for (const [line, { allowed, denied }] of decidedByLine(tested ?? [])) {
    if (allowed.length > 0) add(line, { tone: "allow", text: `allows ${firstOf(allowed)}` });
    if (denied.length > 0) add(line, { tone: "deny", text: `denies ${firstOf(denied)}` });
  }
  for (const { finding, line } of read.remarks) add(line, { tone: "remark", text: remarkWords[finding.type] });
  return marks;
}

function firstOf(addresses: readonly string[]): string {
  const more = addresses.length - 1;
  return `${addresses[0] ?? ""}${more > 0 ? ` and ${more} more` : ""}`;
}

const remarkWords = {
  duplicate: "said before",
  unreachable: "never reached",
  "no-final-all": "no final “all”",
  "everything-allowed": "allows every address",
  "everything-denied": "denies every address",
  "readings-differ": "the order matters",
} as const satisfies Record<ReadText["remarks"][number]["finding"]["type"], string>;

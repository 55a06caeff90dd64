import { decideAddress, type IpFilterRule } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { addressFault, foreignCharacterFault } from "#domain/filter/ipFilterRemedy.ts";

/** The most addresses that are judged at a time. */
export const mostTested = 500;

/** What the rules say of one text. */
export type TestVerdict =
  | {
      readonly type: "not-an-address";
      /** What is wrong with it and what to write, where the mistake is known. */
      readonly remedy?: string;
    }
  | {
      readonly type: "judged";
      readonly allowed: boolean;
      /** The rule that decides; undefined when none matches. */
      readonly rule: IpFilterRule | undefined;
    };

/** An address to test, and what the rules say of it. */
export interface Tested {
  readonly address: string;
  readonly verdict: TestVerdict;
}

/** The addresses in a text, each once, in order: one per line, or separated by blanks, commas or semicolons as logs have them. */
export function addressesIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/u).filter((part) => part !== ""))];
}

const everything = parseIpFilter("allow all").rules;

/** Whether a text is an address that a filter can judge. */
export function isAddress(text: string): boolean {
  return decideAddress(everything, text).rule !== null;
}

/** Judges an address by rules. */
export function judge(rules: readonly IpFilterRule[], address: string): TestVerdict {
  if (!isAddress(address)) {
    const [foreign] = /[^\0-\u007f]/u.exec(address) ?? [];
    const remedy = foreign === undefined ? addressFault(address) : foreignCharacterFault(address, foreign);
    return { type: "not-an-address", ...(remedy !== undefined && { remedy }) };
  }
  const { allowed, rule } = decideAddress(rules, address);
  return { type: "judged", allowed, rule: rule === null ? undefined : rules[rule] };
}

/** Whether two verdicts come to the same for who uses the address. */
export function sameVerdict(a: TestVerdict, b: TestVerdict): boolean {
  return a.type === b.type && (a.type !== "judged" || b.type !== "judged" || a.allowed === b.allowed);
}

/** A verdict in words: `allowed by line 2: allow 10.0.0.0/8`. */
export function verdictText(verdict: TestVerdict): string {
  if (verdict.type === "not-an-address") {
    return `is not an IPv4 or IPv6 address${verdict.remedy === undefined ? "" : `. ${verdict.remedy}`}`;
  }
  const word = verdict.allowed ? "allowed" : "denied";
  const { rule } = verdict;
  return rule === undefined ? `no rule matches: ${word}` : `${word} by line ${rule.line}: ${rule.action} ${rule.target}`;
}

/** The tested addresses that a line decides. More than one rule can stand on a line. */
export interface Decided {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

/** What the lines of a filter decide of the tested addresses, by line. */
export function decidedByLine(tested: readonly Tested[]): ReadonlyMap<number, Decided> {
  const lines = new Map<number, { readonly allowed: string[]; readonly denied: string[] }>();
  for (const { address, verdict } of tested) {
    if (verdict.type !== "judged" || verdict.rule === undefined) continue;
    const { line } = verdict.rule;
    let decided = lines.get(line);
    if (decided === undefined) lines.set(line, (decided = { allowed: [], denied: [] }));
    (verdict.allowed ? decided.allowed : decided.denied).push(address);
  }
  return lines;
}

import { longestAddress, readAddress, type Address } from "#domain/address.ts";
import { separated } from "#domain/separated.ts";

/** The most characters a filter may have. Our assumption: it bounds the work that one stored filter can cause. */
export const longestIpFilter = 65_536;

/** The most rules a filter may have. Our assumption: every request of a filtered token walks the rules. */
export const mostIpFilterRules = 1000;

/** Reading stops after this many errors: nobody reads more, and a hostile text must not fill the answer. */
const mostErrors = 100;

/** An IP filter of the organization. */
export interface IpFilter {
  readonly id: string;
  readonly name: string;
  /** Its rules, as written. */
  readonly ipFilter: string;
}

/** What a rule does with the addresses it matches. */
export type IpFilterAction = "allow" | "deny";

/** Addresses of one family from `first` to `last`, both included, as numbers. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** One rule of a filter and where it stands in the text. */
export interface IpFilterRule {
  readonly action: IpFilterAction;
  /** `all`, an address or a CIDR, as written. */
  readonly target: string;
  /** Line of the rule in the text, from 1. */
  readonly line: number;
  /** Column of its first character, from 1. */
  readonly column: number;
  /** The addresses it matches; for `all` every address of both families. */
  readonly ranges: readonly AddressRange[];
}

/** Something in the text that is no rule. */
export interface IpFilterError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A filter as read: to be relied on only when there are no errors. */
export interface ParsedIpFilter {
  readonly rules: readonly IpFilterRule[];
  readonly errors: readonly IpFilterError[];
}

/** Says of what is no rule what is wrong with it and what to write. It never decides whether something is a rule. */
export interface RuleFaults {
  /** Of the characters that are not ASCII, given the first of them. */
  readonly foreignCharacter: (rule: string, first: string) => string;
  /** Undefined where what stands there was not meant as a range. */
  readonly range: (rule: string) => string | undefined;
  readonly target: (action: IpFilterAction, target: string) => string;
  readonly prefix: (text: string, address: Address, bits: 32 | 128) => string;
}

/** For whoever needs the rules alone, and of the errors only that there are any: the words are longer than all else. */
const unsaid: RuleFaults = {
  foreignCharacter: () => "",
  range: () => undefined,
  target: () => "",
  prefix: () => "",
};

/** The IPv6 addresses `::ffff:a.b.c.d`, which stand for IPv4 ones and are judged as such (our assumption). */
const mapped = { first: 0xffffn << 32n, last: (0xffffn << 32n) + (1n << 32n) - 1n };

/** Every address that can come up for judgement: the mapped ones are IPv4 by then. */
export const everyAddress: readonly AddressRange[] = [
  { family: 4, first: 0n, last: (1n << 32n) - 1n },
  { family: 6, first: 0n, last: mapped.first - 1n },
  { family: 6, first: mapped.last + 1n, last: (1n << 128n) - 1n },
];

/**
 * Reads the text of an IP filter. Rules stand on lines or are separated by `;` (LogScale's documented form); each is `allow` or `deny`
 * and `all`, an IPv4 or IPv6 address, or a CIDR, whose host bits may be set. A line that begins with `#` is a comment to its end. Only
 * what is documented is accepted: keywords in lower case, four-part decimal IPv4, no comment behind a rule. The text itself is never
 * changed: clients compare it byte for byte.
 *
 * @param faults what says what is wrong; unless given, errors that need many words have none. `parseIpFilter` has all.
 */
export function readIpFilter(text: string, faults: RuleFaults = unsaid): ParsedIpFilter {
  const rules: IpFilterRule[] = [];
  const errors: IpFilterError[] = [];
  if (text.length > longestIpFilter) {
    return { rules, errors: [{ line: 1, column: 1, message: `A filter has at most ${words(longestIpFilter)} characters.` }] };
  }
  for (const [index, lineText] of text.split("\n").entries()) {
    const line = index + 1;
    const control = /[^\P{Cc}\t\r]|\p{Cs}/u.exec(lineText);
    if (control !== null) {
      errors.push({ line, column: control.index + 1, message: `${controlName(control[0])} stands here; delete it.` });
    } else if (!/^[ \t\r]*#/u.test(lineText)) {
      let start = 0;
      for (const segment of lineText.split(";")) {
        const read = readRule(segment, line, start + 1, faults);
        if (read !== null && "message" in read) errors.push(read);
        else if (read !== null) rules.push(read);
        if (rules.length > mostIpFilterRules) {
          rules.pop();
          errors.push({ line, column: start + 1, message: `A filter has at most ${words(mostIpFilterRules)} rules.` });
          return { rules, errors };
        }
        start += segment.length + 1;
        if (errors.length >= mostErrors) return { rules, errors };
      }
    }
    if (errors.length >= mostErrors) return { rules, errors };
  }
  return { rules, errors };
}

/** Reads one rule, which starts at `column`; null when there is nothing but blanks. */
function readRule(segment: string, line: number, column: number, faults: RuleFaults): IpFilterRule | IpFilterError | null {
  const [action, target, surplus] = [...segment.matchAll(/[^ \t\r]+/gu)].map((match) => ({
    text: match[0],
    column: column + match.index,
  }));
  const error = (at: { readonly column: number }, message: string): IpFilterError => ({ line, column: at.column, message });
  const foreign = /[^\0-\u007f]/u.exec(segment);
  if (foreign !== null) return error({ column: column + foreign.index }, faults.foreignCharacter(segment, foreign[0]));
  if (action === undefined) return null;
  if (action.text.startsWith("#")) return error(action, "A comment needs a line of its own.");
  if (action.text !== "allow" && action.text !== "deny") {
    const lower = action.text.toLowerCase();
    if (lower === "allow" || lower === "deny") return error(action, `Write ${lower} in lower case.`);
    const quoted = /^["'`]/u.test(action.text) ? " Leave out the quotes." : "";
    return error(action, `A rule begins with allow or deny.${quoted}`);
  }
  if (target === undefined) return error(action, `Say what to ${action.text}: all, an address, or a CIDR such as 10.0.0.0/24.`);
  if (surplus !== undefined) {
    const range = faults.range(segment);
    if (range !== undefined) return error(target, range);
    return error(
      surplus,
      surplus.text.startsWith("#")
        ? "A comment needs a line of its own."
        : "A rule ends here; begin a new line or put a semicolon.",
    );
  }
  const ranges = readTarget(action.text, target.text, faults);
  if (typeof ranges === "string") return error(target, ranges);
  return { action: action.text, target: target.text, line, column: action.column, ranges };
}

/** The addresses that a target names, or what is wrong with it. */
function readTarget(action: IpFilterAction, target: string, faults: RuleFaults): readonly AddressRange[] | string {
  if (target === "all") return everyAddress;
  if (target.toLowerCase() === "all") return "Write all in lower case.";
  const slash = target.indexOf("/");
  const address = readAddress(slash < 0 ? target : target.slice(0, slash));
  if (address === null) return faults.target(action, target);
  const bits = address.family === 4 ? 32 : 128;
  const prefixText = slash < 0 ? String(bits) : target.slice(slash + 1);
  const prefix = Number(prefixText);
  if (!/^(?:0|[1-9]\d{0,2})$/u.test(prefixText) || prefix > bits) {
    return faults.range(`${action} ${target}`) ?? faults.prefix(prefixText, address, bits);
  }
  const size = 1n << BigInt(bits - prefix);
  const first = address.value - (address.value % size);
  const last = first + size - 1n;
  if (address.family === 4) return [{ family: 4, first, last }];
  // A CIDR is either within the mapped addresses, apart from them or around them; addresses judged as IPv4 are not IPv6 ones as well.
  if (first >= mapped.first && last <= mapped.last)
    return [{ family: 4, first: first - mapped.first, last: last - mapped.first }];
  if (last < mapped.first || first > mapped.last) return [{ family: 6, first, last }];
  const around: AddressRange[] = [
    { family: 6, first, last: mapped.first - 1n },
    { family: 6, first: mapped.last + 1n, last },
  ];
  return around.filter((range) => range.first <= range.last);
}

/** Reads the address of a client: as in a filter, but a zone (`fe80::1%eth0`) is dropped and a mapped address becomes IPv4. */
function readClientAddress(text: string): Address | null {
  const trimmed = text.trim();
  if (trimmed.length > longestAddress) return null;
  const address = readAddress(trimmed.includes(":") ? trimmed.replace(/%.*$/u, "") : trimmed);
  if (address?.family !== 6 || address.value < mapped.first || address.value > mapped.last) return address;
  return { family: 4, value: address.value - mapped.first };
}

/** Whether a text is an address that filters can judge. */
export function isClientAddress(text: string): boolean {
  return readClientAddress(text) !== null;
}

/** A verdict on one address. */
export interface IpFilterDecision {
  readonly allowed: boolean;
  /** Index of the rule that decided; null when none matched, or the text is no address. */
  readonly rule: number | null;
}

/**
 * Judges an address: the first rule that matches decides (documented). An address that no rule matches is denied (our assumption),
 * and so is a text that is no address. IPv4-mapped IPv6 addresses are judged as IPv4 (our assumption).
 */
export function decideAddress(rules: readonly IpFilterRule[], address: string): IpFilterDecision {
  const client = readClientAddress(address);
  if (client === null) return { allowed: false, rule: null };
  const rule = rules.findIndex(({ ranges }) =>
    ranges.some(({ family, first, last }) => family === client.family && first <= client.value && client.value <= last),
  );
  return rule < 0 ? { allowed: false, rule: null } : { allowed: rules[rule]?.action === "allow", rule };
}

/** A filter's text with a rule before all others that refuses an address; undefined where it refuses the address already. */
export function refusing(text: string, address: string): string | undefined {
  if (!decideAddress(readIpFilter(text).rules, address).allowed) return undefined;
  return `deny ${address}${text.includes("\r\n") ? "\r\n" : "\n"}${text}`;
}

function controlName(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  return /\p{Cs}/u.test(character) ? `Half a character (U+${code})` : `A control character (U+${code})`;
}

function words(count: number): string {
  return separated(count);
}

import ipaddr from "ipaddr.js";

import { addressText, readAddress, type Address } from "#domain/address.ts";
import { foreignCharacter } from "#domain/plainCharacters.ts";

/** The most rules that a range is written out as. Every range of IPv4 addresses needs fewer. */
const mostCidrs = 64;

/** The longest target that is looked at closely: two IPv6 addresses in full and more. Bounds the work on nonsense. */
const longestTarget = 128;

const expected = "Expected all, an IPv4 or IPv6 address, or a CIDR such as 10.0.0.0/24.";

/** What is wrong with a rule that has characters which are not ASCII, such as people cannot see or take for others, and what to do about it. */
export function foreignCharacterFault(rule: string, first: string): string {
  const others = [...rule.matchAll(/[^\0-\u007f]/gu)].length - 1;
  const range = rangeIn(rule.replaceAll(/[‐-―−]/gu, "-"));
  const { name, plain } = foreignCharacter(first);
  const what = `This is ${name}`;
  const more = others === 0 ? "" : ` ${others === 1 ? "One more character" : `${others} more characters`} here must go as well.`;
  if (plain === "-" && range !== undefined) return `${what}. ${range}`;
  return `${what}; ${remedyOf(plain)}.${more}`;
}

function remedyOf(plain: string | undefined): string {
  switch (plain) {
    case "":
      return "delete it";
    case " ":
      return "type a plain space";
    case "\n":
      return "begin a new line";
    case undefined:
      return "a rule has plain letters, digits and signs only";
    default:
      return `type a plain ${plain}`;
  }
}

/** What is wrong with a target that is neither `all` nor a readable address or CIDR, and what to write. */
export function targetFault(action: string, target: string): string {
  if (target.length > longestTarget) return expected;
  const range = rangeIn(`${action} ${target}`);
  if (range !== undefined) return range;
  const bare = target.replaceAll(/^["'`<([]+|["'`>)\],]+$/gu, "");
  if (bare !== target && bare !== "" && (bare === "all" || isTarget(bare))) {
    return `Leave out ${nameOfWrapping(target)}: write ${bare}.`;
  }
  if (target.includes("\\") && isTarget(target.replace("\\", "/"))) return "A backslash stands before the length; write /.";
  const list = target.split(",");
  if (list.length > 1 && list.every((part) => part === "" || isTarget(part))) {
    return `A rule has one address; write ${list
      .filter((part) => part !== "")
      .map((part) => `${action} ${part}`)
      .join("; ")}.`;
  }
  const [address = "", length] = target.split("/");
  return addressFault(address, length) ?? expected;
}

function nameOfWrapping(target: string): string {
  if (/["'`]/u.test(target)) return "the quotes";
  return target.endsWith(",") ? "the comma" : "the brackets";
}

/** What is wrong with a text that was meant as an address, and what to write; undefined where no such mistake is known. */
export function addressFault(text: string, length?: string): string | undefined {
  if (text.length > longestTarget) return undefined;
  const port = /^(\d+(?:\.\d+){3}|\[[\da-f:.]+\]):\d+$/iu.exec(text);
  if (port?.[1] !== undefined) return `Leave the port out: write ${port[1].replaceAll(/[[\]]/gu, "")}.`;
  const zone = /^(.*:.*)%.*$/u.exec(text);
  if (zone?.[1] !== undefined && readAddress(zone[1]) !== null) return `Leave the zone (%…) out: write ${zone[1]}.`;
  if (/^\d+(?:\.\d+)*$/u.test(text)) return dottedFault(text, length);
  if (/^\d+(?:\.(?:\d+|\*))*\.?$/u.test(text)) return wildcardFault(text.split("."));
  if (text.includes(":")) return groupsFault(text);
  if (/^[a-z\d-]+(?:\.[a-z\d-]+)*\.?$/iu.test(text) && /[g-z]/iu.test(text)) {
    return "Names cannot be used; write an IPv4 or IPv6 address, or a CIDR such as 10.0.0.0/24.";
  }
  return undefined;
}

function dottedFault(text: string, length: string | undefined): string | undefined {
  const parts = text.split(".");
  const beyond = parts.find((part) => Number(part) > 255);
  if (parts.length !== 4) {
    const padded = [...parts, "0", "0", "0"].slice(0, 4).join(".");
    return parts.length < 4 && beyond === undefined && parts.length > 1 && length !== undefined
      ? `An IPv4 address has four parts; write ${padded}/${length} if that is meant.`
      : `An IPv4 address has four parts, as in 10.0.0.1; this has ${parts.length}.`;
  }
  if (beyond !== undefined) return `A part of an IPv4 address is at most 255; ${beyond.slice(0, 20)} is more.`;
  if (parts.some((part) => /^0\d/u.test(part))) {
    const plain = parts.map(Number).join(".");
    return `No leading zeros, which some systems read as octal: write ${plain} if that is meant.`;
  }
  return undefined;
}

/** `10.0.*.*` and `10.0.0.` name what a CIDR names. */
function wildcardFault(parts: readonly string[]): string | undefined {
  const fixed = parts.filter((part) => /^\d+$/u.test(part));
  const open = parts.slice(fixed.length);
  if (fixed.length > 3 || parts.length > 4 || open.some((part) => part !== "*" && part !== "")) return undefined;
  const cidr = `${[...fixed, "0", "0", "0"].slice(0, 4).join(".")}/${fixed.length * 8}`;
  return isTarget(cidr) ? `A rule takes no wildcard; write ${cidr}.` : undefined;
}

function groupsFault(text: string): string | undefined {
  const groups = text.split(":");
  const long = groups.find((group) => /^[\da-f]{5,}$/iu.test(group));
  if (long !== undefined) return `A group of an IPv6 address has at most four digits; ${long.slice(0, 20)} has more.`;
  if (text.split("::").length > 2) return "An IPv6 address has :: at most once.";
  const strange = /[^\da-f:.]/iu.exec(text);
  if (strange !== null) return `An IPv6 address has the digits 0 to 9 and a to f; ${strange[0]} is none.`;
  const tail = groups.at(-1) ?? "";
  if (tail.includes(".")) return dottedFault(tail, undefined);
  if (!text.includes("::") && groups.length !== 8) {
    return `An IPv6 address has eight groups, or :: for those left out; this has ${groups.length}.`;
  }
  return undefined;
}

/** What is wrong with the length of a CIDR, and what to write. `bits` are those of its family. */
export function prefixFault(text: string, address: Address, bits: 32 | 128): string {
  const limits = `The length behind / is a whole number from 0 to ${bits} for IPv${address.family}`;
  if (/^0+[1-9]\d*$/u.test(text) && Number(text) <= bits) return `${limits}, with no leading zeros: write /${Number(text)}.`;
  if (address.family === 4 && ipaddr.IPv4.isValidFourPartDecimal(text)) {
    const mask = ipaddr.IPv4.parse(text).prefixLengthFromSubnetMask();
    if (mask !== null) return `${limits}: for the mask ${text} write /${mask}.`;
  }
  return `${limits}.`;
}

/** Whether a text can stand as a target: an address, or a CIDR with a length in digits. */
function isTarget(text: string): boolean {
  const [address = "", length, ...more] = text.split("/");
  if (more.length > 0) return false;
  const read = readAddress(address);
  return (
    read !== null &&
    (length === undefined || (/^(?:0|[1-9]\d{0,2})$/u.test(length) && Number(length) <= (read.family === 4 ? 32 : 128)))
  );
}

/** What to write in place of a rule for `a-b`; undefined where the rule holds no range of addresses. */
export function rangeIn(rule: string): string | undefined {
  if (rule.length > 2 * longestTarget) return undefined;
  const match = /^\s*(allow|deny)\s+([\da-f.:]+)\s*-\s*([\da-f.:]+)\s*$/iu.exec(rule);
  const [, action = "", from = "", to = ""] = match ?? [];
  const first = readAddress(from);
  if (match === null || first === null) return undefined;
  // `10.0.0.1-20` names the end by its last part alone.
  const short = first.family === 4 && /^\d{1,3}$/u.test(to);
  const end = short ? `${from.slice(0, from.lastIndexOf("."))}.${to}` : to;
  const last = readAddress(end);
  if (last === null) return undefined;
  if (first.family !== last.family) return "A rule takes no range, and this one goes from one address family to the other.";
  if (last.value < first.value) return `A rule takes no range, and ${end} comes before ${from}.`;
  const cidrs = cidrsOf(first.family, first.value, last.value);
  const rules = cidrs.slice(0, mostCidrs).map((cidr) => `${action.toLowerCase()} ${cidr}`);
  const more = cidrs.length > mostCidrs ? ` – and ${cidrs.length - mostCidrs} more` : "";
  return `A rule takes no range; for ${from} to ${end} write: ${rules.join("; ")}${more}`;
}

/** The fewest CIDRs that together are the addresses from `first` to `last`; a single address without a length. */
export function cidrsOf(family: 4 | 6, first: bigint, last: bigint): string[] {
  const bits = family === 4 ? 32 : 128;
  const cidrs: string[] = [];
  let next = first;
  while (next <= last) {
    let free = 0;
    // Grow the block while it starts on its own boundary and ends within the range.
    while (free < bits && next % (2n << BigInt(free)) === 0n && next + (2n << BigInt(free)) - 1n <= last) free += 1;
    const address = addressText(family, next);
    cidrs.push(free === 0 ? address : `${address}/${bits - free}`);
    next += 1n << BigInt(free);
  }
  return cidrs;
}

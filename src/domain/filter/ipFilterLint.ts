import { addressText } from "#domain/address.ts";
import { decideAddress, everyAddress, type AddressRange, type IpFilterAction, type IpFilterRule } from "./ipFilter.ts";
import { subtract, unite } from "./ranges.ts";

/** A remark on a filter that is valid but may not do what its author meant. Rules are named by index. */
export type IpFilterFinding =
  /** An earlier rule says the very same. */
  | { readonly type: "duplicate"; readonly rule: number; readonly of: number; readonly message: string }
  /** Earlier rules, together, match every address that the rule names. */
  | { readonly type: "unreachable"; readonly rule: number; readonly by: readonly number[]; readonly message: string }
  /** Some addresses match no rule; that they are denied is an assumption which a final `all` would settle. */
  | { readonly type: "no-final-all"; readonly message: string }
  | { readonly type: "everything-allowed"; readonly message: string }
  | { readonly type: "everything-denied"; readonly message: string }
  /** Reading from the top and letting deny win disagree; `example` is an address on which they do. */
  | {
      readonly type: "readings-differ";
      readonly example: string;
      readonly firstMatch: IpFilterAction;
      readonly denyWins: IpFilterAction;
      readonly message: string;
    };

/**
 * Finds what the author of rules may not have meant. Exact: compares whole ranges of addresses, not samples.
 *
 * In older documentation deny rules win over allow rules in any order, and `deny all` at the top is the default. That is the second reading
 * here: a specific deny, then a specific allow, then `all`.
 */
export function lintIpFilter(rules: readonly IpFilterRule[]): IpFilterFinding[] {
  const findings: IpFilterFinding[] = [];
  let covered: readonly AddressRange[] = [];
  let allowed: readonly AddressRange[] = [];
  const firstOfKind = new Map<string, number>();

  for (const [index, rule] of rules.entries()) {
    const key = `${rule.action} ${rule.ranges.map((range) => `${range.family}:${range.first}-${range.last}`).join()}`;
    const same = firstOfKind.get(key);
    const fresh = subtract(rule.ranges, covered);
    if (same !== undefined) {
      findings.push({
        type: "duplicate",
        rule: index,
        of: same,
        message: `Line ${rule.line}: ${nameOf(rule)} says the same as line ${rules[same]?.line ?? 0} and has no effect.`,
      });
    } else {
      firstOfKind.set(key, index);
      if (fresh.length === 0) findings.push(unreachable(rules, index));
    }
    if (rule.action === "allow") allowed = unite(allowed, fresh);
    covered = unite(covered, fresh);
  }

  if (subtract(everyAddress, covered).length > 0) {
    findings.push({
      type: "no-final-all",
      message: "Some addresses match no rule. They are denied; a last line “deny all” says so to every reader.",
    });
  }
  if (allowed.length === 0) findings.push({ type: "everything-denied", message: "This filter denies every address." });
  if (subtract(everyAddress, allowed).length === 0) {
    findings.push({ type: "everything-allowed", message: "This filter allows every address." });
  }

  const denyWins = allowedWhereDenyWins(rules);
  const [difference] = unite(subtract(allowed, denyWins), subtract(denyWins, allowed));
  if (difference !== undefined) {
    const example = addressText(difference.family, difference.first);
    const firstMatch = decideAddress(rules, example).allowed ? "allow" : "deny";
    const other = firstMatch === "allow" ? "deny" : "allow";
    findings.push({
      type: "readings-differ",
      example,
      firstMatch,
      denyWins: other,
      message: `The order matters here: read from the top, ${example} is ${past(firstMatch)}; if deny rules win over allow rules, as older documentation says, it is ${past(other)}.`,
    });
  }
  return findings;
}

/** The finding for a rule that matches nothing anew, with the earlier rules that take its addresses away. */
function unreachable(rules: readonly IpFilterRule[], index: number): IpFilterFinding {
  const rule = rules[index];
  const by: number[] = [];
  let rest = rule?.ranges ?? [];
  for (const [earlier, { ranges }] of rules.slice(0, index).entries()) {
    const left = subtract(rest, ranges);
    if (size(left) !== size(rest)) by.push(earlier);
    rest = left;
    if (rest.length === 0) break;
  }
  const lines = [...new Set(by.map((earlier) => rules[earlier]?.line ?? 0))].join(", ");
  const message = `Line ${rule?.line ?? 0}: ${rule === undefined ? "" : nameOf(rule)} is never reached; every address it names matches earlier (line ${lines}).`;
  return { type: "unreachable", rule: index, by, message };
}

/** What is allowed when a specific deny wins over a specific allow, and both win over `all`. */
function allowedWhereDenyWins(rules: readonly IpFilterRule[]): readonly AddressRange[] {
  const general = rules.filter((rule) => rule.target === "all");
  const specific = rules.filter((rule) => rule.target !== "all");
  const of = (action: IpFilterAction) =>
    unite(
      [],
      specific.filter((rule) => rule.action === action).flatMap((rule) => rule.ranges),
    );
  const allowedByDefault = general.length > 0 && general.every((rule) => rule.action === "allow");
  return subtract(allowedByDefault ? everyAddress : of("allow"), of("deny"));
}

function nameOf(rule: IpFilterRule): string {
  return `“${rule.action} ${rule.target}”`;
}

function past(action: IpFilterAction): string {
  return action === "allow" ? "allowed" : "denied";
}

/** How many addresses disjoint ranges hold. */
function size(ranges: readonly AddressRange[]): bigint {
  return ranges.reduce((total, { first, last }) => total + last - first + 1n, 0n);
}

import { lifeRules } from "./lifeRules.ts";
import { orderRules } from "./orderRules.ts";
import { ownerRules } from "./ownerRules.ts";
import { reachRules } from "./reachRules.ts";
import type { RuleRow } from "./rule.ts";

const rows = { ...lifeRules, ...reachRules, ...ownerRules, ...orderRules } as const satisfies Record<string, RuleRow>;

/** The name of a rule. Notes and links keep it, so it never changes. */
export type FindingRule = keyof typeof rows;

/**
 * The rules of the findings, the worst first. The place of a rule is its bit in a mask of findings, so there are 31 at most.
 */
export const findingRules = [
  "can-escalate",
  "can-destroy",
  "owner-gone",
  "owner-lacks-rights",
  "weak-value",
  "can-leak",
  "breaks-policy",
  "filter-accepts-all",
  "filter-refuses-last-use",
  "never-expires",
  "expires-soon",
  "unused",
  "never-used",
  "no-ip-filter",
  "old",
  "contained",
  "same-name",
  "no-events",
  "no-configuration",
] as const satisfies readonly FindingRule[];

/** What each rule is and says. */
export const findingRows: Readonly<Record<FindingRule, RuleRow>> = rows;

/** Whether a string names a rule; for text that comes from outside, such as a link. */
export function isFindingRule(text: string): text is FindingRule {
  return findingRules.some((rule) => rule === text);
}

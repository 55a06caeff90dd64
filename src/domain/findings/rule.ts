import type { InventoryKind, InventoryToken } from "#domain/inventory/item.ts";
import type { FindingThresholds } from "#domain/inventory/thresholds.ts";

import type { RuleAnswer } from "./concerns.ts";
import type { FindingFacts } from "./facts.ts";

/** How much a finding matters, the worst first. */
export const severities = ["high", "medium", "low"] as const;

/** One of {@link severities}. */
export type Severity = (typeof severities)[number];

/**
 * What can be done about a finding, where a page offers it:
 *
 * - `replace`: make another token of the kind
 * - `renew`: make the token that takes its place, on its own page
 * - `rotate`, `delete`, `permissions`: on the token's own page
 * - `filter`: the page of the token's IP filter
 * - `policies`: the page of the security policies
 * - `configuration`, `rename`: on the fleet token's page
 */
export const findingActions = [
  "permissions",
  "renew",
  "rotate",
  "replace",
  "delete",
  "filter",
  "policies",
  "configuration",
  "rename",
] as const;

/** One of {@link findingActions}. */
export type FindingAction = (typeof findingActions)[number];

/** One rule of the findings. Pure: what it knows stands in the token and in the facts about all of them. */
export interface RuleRow {
  /** A few words, as of a facet. */
  readonly title: string;
  readonly severity: Severity;
  /** The kinds that it is about; it says `no` of the others. */
  readonly concerns: readonly InventoryKind[];
  /** Judges a token that has not expired. `index` is its place among all. */
  readonly judge: (token: InventoryToken, facts: FindingFacts, index: number) => RuleAnswer;
  /** Why it was found of a token; sentences. */
  readonly reason: (token: InventoryToken, facts: FindingFacts, index: number) => string;
  /** How it is judged, for every token alike; sentences. */
  readonly judged: (thresholds: FindingThresholds) => string;
  /** When it cannot be judged; a sentence. Undefined where it always can. */
  readonly cannot: string | undefined;
  /** What to do about it with a token of a kind; sentences. */
  readonly todo: (kind: InventoryKind) => string;
  readonly actions: (kind: InventoryKind) => readonly FindingAction[];
}

/** The token's page offers what its kind can: ingest and fleet tokens cannot be rotated, so another one takes their place. */
export function freshSecret(kind: InventoryKind): readonly FindingAction[] {
  return kind === "ingest" || kind === "fleet" ? ["replace", "delete"] : ["rotate", "delete"];
}

/** Renewing is what a token's page offers where its kind can be renewed; another fleet token is made by hand. */
export function successor(kind: InventoryKind): readonly FindingAction[] {
  return kind === "fleet" ? ["replace"] : ["renew"];
}

/** How a token is replaced by another like it. */
export function renewWords(kind: InventoryKind, how: string): string {
  switch (kind) {
    case "personal":
      return `Renew it ${how}: the new one takes the place of this one at once, so have its users ready.`;
    case "fleet":
      return replaceWords(kind, how);
    case "view":
    case "organization":
    case "system":
    case "ingest":
      return `Renew it ${how}, give the new token to whoever uses this one, and then delete this one.`;
    default:
      return kind satisfies never;
  }
}

/** How a token is replaced by another of its kind. */
export function replaceWords(kind: InventoryKind, how: string): string {
  return kind === "personal"
    ? `Make the personal token anew ${how}: the new one takes the place of this one at once, so have its users ready.`
    : `Make another token ${how}, give it to whoever uses this one, and then delete this one.`;
}

import { hasExpired, inventoryKinds, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";

import { findContainers } from "./containment.ts";
import { FindingFacts, type FindingsContext } from "./facts.ts";
import type { FindingAction, Severity } from "./rule.ts";
import { findingRows, findingRules, type FindingRule } from "./rules.ts";

/** The findings of all tokens, by their place: in each number the bit `1 << findingRules.indexOf(rule)` stands for a rule. */
export interface FindingMasks {
  /** What was found and nobody has put aside. */
  readonly found: Uint32Array;
  /** What cannot be judged here; never to be taken for what was not found. */
  readonly unknown: Uint32Array;
  /** What was found and somebody has put aside for now. */
  readonly dismissed: Uint32Array;
  readonly facts: FindingFacts;
}

/** A finding on one token, in words. */
export interface TokenFinding {
  readonly rule: FindingRule;
  readonly title: string;
  readonly severity: Severity;
  /** Why it was found. */
  readonly reason: string;
  /** How it was judged. */
  readonly judged: string;
  /** What to do about it. */
  readonly todo: string;
  readonly actions: readonly FindingAction[];
}

/** A rule that a token could not be judged by, and when that is so. */
export interface Unjudged {
  readonly rule: FindingRule;
  readonly title: string;
  readonly cannot: string;
}

/** All that the rules say of one token. */
export interface TokenFindings {
  /** The worst first. */
  readonly found: readonly TokenFinding[];
  readonly dismissed: readonly TokenFinding[];
  readonly unjudged: readonly Unjudged[];
}

/** The bit of a rule in a mask. */
export function findingBit(rule: FindingRule): number {
  return 1 << findingRules.indexOf(rule);
}

/** The rules whose bits stand in a mask, the worst first. */
export function rulesIn(mask: number): FindingRule[] {
  return findingRules.filter((_, place) => (mask & (1 << place)) !== 0);
}

/** The rules on the tokens of each kind, each with its bit. */
const byKind = new Map(
  inventoryKinds.map((kind) => [
    kind,
    findingRules.flatMap((rule, place) =>
      findingRows[rule].concerns.includes(kind) ? [{ rule, bit: 1 << place, judge: findingRows[rule].judge }] : [],
    ),
  ]),
);

/** After so many tokens a slice ends. */
const slice = 1000;

/**
 * Judges all tokens by all rules, a slice with every step, and returns their masks. No rule is about a token that has expired: it is accepted
 * nowhere and is gone within minutes, so nothing is left to be done about it.
 */
export function* judging(tokens: readonly InventoryToken[], context: FindingsContext): Generator<undefined, FindingMasks> {
  const facts = new FindingFacts(tokens, context);
  for (const [index, token] of tokens.entries()) {
    if (!hasExpired(token, context.now)) facts.add(token, index);
    if (index % slice === slice - 1) yield undefined;
  }
  yield* findContainers(facts);

  const found = new Uint32Array(tokens.length);
  const unknown = new Uint32Array(tokens.length);
  const dismissed = new Uint32Array(tokens.length);
  for (const [index, token] of tokens.entries()) {
    if (index % slice === slice - 1) yield undefined;
    if (hasExpired(token, context.now)) continue;
    let [here, unjudged, aside] = [0, 0, 0];
    for (const { rule, bit, judge } of rulesOf(token.kind)) {
      const answer = judge(token, facts, index);
      if (answer === "unknown") unjudged |= bit;
      else if (answer === "found") {
        if (context.dismissed?.(token, rule) === true) aside |= bit;
        else here |= bit;
      }
    }
    found[index] = here;
    unknown[index] = unjudged;
    dismissed[index] = aside;
  }
  return { found, unknown, dismissed, facts };
}

/** Judges all tokens at once. */
export function judgeFindings(tokens: readonly InventoryToken[], context: FindingsContext): FindingMasks {
  const steps = judging(tokens, context);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** What the rules say of the token at a place, in words. */
export function findingsOf({ found, unknown, dismissed, facts }: FindingMasks, index: number): TokenFindings {
  const token = facts.tokens[index];
  if (token === undefined) return { found: [], dismissed: [], unjudged: [] };
  const inWords = (mask: number) => rulesIn(mask).map((rule) => findingOf(rule, token, facts, index));
  return {
    found: inWords(found[index] ?? 0),
    dismissed: inWords(dismissed[index] ?? 0),
    unjudged: rulesIn(unknown[index] ?? 0).map((rule) => {
      const { title, cannot = "" } = findingRows[rule];
      return { rule, title, cannot };
    }),
  };
}

/** What a rule that was found says of the token at a place; undefined where there is none. */
export function findingAt({ facts }: FindingMasks, index: number, rule: FindingRule): TokenFinding | undefined {
  const token = facts.tokens[index];
  return token && findingOf(rule, token, facts, index);
}

function findingOf(rule: FindingRule, token: InventoryToken, facts: FindingFacts, index: number): TokenFinding {
  const { title, severity, reason, judged, todo, actions } = findingRows[rule];
  return {
    rule,
    title,
    severity,
    reason: reason(token, facts, index),
    judged: judged(facts.context.thresholds),
    todo: todo(token.kind),
    actions: actions(token.kind),
  };
}

function rulesOf(kind: InventoryKind) {
  return byKind.get(kind) ?? [];
}

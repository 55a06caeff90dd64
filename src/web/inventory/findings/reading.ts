import type { FindingsContext } from "#domain/findings/facts.ts";
import { findingBit, findingsOf, judging, rulesIn, type FindingMasks, type TokenFindings } from "#domain/findings/findings.ts";
import type { Severity } from "#domain/findings/rule.ts";
import { findingRows, findingRules, type FindingRule } from "#domain/findings/rules.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { nextTask } from "#web/state/nextTask.ts";

// Loaded when findings are first asked for: a list shows its rows without them.

/** What a cell says of a token: how many findings, and the worst of them. */
export interface TokenSigns {
  readonly found: number;
  /** Undefined where there is none. */
  readonly worst: Severity | undefined;
  readonly titles: readonly string[];
  readonly dismissed: number;
  /** How many rules could not be judged. */
  readonly unjudged: number;
}

/** A rule as a facet or a count names it. */
export interface RuleSign {
  readonly rule: FindingRule;
  /** Its bit in the masks. */
  readonly bit: number;
  readonly title: string;
  readonly severity: Severity;
}

/** The findings of tokens that were judged together. */
export interface FindingsReading {
  /** The tokens that were judged; a mask stands at the place of its token. */
  readonly tokens: readonly InventoryToken[];
  readonly masks: FindingMasks;
  /** Every rule, the worst first. */
  readonly rules: readonly RuleSign[];
  /** Undefined for a token that was not among those judged. */
  readonly signsOf: (token: InventoryToken) => TokenSigns | undefined;
  readonly of: (token: InventoryToken) => TokenFindings | undefined;
}

const ruleSigns: readonly RuleSign[] = findingRules.map((rule) => {
  const { title, severity } = findingRows[rule];
  return { rule, bit: findingBit(rule), title, severity };
});

/** The page works this long, in ms, before it lets others have their turn. */
const turn = 8;

/** Judges tokens, a turn at a time; undefined once it is called off. */
export async function judgeInTurns(
  tokens: readonly InventoryToken[],
  context: FindingsContext,
  signal: AbortSignal,
): Promise<FindingsReading | undefined> {
  const steps = judging(tokens, context);
  let end = performance.now() + turn;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return readingOf(tokens, step.value);
    if (performance.now() < end) continue;
    await nextTask();
    if (signal.aborted) return undefined;
    end = performance.now() + turn;
  }
}

function readingOf(tokens: readonly InventoryToken[], masks: FindingMasks): FindingsReading {
  let places: Map<string, number> | undefined;
  const placeOf = ({ key }: InventoryToken) => {
    places ??= new Map(tokens.map((token, index) => [token.key, index]));
    return places.get(key);
  };
  return {
    tokens,
    masks,
    rules: ruleSigns,
    signsOf: (token) => {
      const place = placeOf(token);
      return place === undefined ? undefined : signsAt(masks, place);
    },
    of: (token) => {
      const place = placeOf(token);
      return place === undefined ? undefined : findingsOf(masks, place);
    },
  };
}

function signsAt({ found, unknown, dismissed }: FindingMasks, place: number): TokenSigns {
  const rules = rulesIn(found[place] ?? 0).map((rule) => findingRows[rule]);
  return {
    found: rules.length,
    worst: rules[0]?.severity,
    titles: rules.map(({ title }) => title),
    dismissed: rulesIn(dismissed[place] ?? 0).length,
    unjudged: rulesIn(unknown[place] ?? 0).length,
  };
}

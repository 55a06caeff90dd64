import { inventoryKinds, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import type { Severity } from "#domain/findings/rule.ts";
import { isInState } from "#web/inventory/states.ts";

/** What a rule found, and on how many tokens. */
export interface RuleCount {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly tokens: number;
}

/** The findings as they are counted: the part of a reading that the overview shows. */
interface Judged {
  readonly masks: { readonly found: Uint32Array; readonly unknown: Uint32Array };
  readonly rules: readonly { readonly rule: string; readonly bit: number; readonly title: string; readonly severity: Severity }[];
}

/** What was found, by rule, the worst first, and on how many tokens not every rule could be judged. */
export interface FindingCounts {
  readonly rules: readonly RuleCount[];
  /** Tokens with any finding. */
  readonly tokens: number;
  readonly unjudged: number;
}

/** Counts findings in one pass. */
export function countFindings({ masks: { found, unknown }, rules }: Judged): FindingCounts {
  const counts = new Map(rules.map(({ bit }) => [bit, 0]));
  let tokens = 0;
  for (const mask of found) {
    if (mask !== 0) tokens++;
    for (let left = mask; left !== 0; left &= left - 1) {
      const bit = left & -left;
      counts.set(bit, (counts.get(bit) ?? 0) + 1);
    }
  }
  return {
    rules: rules.flatMap(({ rule, bit, title, severity }) => {
      const ofRule = counts.get(bit) ?? 0;
      return ofRule === 0 ? [] : [{ rule, title, severity, tokens: ofRule }];
    }),
    tokens,
    unjudged: unknown.reduce((sum, mask) => sum + (mask === 0 ? 0 : 1), 0),
  };
}

/** How many tokens of each kind there are that are not expired, and how many that are. */
export type KindCounts = Readonly<Record<InventoryKind, { readonly active: number; readonly expired: number }>>;

/** Counts the tokens of each kind at an instant (ms since epoch), in one pass. */
export function countKinds(tokens: readonly InventoryToken[], now: number): KindCounts {
  const counts = new Map(inventoryKinds.map((kind) => [kind, { active: 0, expired: 0 }]));
  for (const token of tokens) {
    const ofKind = counts.get(token.kind);
    if (ofKind === undefined) continue;
    if (isInState(token, "expired", now)) ofKind.expired++;
    else ofKind.active++;
  }
  return Object.fromEntries(counts) as KindCounts;
}

/** The tokens that were made last, the newest first. */
export function newest(tokens: readonly InventoryToken[], most: number): readonly InventoryToken[] {
  const kept: { token: InventoryToken; at: number }[] = [];
  for (const token of tokens) {
    if (token.createdAt === undefined) continue;
    const at = Number(token.createdAt);
    const last = kept.at(-1);
    if (kept.length === most && last !== undefined && at <= last.at) continue;
    const place = kept.findIndex((other) => at > other.at);
    kept.splice(place < 0 ? kept.length : place, 0, { token, at });
    if (kept.length > most) kept.pop();
  }
  return kept.map(({ token }) => token);
}

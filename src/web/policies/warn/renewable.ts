import type { InventoryToken } from "#domain/inventory/item.ts";
import { governedItem } from "#web/inventory/reading.ts";
import { count } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

import type { AffectedToken } from "./owners.ts";

/**
 * Why a token that a change stops is not renewed from here:
 *
 * - `gone`: the change has deleted it
 * - `disabled`: the change lets no token of its kind exist
 * - `filter`: its successor would be refused from the same addresses
 * - `personal`: it belongs to somebody else, who alone can make a new one
 */
export type NotRenewed = "gone" | "disabled" | "filter" | "personal";

/** What of the tokens that a change stops can be renewed before they do. */
export interface Renewable {
  readonly tokens: readonly InventoryToken[];
  readonly not: ReadonlyMap<NotRenewed, number>;
}

/**
 * What can be renewed of the tokens that stop within a week. One that goes on for longer can be renewed when its time has come.
 *
 * @param ownId id of the reader's user
 */
export function renewableOf(affected: Iterable<AffectedToken>, phase: "planned" | "made", ownId: string | undefined): Renewable {
  const tokens: InventoryToken[] = [];
  const not = new Map<NotRenewed, number>();
  for (const one of affected) {
    if (one.disruption.harm === undefined) continue;
    const why = whyNot(one, phase, ownId);
    if (why === undefined) tokens.push(governedItem(one.change.token));
    else not.set(why, (not.get(why) ?? 0) + 1);
  }
  return { tokens, not };
}

function whyNot(
  { change, disruption }: AffectedToken,
  phase: "planned" | "made",
  ownId: string | undefined,
): NotRenewed | undefined {
  if (change.type === "delete" && phase === "made") return "gone";
  if (change.type === "delete" && change.because === "kind-disabled") return "disabled";
  if (disruption.harm === "locked-out" || disruption.harm === "may-be-locked-out") return "filter";
  return change.token.kind === "personal" && change.token.id !== ownId ? "personal" : undefined;
}

const why = {
  gone: (many) => `${many} that the change has deleted`,
  disabled: (many) => `${many} whose kind the change disables, which would end a new one as well`,
  filter: (many) => `${many} that the IP filter locks out, as it would a new one`,
  personal: (many) => `${many} that belong to other people, who alone can make new ones`,
} as const satisfies Record<NotRenewed, (many: string) => string>;

/** What is left out, and why; undefined where nothing is. */
export function notRenewedWords({ not }: Renewable): string | undefined {
  if (not.size === 0) return undefined;
  return `Not renewed from here: ${listWords(Array.from(not, ([reason, tokens]) => why[reason](count(tokens))))}.`;
}

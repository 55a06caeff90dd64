import type { InventoryToken } from "#domain/inventory/item.ts";
import { whyNotRenewed, type NotRenewed } from "#domain/renewal/notRenewed.ts";
import { governedItem } from "#logscale/inventoryLists.ts";
import { count } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

import type { AffectedToken } from "./owners.ts";

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
    const why = whyNotRenewed(one, phase, ownId);
    if (why === undefined) tokens.push(governedItem(one.change.token));
    else not.set(why, (not.get(why) ?? 0) + 1);
  }
  return { tokens, not };
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

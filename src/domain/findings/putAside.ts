import { dismissedNow, keyText, tokenKeyOf, type DismissalIndex, type TokenKey } from "#domain/inventory/notes.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";

/**
 * Tells whether a finding of a token is dismissed at `now` (ms since epoch); undefined where nothing is. To be asked about one token after the
 * other: a token's key is put together once for all its findings.
 */
export function putAside(index: DismissalIndex, now: number): ((token: InventoryToken, rule: string) => boolean) | undefined {
  if (index.size === 0) return undefined;
  let latest: { readonly token: InventoryToken; readonly key: TokenKey | undefined; readonly noted: boolean } | undefined;
  return (token, rule) => {
    if (latest?.token !== token) {
      const key = tokenKeyOf(token);
      latest = { token, key, noted: key !== undefined && index.has(keyText(key)) };
    }
    const { key, noted } = latest;
    return noted && key !== undefined && dismissedNow(index, key, rule, now) !== undefined;
  };
}

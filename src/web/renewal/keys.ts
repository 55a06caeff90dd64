import { keyText, tokenKeyOf, type TokenKey } from "#domain/inventory/notes.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";

/** A pair with the keys of its tokens, which every listed token has that notes can be kept of. */
export function keysOf({ old, next }: RenewalPair): { readonly old: TokenKey; readonly next: TokenKey } {
  const [oldKey, nextKey] = [tokenKeyOf(old), tokenKeyOf(next)];
  if (oldKey === undefined || nextKey === undefined) throw new Error("A pair is of tokens that have keys.");
  return { old: oldKey, next: nextKey };
}

/** Whether a link is the one of a pair. */
export function isLinked(
  link: { readonly token: TokenKey; readonly replaces: TokenKey },
  keys: { readonly old: TokenKey; readonly next: TokenKey },
): boolean {
  return keyText(link.token) === keyText(keys.next) && keyText(link.replaces) === keyText(keys.old);
}

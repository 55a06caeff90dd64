import type { RightsList } from "#domain/inventory/rightsReading.ts";
import type { TokenRights } from "#domain/inventory/item.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";

import { tokenTypeFilters } from "./convert.ts";
import { TokenRightsPageDocument } from "./generated/tokenRights.ts";
import { loadPages } from "./pages.ts";
import type { TokenSource } from "./readTokens.ts";

/** Where rights are read from. */
export type RightsSource = Pick<TokenSource, "ask" | "offers" | "visibility" | "isTooLarge" | "isRefused" | "signal">;

/**
 * Reads what all tokens of a kind may do that the caller may list. Equal rights are one value.
 *
 * @throws what `ask` throws
 */
export async function readRights(kind: PermissionKind, source: RightsSource): Promise<RightsList> {
  const { ask, offers, visibility, isTooLarge, isRefused, signal } = source;
  const nothing: RightsList = { rights: new Map(), steady: true };
  if (visibility === "hidden") return nothing;
  const intern = rightsInterner(kind);
  try {
    const { rows, whole } = await loadPages<readonly [id: string, rights: TokenRights]>({
      fetchPage: async (skip, limit, signal) => {
        const variables = { type: tokenTypeFilters[kind], skip, limit };
        const { totalResults, results } = (await ask(TokenRightsPageDocument, variables, { signal })).tokens;
        return {
          total: totalResults,
          rows: results.map(({ id, permissions = [], views = [] }: WireRights) => [id, intern(permissions, views)]),
        };
      },
      idOf: ([id]) => id,
      // Equal rights are one value, so the number that stands for it is all there is to compare.
      fingerprint: ([id, rights]) => `${id} ${intern.numberOf(rights)}`,
      signal,
      // Of tokens with hundreds of views each, far fewer fit into one answer.
      isTooLarge,
    });
    return { rights: new Map(rows), steady: whole };
  } catch (error) {
    // As with the tokens themselves: LogScale does not say in advance what it refuses.
    if (!offers("tokenVisibility") && isRefused(error)) return nothing;
    throw error;
  }
}

interface WireRights {
  readonly id: string;
  readonly permissions?: readonly string[];
  readonly views?: readonly { readonly id: string }[];
}

/** Makes one value of equal rights, and one array of equal permissions or views: 100,000 tokens have some hundred different ones. */
export function rightsInterner(kind: PermissionKind) {
  const permissionSets = new Map<string, readonly string[]>();
  const viewSets = new Map<string, readonly string[]>();
  const known = new Map<string, TokenRights>();
  const numbers = new Map<TokenRights, number>();

  const intern = (permissions: readonly string[], views: readonly { readonly id: string }[]): TokenRights => {
    const ids = views.map(({ id }) => id);
    // Neither a permission nor an id holds a space.
    const [permissionText, viewText] = [permissions.join(" "), ids.join(" ")];
    const text = `${permissionText}\n${viewText}`;
    let rights = known.get(text);
    if (rights === undefined) {
      let permissionSet = permissionSets.get(permissionText);
      if (permissionSet === undefined) {
        const expanded = expandPermissions(kind, permissions);
        // The same rights may come composed and taken apart, or in another order.
        permissionSet = permissionSets.get(expanded.join(" ")) ?? expanded;
        permissionSets.set(permissionText, permissionSet).set(expanded.join(" "), permissionSet);
      }
      let viewSet = viewSets.get(viewText);
      if (viewSet === undefined) viewSets.set(viewText, (viewSet = ids));
      rights = known.get(`${permissionSet.join(" ")}\n${viewText}`) ?? { permissions: permissionSet, views: viewSet };
      known.set(text, rights).set(`${permissionSet.join(" ")}\n${viewText}`, rights);
      if (!numbers.has(rights)) numbers.set(rights, numbers.size);
    }
    return rights;
  };
  intern.numberOf = (rights: TokenRights): number => numbers.get(rights) ?? -1;
  return intern;
}

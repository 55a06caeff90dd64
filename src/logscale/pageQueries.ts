import { isTokenKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import { PageRightsDocument } from "./generated/menu.ts";
import { OrganizationDocument } from "./generated/organization.ts";
import { IpFiltersDocument, TokenSecurityPoliciesDocument } from "./generated/policies.ts";
import { TokenKeysetPageDocument, TokenVisibilityDocument } from "./generated/tokensExtension.ts";
import type { AskedQuery } from "./pageStart.ts";
import { firstRows, keysetVariables } from "./readTokenPage.ts";

/**
 * What a page of the app asks for before it shows what it is there for, and is therefore sent with. A page that asks for more finds it
 * missing and asks by itself; one that asks for less is sent too much.
 *
 * @param search what stands behind the path, with its question mark; empty where there is nothing
 * @param extensions whether the server offers more than LogScale's schema
 */
export function queriesOfPage(path: string, search: string, extensions: boolean): readonly AskedQuery[] {
  const kinds = listedAt(path);
  return [
    { document: PageRightsDocument, variables: {} },
    { document: OrganizationDocument, variables: {} },
    ...(extensions ? [{ document: TokenVisibilityDocument, variables: {} }] : []),
    ...(kinds.length > 0 || path === "/policies" ? policies : []),
    // One that is narrowed or sorted otherwise begins otherwise.
    ...(extensions && kinds.length > 0 && search === "" ? [firstPageOf(kinds)] : []),
  ];
}

const policies: readonly AskedQuery[] = [
  { document: TokenSecurityPoliciesDocument, variables: {} },
  { document: IpFiltersDocument, variables: {} },
];

/** The kinds whose tokens a list shows; none where the path is of no such list. */
export function listedAt(path: string): readonly TokenKind[] {
  if (path === "/tokens") return tokenKinds;
  const kind = /^\/tokens\/(\w+)$/u.exec(path)?.[1];
  return kind !== undefined && isTokenKind(kind) ? [kind] : [];
}

function firstPageOf(kinds: readonly TokenKind[]): AskedQuery {
  const wanted = { kinds, search: "", sortBy: "name", descending: false } as const;
  return { document: TokenKeysetPageDocument, variables: keysetVariables(wanted, null, firstRows) };
}

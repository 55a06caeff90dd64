import type { TokenKind } from "#domain/token/kinds.ts";
import { grantedToViewTokens, type PermissionEntry } from "#domain/token/permissions.ts";
import { partsOf } from "#domain/token/permissions.ts";
import { permissionCatalogues } from "#domain/token/permissionWords.ts";
import type { Holdings } from "#domain/token/rights.ts";
import type { CheckTreeGroup, CheckTreeItem } from "#web/ui/checkTree.ts";

import { lacks } from "./holdings.ts";
import { riskWords } from "./riskWords.ts";

/** What the permissions to choose from depend on. */
export interface PermissionGroupsInput {
  readonly kind: TokenKind;
  readonly holdings: Holdings;
  /** Of a view token, the repositories and views it is for. */
  readonly viewIds: readonly string[];
  /** What the token has already; only what it lacks counts as granted. */
  readonly present: readonly string[];
  /** What gets them: a token, unless told. */
  readonly of?: "token" | "role";
}

/** A kind's permissions in groups; those that the caller may not grant are marked. */
export function permissionGroups({ kind, holdings, viewIds, present, of = "token" }: PermissionGroupsInput): CheckTreeGroup[] {
  const catalogue: readonly PermissionEntry[] = permissionCatalogues[kind];
  const inner = new Set<string>(catalogue.flatMap(({ name }) => partsOf(name) ?? []));
  const itemOf = ({ name, label, description, risk }: PermissionEntry): CheckTreeItem => {
    const names = partsOf(name);
    const parts = names?.map((part) => catalogue.find((entry) => entry.name === part)).filter((entry) => entry !== undefined);
    const always = of === "token" && kind === "view" && name === grantedToViewTokens ? "Every view token gets this." : undefined;
    const refused = names === undefined && !present.includes(name) && lacks(holdings, kind, name, viewIds, of);
    return {
      id: name,
      label,
      code: name,
      description,
      ...(risk !== null && { note: capitalized(riskWords[risk]) }),
      ...(parts !== undefined && { parts: parts.map(itemOf) }),
      always,
      refusal: refused
        ? kind === "view"
          ? of === "role"
            ? "You do not hold this wherever the role is assigned, so you cannot grant it."
            : "You do not hold this on every chosen repository and view, so you cannot grant it."
          : "You do not hold this yourself, so you cannot grant it."
        : undefined,
    };
  };
  const top = catalogue.filter(({ name }) => !inner.has(name));
  const titles = [...new Set(top.map(({ group }) => group))];
  const groups = titles.map((title) => ({ title, items: top.filter(({ group }) => group === title).map(itemOf) }));
  const unknown = present.filter((name) => !catalogue.some((entry) => entry.name === name));
  if (unknown.length === 0) return groups;
  const items = unknown.map((name) => ({ id: name, label: name, description: "This page does not know this permission." }));
  return [...groups, { title: "Unknown to this page", items }];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

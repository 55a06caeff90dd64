import type { TokenKind } from "./kinds.ts";
import {
  organizationPermissions,
  partsOf,
  systemPermissions,
  viewPermissions,
  type PermissionEntry,
  type PermissionRisk,
} from "./permissions.ts";

/** The permissions that tokens of each kind can carry; a personal token carries none, it has its user's. */
export const permissionCatalogues = {
  personal: [],
  view: viewPermissions,
  organization: organizationPermissions,
  system: systemPermissions,
} as const satisfies Record<TokenKind, readonly PermissionEntry[]>;

/** Permissions of a kind with composed ones taken apart, each once: those known in the order of their catalogue, then the others. */
export function expandPermissions(kind: TokenKind, names: readonly string[]): string[] {
  const wanted = new Set<string>(names.flatMap((name): readonly string[] => partsOf(name) ?? [name]));
  const known = permissionCatalogues[kind].map(({ name }): string => name).filter((name) => wanted.delete(name));
  return [...known, ...wanted];
}

export interface WordedPermissions {
  /** By heading, in the order of the catalogue. Where all parts of a composed permission are there, it stands for them. */
  readonly groups: readonly { readonly title: string; readonly entries: readonly PermissionEntry[] }[];
  /** Names that the catalogue does not have: those of a newer LogScale. */
  readonly unknown: readonly string[];
}

/** Puts the permissions of a token into words. */
export function wordPermissions(kind: TokenKind, names: readonly string[]): WordedPermissions {
  const catalogue: readonly PermissionEntry[] = permissionCatalogues[kind];
  const held = new Set(expandPermissions(kind, names));
  const whole = catalogue.filter(({ name }) => partsOf(name)?.every((part) => held.has(part)));
  const covered = new Set<string>(whole.flatMap(({ name }) => partsOf(name) ?? []));
  const entries = catalogue.filter((entry) => whole.includes(entry) || (held.has(entry.name) && !covered.has(entry.name)));
  const titles = [...new Set(entries.map(({ group }) => group))];
  return {
    groups: titles.map((title) => ({ title, entries: entries.filter(({ group }) => group === title) })),
    unknown: [...held].filter((name) => !catalogue.some((entry) => entry.name === name)),
  };
}

/** The permissions among these that deserve a second look, by the reason why. */
export function risksOf(kind: TokenKind, names: readonly string[]): Readonly<Record<PermissionRisk, readonly PermissionEntry[]>> {
  const held = new Set(expandPermissions(kind, names));
  const catalogue: readonly PermissionEntry[] = permissionCatalogues[kind];
  const of = (risk: PermissionRisk) => catalogue.filter((entry) => entry.risk === risk && held.has(entry.name));
  return { escalates: of("escalates"), destroys: of("destroys"), leaks: of("leaks") };
}

/** What a token gains and loses when its permissions change; composed ones are compared by their parts. */
export function permissionDifference(
  kind: TokenKind,
  from: readonly string[],
  to: readonly string[],
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const before = expandPermissions(kind, from);
  const after = expandPermissions(kind, to);
  return {
    added: after.filter((name) => !before.includes(name)),
    removed: before.filter((name) => !after.includes(name)),
  };
}

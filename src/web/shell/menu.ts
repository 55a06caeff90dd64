import { inventoryKinds, inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";
import type { Visibility } from "#logscale/convert.ts";

import { paths } from "#web/paths.ts";

/** What stands before a page's name in the menu. */
export type MenuIcon =
  | InventoryKind
  | "all"
  | "renewals"
  | "leaks"
  | "resources"
  | "overview"
  | "policies"
  | "filters"
  | "configurations"
  | "people"
  | "activity"
  | "sessions"
  | "recovery";

/** A page of the menu. */
export interface MenuItem {
  readonly label: string;
  readonly to: string;
  readonly icon: MenuIcon;
}

/** Pages that belong together. The first ones have no heading. */
export interface MenuSection {
  readonly heading?: string;
  readonly items: readonly MenuItem[];
}

/** What is known so far of what the caller may see. What is undefined is not known. */
export interface KnownRights {
  readonly visibility?: Visibility | undefined;
  readonly policies?: boolean | undefined;
  readonly ipFilters?: boolean | undefined;
  readonly fleet?: boolean | undefined;
  readonly people?: boolean | undefined;
  /** Whether the caller may read the ingest tokens of any repository. */
  readonly ingest?: boolean | undefined;
}

/**
 * The pages of the menu, in its order. What the caller is known not to see is left out; what is not known is there, and its page says how
 * it stands. Fleet tokens are made for collectors, and stand with their configurations.
 */
export function menuFor(rights: KnownRights): readonly MenuSection[] {
  const shows = (kind: InventoryKind): boolean => {
    if (kind === "fleet") return false;
    return kind === "ingest" ? rights.ingest !== false : rights.visibility?.[kind] !== "hidden";
  };
  const where = <Item>(known: boolean | undefined, item: Item): readonly Item[] => (known === false ? [] : [item]);
  const sections: readonly MenuSection[] = [
    { items: [{ label: "Overview", to: paths.overview, icon: "overview" }] },
    {
      heading: "Tokens",
      items: [
        { label: "All", to: paths.tokens, icon: "all" },
        { label: "Renewals", to: paths.renewals, icon: "renewals" },
        { label: "Leaks", to: paths.leaks, icon: "leaks" },
        { label: "Resources", to: paths.resources, icon: "resources" },
        ...inventoryKinds
          .filter(shows)
          .map((kind) => ({ label: inventoryTraits[kind].title, to: paths.tokensOf(kind), icon: kind })),
      ],
    },
    {
      heading: "Rules",
      items: [
        ...where<MenuItem>(rights.policies, { label: "Security policies", to: paths.policies, icon: "policies" }),
        ...where<MenuItem>(rights.ipFilters, { label: "IP filters", to: paths.ipFilters, icon: "filters" }),
      ],
    },
    {
      heading: "Collectors",
      items: [
        ...where<MenuItem>(rights.fleet, { label: "Fleet tokens", to: paths.fleetTokens, icon: "fleet" }),
        ...where<MenuItem>(rights.fleet, {
          label: "Configurations",
          to: paths.collectorConfigurations,
          icon: "configurations",
        }),
      ],
    },
    {
      heading: "Organization",
      items: [
        ...where<MenuItem>(rights.people, { label: "People", to: paths.people, icon: "people" }),
        { label: "Repositories and views", to: paths.repositories, icon: "system" },
      ],
    },
    {
      heading: "Records",
      items: [
        { label: "Activity", to: paths.activity, icon: "activity" },
        { label: "Sessions", to: paths.sessions, icon: "sessions" },
        { label: "Recovery", to: paths.recovery, icon: "recovery" },
      ],
    },
  ];
  return sections.filter(({ items }) => items.length > 0);
}

/** Whether a page of the menu is the one at a path, or has it: a token's own page belongs to the list it is in. */
export function leadsHere(to: string, pathname: string): boolean {
  return pathname === to || (to !== paths.overview && to !== paths.tokens && pathname.startsWith(`${to}/`));
}

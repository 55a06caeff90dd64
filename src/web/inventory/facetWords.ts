import type { FacetName } from "./link.ts";

/** What each facet is called. */
export const facetTitles = {
  kind: "Kind",
  state: "State",
  expires: "Expires",
  finding: "Finding",
  owner: "Owner",
  right: "Permission",
  view: "Repository or view",
  filter: "IP filter",
  age: "Age",
  use: "Last used",
} as const satisfies Record<FacetName, string>;

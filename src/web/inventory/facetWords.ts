import { countOf } from "#web/ui/counts.ts";

import type { Facet } from "./facet.ts";
import { lastUseWords } from "./lastUseWords.ts";
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

/** What a chosen value is called: a link may choose one that the facet does not offer here. */
export function chosenLabel({ name, values, places }: Facet, value: string): string {
  const offered = values[places.get(value) ?? -1]?.label;
  const words: Readonly<Record<string, string>> = name === "use" ? lastUseWords : {};
  return offered ?? words[value] ?? value;
}

/** What is not known of tokens that the list does not show; undefined where all is known of them. */
export function doubtWords(doubted: number, listed: number): string | undefined {
  if (doubted === 0) return undefined;
  const tokens = countOf(doubted, listed === 0 ? "token" : "more token");
  return `Of ${tokens} it is not known whether ${doubted === 1 ? "it matches" : "they match"}.`;
}

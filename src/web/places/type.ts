/** What a repository or view is, as the list says it and narrows to it. */
export const placeTypes = ["repository", "view", "system"] as const;

/** One of {@link placeTypes}; `system` are repositories of LogScale's own. */
export type PlaceType = (typeof placeTypes)[number];

/** What each is called, alone and several. */
export const typeWords = {
  repository: { one: "repository", many: "Repositories" },
  view: { one: "view", many: "Views" },
  system: { one: "LogScale’s own", many: "LogScale’s own" },
} as const satisfies Record<PlaceType, { readonly one: string; readonly many: string }>;

/** Reads a type from a link; undefined for what is none. */
export function readType(text: string): PlaceType | undefined {
  return placeTypes.find((type) => type === text);
}

/** What one is. */
export function placeTypeOf(domain: {
  readonly __typename: "Repository" | "View";
  readonly repositoryType?: string | undefined;
}): PlaceType {
  if (domain.__typename === "View") return "view";
  return domain.repositoryType === "SYSTEM" ? "system" : "repository";
}

import { paths } from "#web/paths.ts";

/** The most tokens that can be read side by side. */
export const mostCompared = 6;

/**
 * The link that compares tokens by their keys among all kinds, which hold no secret. With one key, the page asks what to compare it with.
 */
export function compareLink(keys: readonly string[]): string {
  const params = new URLSearchParams(keys.map((key) => ["t", key]));
  return `${paths.compareTokens}?${params.toString()}`;
}

/** The keys that a link compares, each once, in the order of the link. */
export function comparedKeys(params: URLSearchParams): readonly string[] {
  return [...new Set(params.getAll("t").filter((key) => key !== ""))];
}

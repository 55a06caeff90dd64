import type { Long } from "#domain/long.ts";

/** The server's clock and this one may disagree by a little, ms. */
const slack = 5000;

/** What tells a successor that was made, without an answer, from every other token of its name. */
export interface Successors {
  /** Notes the id of a successor whose answer came. */
  readonly claim: (id: string) => void;
  /**
   * Whether a list holds a successor of a token that was made since, ms since epoch, and is nobody else's yet. What is found is claimed: two
   * tokens of one name have one each.
   */
  readonly find: (
    listed: readonly { readonly id: string; readonly name: string; readonly createdAt: Long }[],
    token: { readonly id: string; readonly name: string },
    since: number,
  ) => boolean;
}

/** Starts with none claimed. */
export function createSuccessors(): Successors {
  const claimed = new Set<string>();
  return {
    claim: (id) => void claimed.add(id),
    find: (listed, { id, name }, since) => {
      const found = listed.find(
        (other) => other.name === name && other.createdAt >= since - slack && other.id !== id && !claimed.has(other.id),
      );
      if (found !== undefined) claimed.add(found.id);
      return found !== undefined;
    },
  };
}

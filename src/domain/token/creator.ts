import type { TokenKind } from "./kinds.ts";

/**
 * What created a token:
 *
 * - `user`: a user, by page or personal token
 * - `token`: a view, organization or system token
 * - `administrator`: the local administrator, who is no user
 * - `unknown`: nobody knows; a name alone may be on record
 */
export const creatorKinds = ["user", "token", "administrator", "unknown"] as const;

/** One of {@link creatorKinds}. */
export type CreatorKind = (typeof creatorKinds)[number];

/** Who created a token, as it was then: whom it names may have left, and a name may be another's by now. */
export interface Creator {
  readonly kind: CreatorKind;
  /** Id of the user or token; null where it is not known. */
  readonly id: string | null;
  /** Username, or name of the token; null where it is not known. */
  readonly name: string | null;
}

/** What the local administrator is called where nothing but a name is kept. */
export const localAdministrator = "local administrator";

/** The creator of a token of which nobody knows any. That it is not known does not say that nobody owns the token. */
export const unknownCreator: Creator = { kind: "unknown", id: null, name: null };

/** Who is to be asked about a token: the user of a personal one, else its creator. */
export function ownerOf({ kind, id, name, creator = unknownCreator }: OwnedToken): Creator {
  return kind === "personal" ? { kind: "user", id, name } : creator;
}

interface OwnedToken {
  readonly kind: TokenKind;
  readonly id: string;
  readonly name: string;
  /** Undefined where nobody tells. */
  readonly creator?: Creator | undefined;
}

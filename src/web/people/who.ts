import type { ListedUser } from "./queries.ts";

/** Users that the list can be narrowed to. */
export const whoWords = {
  root: "Root",
  owner: "Owners of the organization",
  "no-rights": "Without any rights",
  "signed-in": "Signed in now",
} as const;

/** One of {@link whoWords}. */
export type Who = keyof typeof whoWords;

/** What the list of users is narrowed by, as it stands in its link. */
export interface UserFilters {
  readonly who: Who;
}

/** Reads such a value; undefined for one that makes no sense. */
export function readWho(text: string): Who | undefined {
  return Object.hasOwn(whoWords, text) ? (text as Who) : undefined;
}

/** Whether a user is one of them. */
export function isAmong(
  who: Who,
  user: Pick<ListedUser, "isRoot" | "isOrgRoot" | "roles"> & { readonly signedIn: boolean },
): boolean {
  switch (who) {
    case "root":
      return user.isRoot;
    case "owner":
      return user.isOrgRoot;
    case "no-rights":
      // Of whom no roles are told, it is not known.
      return !user.isRoot && !user.isOrgRoot && user.roles?.length === 0;
    case "signed-in":
      return user.signedIn;
    default:
      return who satisfies never;
  }
}

import { useOfItem, type InventoryToken } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import {
  decisiveRights,
  rightsByPlace,
  type AccessDifference,
  type AccessEffect,
  type AccessUser,
} from "#domain/people/access.ts";
import type { RightSource } from "#domain/people/effective.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import type { LackingRight } from "#domain/token/lackingRights.ts";
import { wordPermissions } from "#domain/token/permissionWords.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

/** What permissions of a kind are called, composed ones standing for all their parts; unknown ones by LogScale's names. */
export function permissionLabels(kind: PermissionKind, names: readonly string[]): readonly string[] {
  const { groups, unknown } = wordPermissions(kind, names);
  return [...groups.flatMap(({ entries }) => entries.map(({ label }) => label)), ...unknown];
}

/** Rights in one place, as a line. */
export interface RightsLine {
  /** Where: "In the organization". */
  readonly where: string;
  readonly labels: readonly string[];
}

/** Rights as lines, by where they hold. */
export function rightsLines(rights: readonly LackingRight[], placeName: (id: string) => string): readonly RightsLine[] {
  const { organization, system, views } = rightsByPlace(rights);
  const line = (where: string, kind: PermissionKind, names: readonly string[]) =>
    names.length === 0 ? [] : [{ where, labels: permissionLabels(kind, names) }];
  return [
    ...line("In the organization", "organization", organization),
    ...line("On the whole cluster", "system", system),
    ...views.flatMap(({ placeIds, permissions }) =>
      line(`On ${someOf(placeIds.map((id) => nameInText(placeName(id))))}`, "view", permissions),
    ),
  ];
}

/** Names that are told at most before the others are counted. */
const fewNames = 3;

/** Some of several things by name, and how many more there are. */
export function someOf(names: readonly string[]): string {
  if (names.length <= fewNames + 1) return listWords(names);
  return `${names.slice(0, fewNames).join(", ")} and ${count(names.length - fewNames)} more`;
}

/** Users by name, where there are few. */
export function usersInWords(users: readonly AccessUser[]): string {
  return someOf(users.map(({ username }) => nameInText(username)));
}

/** What is said of those whom a change is about and who can do the same as before. */
export function unchangedWords({ differences, unchanged }: AccessEffect): string | undefined {
  if (unchanged.length === 0) return differences.length === 0 ? "Nobody gains or loses any right by this now." : undefined;
  const who = unchanged.length > fewNames + 1 ? countOf(unchanged.length, "user") : usersInWords(unchanged);
  return `${who} can do the same as before: what this concerns is held by other roles or groups too, or by root or ownership.`;
}

/** A personal token. It has its user's id, and its user's rights. */
type PersonalToken = Pick<InventoryToken, "createdAt" | "expireAt"> & {
  readonly id: string;
  readonly lastUse?: InventoryToken["lastUse"];
};

/** The personal tokens of those who lose something, which lose the same. */
export interface LosingTokens {
  readonly total: number;
  readonly inUse: number;
  readonly unknown: number;
}

/** Counts these tokens. */
export function losingTokens({ differences }: AccessEffect, personal: readonly PersonalToken[], now: number): LosingTokens {
  const losers = new Set(differences.flatMap(({ users, lost }) => (lost.length > 0 ? users.map(({ id }) => id) : [])));
  const states = personal
    .filter(({ id }) => losers.has(id))
    .map(({ lastUse, ...token }) => useOfItem({ ...token, lastUse }, now));
  return {
    total: states.length,
    inUse: states.filter((state) => state === "last-day" || state === "last-week").length,
    unknown: states.filter((state) => state === "unknown").length,
  };
}

/** What becomes of their personal tokens; undefined where nobody loses anything. */
export function tokensWords({ differences }: AccessEffect, losing: LosingTokens | undefined): string | undefined {
  if (!differences.some(({ lost }) => lost.length > 0)) return undefined;
  if (losing === undefined)
    return "Their personal tokens, which are not all known here, lose the same at once, and so do their sessions.";
  const { total, inUse, unknown } = losing;
  if (total === 0) return "None of them has a personal token. Their sessions lose it at once.";
  const uses = [inUse > 0 ? `${count(inUse)} in use` : "", unknown > 0 ? `of ${count(unknown)} it is not known` : ""];
  const told = uses.filter((words) => words !== "").join(", ");
  const use = told === "" ? "not in use" : told;
  return `${countOf(total, "personal token")} (${use}) ${total === 1 ? "loses" : "lose"} the same at once, and so do the sessions. Tokens that they created keep their own permissions.`;
}

/** What the reader takes from themselves, as a warning; undefined where it is nothing. */
export function ownLossWords(difference: AccessDifference | undefined): string | undefined {
  if (difference === undefined || difference.lost.length === 0) return undefined;
  const decisive = decisiveRights(difference.lost);
  if (decisive.length === 0) return "You are among them: you take these rights from yourself, at once.";
  const names = decisive.map((right) => (right.type === "permission" ? right.name : right.type));
  return `You take from yourself what this page gives and takes rights by (${listWords([...new Set(names)])}). You cannot give it back to yourself: somebody else who holds it has to.`;
}

/** The difference that is somebody's. */
export function differenceOf({ differences }: AccessEffect, userId: string | undefined): AccessDifference | undefined {
  return userId === undefined ? undefined : differences.find(({ users }) => users.some(({ id }) => id === userId));
}

/** Where a right comes from: "by the role Reader of the group Staff on web". */
export function sourceWords({ role, group, places }: RightSource): string {
  const by = `by the role ${nameInText(role.name)}${group === null ? "" : ` of the group ${nameInText(group.name)}`}`;
  return places.length === 0 ? by : `${by} on ${someOf(places.map(({ name }) => nameInText(name)))}`;
}

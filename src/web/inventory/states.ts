import { day } from "#domain/duration.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";

import { lastUseWords, type UseValue } from "./lastUseWords.ts";

/** The states that a token can be in, with their words; one that expires soon is active as well. */
export const stateWords = {
  active: "Active",
  "expires-7d": "Expires in 7 days",
  "expires-30d": "Expires in 30 days",
  "expires-90d": "Expires in 90 days",
  expired: "Expired",
  "never-expires": "Never expires",
} as const;

/** One of {@link stateWords}. */
export type StateValue = keyof typeof stateWords;

/** How long ago a token was made, with the words for it. */
export const ageWords = {
  "under-7d": "Less than 7 days",
  "7d-30d": "7 to 30 days",
  "30d-90d": "30 to 90 days",
  "90d-1y": "90 days to a year",
  "1y-2y": "1 to 2 years",
  "over-2y": "2 years and more",
  "age-unknown": "Not known",
} as const;

/** One of {@link ageWords}. */
export type AgeValue = keyof typeof ageWords;

const stateBits = bitsOf(stateWords);
const useBits = bitsOf(lastUseWords);

/** One bit for each value, in its order. */
function bitsOf<Value extends string>(words: Readonly<Record<Value, string>>): Readonly<Record<Value, number>> {
  return Object.fromEntries(Object.keys(words).map((value, place) => [value, 1 << place])) as Record<Value, number>;
}

/** The states of a token at `now` (ms since epoch), the bit `1 << n` for the n-th. */
export function statesOf({ expireAt }: Pick<InventoryToken, "expireAt">, now: number): number {
  if (expireAt === undefined) return 0;
  if (expireAt === null) return stateBits.active | stateBits["never-expires"];
  if (expireAt <= now) return stateBits.expired;
  return (
    stateBits.active |
    (expireAt <= now + 7 * day ? stateBits["expires-7d"] : 0) |
    (expireAt <= now + 30 * day ? stateBits["expires-30d"] : 0) |
    (expireAt <= now + 90 * day ? stateBits["expires-90d"] : 0)
  );
}

/** Whether a token is in a state at `now` (ms since epoch). */
export function isInState(token: Pick<InventoryToken, "expireAt">, state: StateValue, now: number): boolean {
  return (statesOf(token, now) & stateBits[state]) !== 0;
}

type Used = Pick<InventoryToken, "createdAt" | "expireAt" | "lastUse">;

/**
 * How a token is used at `now` (ms since epoch), the bit `1 << n` for the n-th way. One that was never used counts as unused since it was made,
 * and an expired one as neither unused nor never used: nobody can use it.
 */
export function usesOf({ lastUse, createdAt, expireAt }: Used, now: number): number {
  if (lastUse === undefined) return useBits["use-unknown"];
  const { at, source } = lastUse;
  const recent = at === null ? 0 : (at >= now - day ? useBits["used-24h"] : 0) | (at >= now - 7 * day ? useBits["used-7d"] : 0);
  // Only a record proves disuse.
  if (source === "at-least") return recent === 0 ? useBits["use-unknown"] : recent;
  if (expireAt != null && expireAt <= now) return recent;
  const since = at ?? createdAt;
  const unused =
    since === undefined
      ? 0
      : (since <= now - 30 * day ? useBits["unused-30d"] : 0) |
        (since <= now - 90 * day ? useBits["unused-90d"] : 0) |
        (since <= now - 365 * day ? useBits["unused-365d"] : 0);
  return recent | unused | (at === null ? useBits["never-used"] : 0);
}

/** Whether a token is used so at `now` (ms since epoch), by the rules of {@link usesOf}. */
export function isUsed(token: Used, use: UseValue, now: number): boolean {
  return (usesOf(token, now) & useBits[use]) !== 0;
}

/** How old a token is at `now` (ms since epoch). */
export function ageOf({ createdAt }: Pick<InventoryToken, "createdAt">, now: number): AgeValue {
  if (createdAt === undefined) return "age-unknown";
  const age = now - Number(createdAt);
  if (age < 7 * day) return "under-7d";
  if (age < 30 * day) return "7d-30d";
  if (age < 90 * day) return "30d-90d";
  if (age < 365 * day) return "90d-1y";
  return age < 730 * day ? "1y-2y" : "over-2y";
}

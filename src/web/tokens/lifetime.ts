import { formatAge } from "#domain/duration.ts";
import { beyondWords, dateOf } from "#domain/instant.ts";
import { addLongs, subtractLongs, type Long } from "#domain/long.ts";

/** Where a token stands between its creation and its expiry. */
export interface Lifetime {
  readonly state: "endless" | "alive" | "ending" | "expired";
  /** How much of its time has passed, 0 to 1; undefined when there is no end. */
  readonly passed: number | undefined;
  /** The same in words: a picture of it says no more. */
  readonly words: string;
}

/** How much a stored lifetime may fall short of the one asked for, ms: requests take time, and forms stay a minute below a maximum. */
const shortfall = 60_000;

/** What is left at the end when the end is called near, as a part of the whole. */
const nearEnd = 0.1;

/** Where a token stands at `now`; all times in ms since epoch, `expireAt` null for never. */
export function lifetimeOf(
  { createdAt, expireAt }: { readonly createdAt: Long; readonly expireAt: Long | null },
  now: number,
): Lifetime {
  const created = dateOf(createdAt) === undefined ? beyondWords(createdAt) : `${formatAge(subtractLongs(now, createdAt))} ago`;
  if (expireAt === null) {
    return { state: "endless", passed: undefined, words: `No end. Created ${created}, never expires` };
  }
  if (dateOf(expireAt) === undefined && expireAt > now) {
    return {
      state: "endless",
      passed: undefined,
      words: `No end that a date says. Created ${created}, expires ${beyondWords(expireAt)}`,
    };
  }
  if (expireAt <= now) return { state: "expired", passed: 1, words: `Expired ${formatAge(subtractLongs(now, expireAt))} ago` };
  const life = subtractLongs(expireAt, createdAt);
  const whole = Math.max(1, Number(life));
  const passed = Math.min(1, Math.max(0, (now - Number(createdAt)) / whole));
  return {
    state: 1 - passed <= nearEnd ? "ending" : "alive",
    passed,
    words: `${capitalized(formatAge(subtractLongs(expireAt, now)))} left of ${formatAge(addLongs(life, shortfall))}; ${Math.floor(passed * 100)} % of its time has passed`,
  };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

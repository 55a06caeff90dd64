import { formatAge } from "#domain/duration.ts";

/** Where a token stands between its creation and its expiry. */
export interface Lifetime {
  readonly state: "endless" | "alive" | "ending" | "expired";
  /** How much of its time has passed, 0 to 1; undefined when there is no end. */
  readonly passed: number | undefined;
  /** The same in words: a picture of it says no more. */
  readonly words: string;
}

/** What a lifetime is short of the one that was asked for, ms: the request took its time, and forms stay a minute below a maximum. */
const shortfall = 60_000;

/** What is left at the end when the end is called near, as a part of the whole. */
const nearEnd = 0.1;

/** Where a token stands at `now`; all times in ms since epoch, `expireAt` null for never. */
export function lifetimeOf(
  { createdAt, expireAt }: { readonly createdAt: number; readonly expireAt: number | null },
  now: number,
): Lifetime {
  if (expireAt === null) {
    return { state: "endless", passed: undefined, words: `No end. Created ${formatAge(now - createdAt)} ago, never expires` };
  }
  if (expireAt <= now) return { state: "expired", passed: 1, words: `Expired ${formatAge(now - expireAt)} ago` };
  const whole = Math.max(1, expireAt - createdAt);
  const passed = Math.min(1, Math.max(0, (now - createdAt) / whole));
  return {
    state: 1 - passed <= nearEnd ? "ending" : "alive",
    passed,
    words: `${capitalized(formatAge(expireAt - now))} left of ${formatAge(whole + shortfall)}; ${Math.floor(passed * 100)} % of its time has passed`,
  };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

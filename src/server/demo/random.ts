import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Chance that is the same at every run. */
export interface Chance {
  /** A whole number between the two, both included. */
  between(from: number, to: number): number;
  /** A whole number between the two positive ones, small ones being as likely as large ones are in their magnitude. */
  spread(from: number, to: number): number;
  /** True with the given probability, 0 to 1. */
  likely(probability: number): boolean;
  /** One of the items, all alike. Throws when there are none. */
  pick<T>(items: readonly T[]): T;
  /** One of the items by its weight. Throws when there are none. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T;
  /** Letters and digits. Fit for ids; never for secrets, since everybody can compute them. */
  id(length: number): string;
  /** Any bytes. */
  bytes(length: number): Uint8Array;
}

/** Starts a sequence of chances that depends on the seed alone. */
export function chanceFrom(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  const between = (from: number, to: number) => uniformInt(generator, from, to);
  const fraction = () => (generator.next() >>> 0) / 0x1_0000_0000;
  return {
    between,
    spread: (from, to) => Math.min(to, Math.floor(from * (to / from) ** fraction())),
    likely: (probability) => fraction() < probability,
    pick: (items) => known(items[between(0, items.length - 1)]),
    weighted(items) {
      let rest = fraction() * items.reduce((sum, [weight]) => sum + weight, 0);
      const [, item] = known(items.find(([weight]) => (rest -= weight) < 0) ?? items.at(-1));
      return item;
    },
    id(length) {
      let id = "";
      while (id.length < length) {
        // Five characters from one number, six bits each; the two values that stand for no character are passed over.
        for (let bits = generator.next() >>> 0, i = 0; i < 5 && id.length < length; i++, bits >>>= 6)
          id += characters.charAt(bits & 63);
      }
      return id;
    },
    bytes: (length) => Uint8Array.from({ length }, () => between(0, 255)),
  };
}

function known<T>(item: T | undefined): T {
  if (item === undefined) throw new Error("There is nothing to choose from.");
  return item;
}

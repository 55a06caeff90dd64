import * as z from "zod/mini";

import { faultIn, longestName } from "./name.ts";

/** Refuses text with anything in it that cannot be seen, with the words for it. */
export const seenText = z.check<string>(({ value, issues }) => {
  const message = faultIn(value);
  if (message !== undefined) issues.push({ code: "custom", message, input: value });
});

/**
 * The name that a person gives to anything: trimmed, and free of broken text and of whatever cannot be seen. `what` is the thing in a
 * message: `token`, `IP filter`. LogScale takes more, so {@link visibleName} shows existing names. A `former` name may stay, so that the
 * rest can be changed.
 */
export function nameSchema(what: string, former?: string) {
  const kept = former?.trim();
  return z.string().check(
    z.trim(),
    z.check(({ value, issues }) => {
      const message = value === kept ? undefined : faultOfName(what, value);
      if (message !== undefined) issues.push({ code: "custom", message, input: value });
    }),
  );
}

function faultOfName(what: string, name: string): string | undefined {
  if (name === "") return `Give the ${what} a name.`;
  return name.length > longestName ? `A name has at most ${longestName} characters.` : faultIn(name);
}

import * as z from "zod/mini";

/** The most characters a name may have. LogScale documents no bound; this is our assumption. */
export const longestName = 200;

/**
 * The name of a token or an IP filter: trimmed, not empty, and free of control characters and broken text, which a list cannot show
 * and a database may not keep. `what` is the thing in a message: `token`, `IP filter`.
 */
export function nameSchema(what: string) {
  return z.string().check(
    z.trim(),
    z.minLength(1, `Give the ${what} a name.`),
    z.maxLength(longestName, `A name has at most ${longestName} characters.`),
    z.refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), "A name cannot contain line breaks or control characters."),
  );
}

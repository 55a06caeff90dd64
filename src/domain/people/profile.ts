import * as z from "zod/mini";

import { seenText } from "#domain/nameSchema.ts";

/** What is known of a person, line by line: an e-mail address, a company. Empty where nothing is. */
export const profileText = z.string().check(z.trim(), z.maxLength(1000, "This text has at most 1,000 characters."));

/** The same where it is a name, which must not hold what cannot be seen. */
export const profileName = profileText.check(seenText);

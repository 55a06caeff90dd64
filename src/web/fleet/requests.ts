import * as z from "zod/mini";

import { nameSchema } from "#domain/nameSchema.ts";

/** The form of a new fleet token. */
export const tokenFormSchema = z.object({
  name: nameSchema("fleet token"),
  /** Empty for none. */
  configuration: z.string(),
});

/** What is typed into the form of a new fleet token. */
export type FleetTokenForm = z.input<typeof tokenFormSchema>;

/** The URL of a server that takes data, without a slash at its end. */
export const serverSchema = z.string().check(
  z.trim(),
  z.refine(
    (text) => /^https?:\/\//iu.test(text) && URL.canParse(text),
    "An address begins with https://, or with http:// where nothing encrypts.",
  ),
  z.overwrite((text) => text.replace(/\/+$/u, "")),
);

/** The form of a new collector configuration, or of the name and description of one. */
export function configurationFormSchema(former?: string) {
  return z.object({
    name: nameSchema("configuration", former),
    description: z.string().check(z.trim(), z.maxLength(1000, "A description has at most 1,000 characters.")),
  });
}

/** What is typed into the form of a configuration. */
export type ConfigurationForm = z.input<ReturnType<typeof configurationFormSchema>>;

import * as z from "zod/mini";

import { nameSchema } from "#domain/nameSchema.ts";

import { parseIpFilter } from "./parseIpFilter.ts";

/** How many errors of a filter a form or an error message shows. */
const mostShownErrors = 10;

/**
 * The text of an IP filter, kept verbatim: at least one rule (an empty filter would shut everybody out without saying so; our
 * assumption), no error, and within the limits on length and rules.
 */
export const ipFilterTextSchema = z.string().check(({ value: text, issues }) => {
  const { rules, errors } = parseIpFilter(text);
  for (const error of errors.slice(0, mostShownErrors)) {
    issues.push({ code: "custom", message: `Line ${error.line}, column ${error.column}: ${error.message}`, input: text });
  }
  if (rules.length === 0 && errors.length === 0) {
    issues.push({ code: "custom", message: "A filter needs at least one rule, such as “deny all”.", input: text });
  }
});

/** The name of an IP filter. Names need not be unique. */
export const ipFilterNameSchema = nameSchema("IP filter");

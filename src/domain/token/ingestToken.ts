import * as z from "zod/mini";

import { nameSchema } from "#domain/nameSchema.ts";
import { localAdminId, parseTokenString } from "./tokenString.ts";

/** The name of an ingest token: unique within its repository. */
export const ingestTokenNameSchema = nameSchema("ingest token");

/** The name of a parser, as it is given to an ingest token. */
export const parserNameSchema = nameSchema("parser");

/** The most characters a custom value may have. LogScale documents no bound; this is our assumption. */
export const longestCustomToken = 500;

/**
 * A value chosen by its creator instead of a generated one. It must fit into a header; beyond that anything goes, as in LogScale, however weak:
 * see `customTokenWeakness`. What looks like an API token is refused, since a request that brings one is judged as that token (our
 * assumption).
 */
export const customTokenSchema = z.string().check(
  z.minLength(1, "Give the token a value."),
  z.maxLength(longestCustomToken, `A token has at most ${longestCustomToken} characters.`),
  z.regex(
    /^[\x21-\x7e]*$/u,
    "A token has letters, digits and signs of ASCII only, without spaces: shippers send it in a header.",
  ),
  z.refine(
    (value) => parseTokenString(value) === null && !value.startsWith(`${localAdminId}~`),
    "This has the form of an API token, which an ingest token cannot have.",
  ),
);

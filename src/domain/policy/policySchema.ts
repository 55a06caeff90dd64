import * as z from "zod/mini";

import { isLong, type Long } from "#domain/long.ts";
import { kindTraits, perKind, type TokenKind } from "#domain/token/kinds.ts";

import { longestMaximumLifetime, shortestMaximumLifetime, type Policies } from "./policy.ts";

/** Bounds and messages of a maximum lifetime in ms; the one place for form, server and test. */
export const maximumLifetimeSchema = z.pipe(
  z.custom<Long>(isLong, "A maximum lifetime is a whole number of milliseconds.").check(
    z.refine((maximum) => maximum >= shortestMaximumLifetime, {
      error: ({ input }) =>
        input === 0
          ? "A maximum of 0 would delete every token at once. Leave the maximum out to set none, or disable the kind to delete all."
          : "A maximum lifetime is at least 1 minute.",
    }),
    z.refine((maximum) => maximum <= longestMaximumLifetime, "A maximum lifetime is at most 365,250 days."),
  ),
  z.transform(Number),
);

const kindPolicySchema = (kind: TokenKind) =>
  z.object({
    enabled: z.boolean(),
    maximumLifetime: z.nullable(maximumLifetimeSchema),
    ipFilter: z.nullable(z.string().check(z.minLength(1, "Choose an IP filter."))),
    allowPermissionUpdates: kindTraits[kind].hasPermissions ? z.boolean() : z.literal(false),
  });

/** The shape and the bounds of a whole set of policies. */
export const policiesSchema: z.ZodMiniType<Policies> = z.object(perKind(kindPolicySchema));

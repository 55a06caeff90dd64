import * as z from "zod/mini";

import type { TokenKind } from "./kinds.ts";
import { isLong, longestLong, type Long } from "#domain/long.ts";
import { nameSchema } from "#domain/nameSchema.ts";
import {
  normalizePermissions,
  organizationPermissions,
  systemPermissions,
  viewPermissions,
  type OrganizationPermission,
  type SystemPermission,
  type ViewPermission,
} from "./permissions.ts";

/** The most repositories and views that one token may reach. Our assumption: it bounds the work that one token can cause. */
const mostSearchDomains = 10_000;

const expirySchema = (now: number) =>
  z.nullable(
    z.custom<Long>(isLong, "An expiry is a whole number of milliseconds since 1970.").check(
      // A token of a cluster may have any: made again from a recovery kit, it has the one that it had.
      z.refine((expireAt) => expireAt <= longestLong, "This expiry is too far in the future."),
      z.refine((expireAt) => expireAt > now, "Choose an expiry in the future."),
    ),
  );

/** Id of an IP filter, or null for none. Whether there is such a filter is for the server to say. */
const ipFilterSchema = z.nullable(z.string().check(z.minLength(1, "Choose an IP filter.")));

/** Names of permissions, at least one; put in the order of their catalogue, each once. */
function permissionsSchema<N extends string>(catalogue: readonly { readonly name: N }[]) {
  return z.pipe(
    z.array(z.enum(catalogue.map((entry) => entry.name))).check(z.minLength(1, "Choose at least one permission.")),
    z.transform((names: N[]) => normalizePermissions<N>(catalogue, names)),
  );
}

/** What is asked for in a personal token: only its limits, since its name and rights are its user's. `expireAt` is ms since epoch. */
export const personalTokenSchema = (now: number) => z.object({ expireAt: expirySchema(now), ipFilter: ipFilterSchema });

const namedTokenSchema = (now: number) => z.extend(personalTokenSchema(now), { name: nameSchema("token") });

/** What is asked for in a view token. Composed permissions are kept as asked for; see `viewTokenPermissions` for what they become. */
export const viewTokenSchema = (now: number) =>
  z.extend(namedTokenSchema(now), {
    viewIds: z.pipe(
      z
        .array(z.string().check(z.minLength(1)))
        .check(
          z.minLength(1, "Choose at least one repository or view."),
          z.maxLength(mostSearchDomains, "A token reaches at most 10,000 repositories and views."),
        ),
      z.transform((ids: string[]) => [...new Set(ids)]),
    ),
    permissions: permissionsSchema<ViewPermission>(viewPermissions),
  });

export const organizationTokenSchema = (now: number) =>
  z.extend(namedTokenSchema(now), { permissions: permissionsSchema<OrganizationPermission>(organizationPermissions) });

export const systemTokenSchema = (now: number) =>
  z.extend(namedTokenSchema(now), { permissions: permissionsSchema<SystemPermission>(systemPermissions) });

/** The schema of a request for a token of each kind, given `now` (ms since epoch). A fifth kind is named here by the compiler. */
export const tokenRequestSchemas = {
  personal: personalTokenSchema,
  view: viewTokenSchema,
  organization: organizationTokenSchema,
  system: systemTokenSchema,
} as const satisfies Record<TokenKind, (now: number) => z.ZodMiniType>;

type RequestSchemas = { readonly [K in TokenKind]: ReturnType<(typeof tokenRequestSchemas)[K]> };

/** The schemas for requests whose expiry is in the future, each built when it is first needed. */
const kept: { [K in TokenKind]?: RequestSchemas[K] } = {};

/**
 * The schema of {@link tokenRequestSchemas} to read one request with, given its expiry. What asks for an expiry in the future, or for none,
 * is read with one that was built once: that costs a fraction.
 */
export function schemaForRequest<K extends TokenKind>(kind: K, expireAt: Long | null, now: number): RequestSchemas[K] {
  const make: { readonly [T in TokenKind]: (now: number) => RequestSchemas[T] } = tokenRequestSchemas;
  if (expireAt !== null && !(expireAt > now)) return make[kind](now);
  const known = kept[kind] ?? make[kind](Number.NEGATIVE_INFINITY);
  kept[kind] = known;
  return known;
}

/** A request for a token, as its kind demands it. */
export type TokenRequest = {
  [K in TokenKind]: { readonly kind: K } & z.output<ReturnType<(typeof tokenRequestSchemas)[K]>>;
}[TokenKind];

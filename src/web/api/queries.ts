import { queryOptions, type QueryClient } from "@tanstack/react-query";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { policiesFromWire, enforcedFilters, type Visibility } from "#logscale/convert.ts";
import { OrganizationDocument, SearchDomainsDocument, ViewerDocument } from "#logscale/generated/organization.ts";
import { IpFiltersDocument, TokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { OwnPersonalTokenDocument } from "#logscale/generated/tokens.ts";
import { TokenVisibilityDocument } from "#logscale/generated/tokensExtension.ts";

import { isSignedIn } from "#logscale/session.ts";
import { visibilityByRights, visibilityFromWire } from "#logscale/visibility.ts";

import { call, CallError } from "./client.ts";
import { offers, sessionQuery, type Session } from "./session.ts";

/** The session, for a query that cannot do without one. */
export async function sessionOf(client: QueryClient): Promise<Session> {
  const session = await client.query({ ...sessionQuery, staleTime: "static" });
  if (isSignedIn(session)) return session;
  throw new CallError({ kind: "unauthenticated", message: "Nobody is signed in." });
}

/** The signed-in user; null for a token without a user, which LogScale refuses to describe. */
export const viewerQuery = queryOptions({
  queryKey: ["viewer"],
  queryFn: async ({ client, signal }) => {
    const session = await sessionOf(client);
    try {
      return (await call(ViewerDocument, {}, { signal })).viewer;
    } catch (error) {
      if (!session.user && error instanceof CallError && error.failure.kind === "refused") return null;
      throw error;
    }
  },
});

/** The organization and what the caller may do in it. */
export const organizationQuery = queryOptions({
  queryKey: ["organization"],
  queryFn: async ({ signal }) => (await call(OrganizationDocument, {}, { signal })).organization,
});

/**
 * The token security policies in force: as the domain's value, with the IP filters they enforce (by id), and whether the caller may
 * change them. Fails with `refused` for a caller who may not read them.
 */
export const policiesQuery = queryOptions({
  queryKey: ["policies"],
  queryFn: async ({ signal }) => {
    const { organization } = await call(TokenSecurityPoliciesDocument, {}, { signal });
    const wire = organization.configs.tokens;
    if (wire === null) throw new CallError({ kind: "refused", message: "You may not read the token security policies." });
    return { policies: policiesFromWire(wire), filters: enforcedFilters(wire), mayChange: organization.mayChange };
  },
});

/** All IP filters of the organization. */
export const ipFiltersQuery = queryOptions({
  queryKey: ["ip-filters"],
  queryFn: async ({ signal }) => (await call(IpFiltersDocument, {}, { signal })).ipFilters,
});

/** The IP filters by id, as far as they were read. One in force that the list does not hold is here all the same. */
export function knownFilters(client: QueryClient): ReadonlyMap<string, IpFilter> {
  return filtersOf(client.getQueryData(policiesQuery.queryKey)?.filters, client.getQueryData(ipFiltersQuery.queryKey));
}

/** The IP filters by id, of those in force and those listed. */
export function filtersOf(
  inForce: ReadonlyMap<string, IpFilter> | undefined,
  listed: readonly IpFilter[] | undefined,
): ReadonlyMap<string, IpFilter> {
  return new Map([...(inForce ?? []), ...(listed ?? []).map((filter) => [filter.id, filter] as const)]);
}

/** The repositories and views the caller sees. */
export const searchDomainsQuery = queryOptions({
  queryKey: ["search-domains"],
  queryFn: async ({ signal }) => (await call(SearchDomainsDocument, {}, { signal })).searchDomains,
});

/** The caller's own personal token with its user, or null where the caller is no user. */
export const ownPersonalTokenQuery = queryOptions({
  queryKey: ["tokens", "own"],
  queryFn: async ({ client, signal }) => {
    const session = await sessionOf(client);
    try {
      return (await call(OwnPersonalTokenDocument, {}, { signal })).viewer;
    } catch (error) {
      if (!session.user && error instanceof CallError && error.failure.kind === "refused") return null;
      throw error;
    }
  },
});

/** How much of each kind the caller's lists hold: what the backend says itself, else what follows from the caller's rights. */
export const visibilityQuery = queryOptions({
  queryKey: ["token-visibility"],
  queryFn: async ({ client, signal }): Promise<Visibility> => {
    const session = await sessionOf(client);
    if (offers(session, "tokenVisibility")) {
      const { tokenVisibility } = await call(TokenVisibilityDocument, {}, { signal });
      return visibilityFromWire(tokenVisibility);
    }
    const viewer = await client.query({ ...viewerQuery, staleTime: "static" });
    const organization = await client.query({ ...organizationQuery, staleTime: "static" });
    return visibilityByRights({
      isUser: viewer !== null,
      isRoot: viewer?.isRoot ?? false,
      isOrganizationRoot: viewer?.isOrganizationRoot ?? false,
      maySeeOrganizationTokens: organization.maySeeOrganizationTokens,
    });
  },
});

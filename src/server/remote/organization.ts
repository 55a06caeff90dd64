import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { enforcedFilters, policiesFromWire } from "#logscale/convert.ts";
import { OrganizationDocument } from "#logscale/generated/organization.ts";
import { IpFiltersDocument, TokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { toFailure } from "#logscale/errors.ts";

import { ask, RemoteError, type RemoteServer } from "./client.ts";
import { isRefused } from "./readTokens.ts";

/** What is in force in an organization, and what the caller may change of it. */
export interface RemoteOrganization {
  readonly id: string;
  readonly policies: Policies;
  /** Those that are listed, and those that policies enforce. */
  readonly filters: readonly IpFilter[];
  /** Whether these are all: a caller who may not list them knows those alone that policies enforce. */
  readonly filtersListed: boolean;
  readonly mayChangePolicies: boolean;
  readonly mayChangeFilters: boolean;
}

/**
 * Reads the policies and the IP filters in force.
 *
 * @throws RemoteError also where the caller may not read the policies
 */
export async function readOrganization(server: RemoteServer, signal?: AbortSignal): Promise<RemoteOrganization> {
  const options = signal === undefined ? {} : { signal };
  const { organization } = await ask(server, TokenSecurityPoliciesDocument, {}, options);
  const wire = organization.configs.tokens;
  if (wire === null) {
    const message = `${server.origin} does not show this token the security policies. Use one with the right to change them.`;
    throw new RemoteError(message, toFailure({ graphQLErrors: [{ message }] }, "query"));
  }
  const may = (await ask(server, OrganizationDocument, {}, options)).organization;
  const listed = await ask(server, IpFiltersDocument, {}, options).then(
    (answer) => answer.ipFilters,
    (error: unknown) => {
      if (isRefused(error)) return undefined;
      throw error;
    },
  );
  return {
    id: organization.id,
    policies: policiesFromWire(wire),
    filters: [
      ...new Map([...enforcedFilters(wire), ...(listed ?? []).map((filter) => [filter.id, filter] as const)]).values(),
    ].map(({ id, name, ipFilter }) => ({ id, name, ipFilter })),
    filtersListed: listed !== undefined,
    mayChangePolicies: organization.mayChange,
    mayChangeFilters: may.mayChangeIpFilters,
  };
}

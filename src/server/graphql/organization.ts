import { kindTraits, tokenKinds, type TokenKind } from "#domain/kinds.ts";
import type { PlanCheck } from "#logscale/convert.ts";

import { ClientError } from "../errors.ts";
import type { MutationResolvers, QueryResolvers, Resolvers, TokenSecurityPoliciesResolvers } from "../generated/resolvers.ts";
import { administersSystemTokens, type Rights } from "../access/permissions.ts";
import { applyPolicies } from "../services/policies.ts";
import { visibleTokens } from "../services/tokens/administered.ts";
import { setOrganizationOwner } from "../services/users.ts";
import { organizationId, type OrganizationRow } from "../store/schema.ts";
import { allowsOrganizationAction, seesPolicies } from "./actions.ts";
import type { GraphqlContext } from "./context.ts";
import { reachableSearchDomains } from "./searchDomains.ts";

/** The organization. There is always one: it is made at the first start. */
export async function readOrganization({ db }: GraphqlContext): Promise<OrganizationRow> {
  return db.selectFrom("organization").selectAll().where("id", "=", organizationId).executeTakeFirstOrThrow();
}

/** The query about the organization. */
export const organizationQueries = {
  organization: (_, _args, context) => readOrganization(context),
} satisfies Partial<QueryResolvers>;

/** The mutations on the organization. */
export const organizationMutations = {
  async updateTokenSecurityPolicies(_, { input }, context) {
    const rights = await context.rights();
    requireSeen(rights, context.planCheck);
    const { differences, counts } = await applyPolicies(context.db, input, {
      clock: context.clock,
      async mayChangeSystemPolicy(trx) {
        const rightsNow = await context.rightsNow(trx);
        if (!rightsNow.organization("ChangeSecurityPolicies"))
          throw new ClientError("NOT_ALLOWED", "Change security policies not allowed");
        return administersSystemTokens(rightsNow);
      },
      check: context.planCheck,
    });
    context.log.info({ by: rights.name, differences, counts }, "Token security policies were changed");
    return readOrganization(context);
  },
  async updateOrganizationRoot(_, { userId, organizationRoot }, context) {
    await setOrganizationOwner(context.db, userId, organizationRoot);
    return readOrganization(context);
  },
} satisfies Partial<MutationResolvers>;

/**
 * Refuses to hold a plan against tokens of a kind that the caller does not see completely: whether the plans agree would tell how
 * many there are. For an honest caller the right to see them has gone since the preview, so there is a new one to be made.
 */
function requireSeen(rights: Rights, check: PlanCheck | undefined): void {
  const hidden = tokenKinds.filter((kind) => check?.kinds.includes(kind) === true && visibleTokens(rights, kind) !== "all");
  if (hidden.length === 0) return;
  const names = hidden.map((kind) => kindTraits[kind].noun).join(", ");
  throw new ClientError(
    "PLAN_CHANGED",
    `You do not see all tokens of these kinds: ${names}. Nothing was changed by this request.`,
    {
      extensions: { changed: ["visibility"] },
    },
  );
}

type PolicyResolver = NonNullable<TokenSecurityPoliciesResolvers["personalUserTokensEnforceIpFilter"]>;

function enforcedFilter(kind: TokenKind): PolicyResolver {
  return async (policies, _, { loaders }) => {
    const id = policies[kind].ipFilter;
    return id === null ? null : ((await loaders.ipFilters()).get(id) ?? null);
  };
}

/** The types that make up the organization. An embedded server has no contract, no usage and no limits, and says so. */
export const organizationTypes = {
  Organization: {
    readonlyDashboardIPFilter: (row) => row.readonlyDashboardIpFilter,
    details: () => ({}),
    stats: () => ({}),
    configs: (row) => row,
    async searchDomains(_, _args, context) {
      return reachableSearchDomains(context);
    },
    publicUrl: (_, _args, { publicUrl }) => publicUrl,
    ingestUrl: (_, _args, { publicUrl }) => publicUrl,
    isActionAllowed: async (_, { action }, { rights }) => allowsOrganizationAction(await rights(), action),
    limits: () => [],
    limitsV2: () => [],
    externalPermissions: () => false,
    externalGroupSynchronization: () => false,
    defaultCachePolicy: () => null,
  },
  OrganizationDetails: {
    notes: () => "",
    industry: () => "",
    useCases: () => [],
    subscription: () => "Unknown" as const,
    trialEndDate: () => null,
    limits: () => ({
      dailyIngest: 0,
      retention: 0,
      users: 0,
      licenseExpirationDate: null,
      allowSelfService: false,
      lastSyncDate: null,
      missingContract: null,
      contractVersion: "Unknown" as const,
    }),
    country: () => "",
    iocAccess: () => null,
  },
  OrganizationStats: {
    dataVolumeCompressed: () => 0,
    dataVolume: () => 0,
    dailyIngest: () => 0,
    async userCount(_, _args, { db }) {
      const { count } = await db
        .selectFrom("users")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return count;
    },
  },
  OrganizationConfigs: {
    async tokens(_, _args, { rights, loaders }) {
      if (!seesPolicies(await rights())) throw new ClientError("NOT_ALLOWED", "View security policies not allowed");
      return loaders.policies();
    },
  },
  TokenSecurityPolicies: {
    personalUserTokensEnabled: ({ personal }) => personal.enabled,
    personalUserTokensEnforceExpirationAfterMs: ({ personal }) => personal.maximumLifetime,
    personalUserTokensEnforceIpFilter: enforcedFilter("personal"),
    viewPermissionTokensEnabled: ({ view }) => view.enabled,
    viewPermissionTokensEnforceExpirationAfterMs: ({ view }) => view.maximumLifetime,
    viewPermissionTokensEnforceIpFilter: enforcedFilter("view"),
    viewPermissionTokensAllowPermissionUpdates: ({ view }) => view.allowPermissionUpdates,
    organizationPermissionTokensEnabled: ({ organization }) => organization.enabled,
    organizationPermissionTokensEnforceExpirationAfterMs: ({ organization }) => organization.maximumLifetime,
    organizationPermissionTokensEnforceIpFilter: enforcedFilter("organization"),
    organizationPermissionTokensAllowPermissionUpdates: ({ organization }) => organization.allowPermissionUpdates,
    systemPermissionTokensEnabled: ({ system }) => system.enabled,
    systemPermissionTokensEnforceExpirationAfterMs: ({ system }) => system.maximumLifetime,
    systemPermissionTokensEnforceIpFilter: enforcedFilter("system"),
    systemPermissionTokensAllowPermissionUpdates: ({ system }) => system.allowPermissionUpdates,
  },
} satisfies Resolvers;

import type { GraphQLResolveInfo } from "graphql";

import { perKind, tokenKinds, type PermissionKind, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { tokenTypeFilters, tokenTypenames, type ListableKind } from "#logscale/convert.ts";

import { ClientError } from "#server/errors.ts";
import type {
  MutationResolvers,
  QueryResolvers,
  QueryPersonalTokensArgs,
  QueryTokensArgs,
  Resolvers,
  TokenKindVisibility,
} from "#server/generated/resolvers.ts";
import { listRange } from "#server/services/lists.ts";
import { mayAdminister, visibleTokens } from "#server/services/tokens/administered.ts";
import { createPermissionToken } from "#server/services/tokens/create.ts";
import { deleteToken } from "#server/services/tokens/delete.ts";
import { noSuchToken } from "#server/services/tokens/find.ts";
import type { Follow, IssuedToken } from "#server/services/tokens/issued.ts";
import { listPersonalTokens, listTokens, type TokenListQuery } from "#server/services/tokens/list.ts";
import { readTokenPage } from "#server/services/tokens/page.ts";
import { createPersonalToken } from "#server/services/tokens/personal.ts";
import { rotateToken } from "#server/services/tokens/rotate.ts";
import { updateTokenPermissions } from "#server/services/tokens/updatePermissions.ts";
import type { TokenModel } from "#server/store/schema.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";
import { asksFor, wirePage } from "./pages.ts";
import { cursorOf, pageEnd, pageLimit } from "./tokenCursor.ts";

/** The most search domains to list the tokens of; each is compared with those of each token. Our assumption. */
const mostParents = 1000;

function listQuery(
  args: Omit<QueryPersonalTokensArgs, "typeFilter">,
  viewIds: readonly string[] | null,
  info: GraphQLResolveInfo,
): TokenListQuery {
  const range = listRange(args, "tokens");
  if (viewIds !== null && viewIds.length > mostParents) {
    throw new ClientError("BAD_INPUT", "Name at most 1,000 repositories and views.", { field: "parentEntityIdFilter" });
  }
  return {
    search: args.searchFilter ?? null,
    viewIds,
    sortBy: args.sortBy === "Name" ? "name" : "expiry",
    counted: asksFor(info, "totalResults"),
    ...range,
  };
}

/** The kinds that a `typeFilter` names; every kind that the field can list when there is none. */
function filteredKinds(filter: QueryTokensArgs["typeFilter"]): ListableKind[] {
  const kinds = tokenKinds.filter((kind) => kind !== "personal");
  if (filter == null || filter.length === 0) return kinds;
  // Organization management tokens belong to clusters with many organizations: there are none here.
  return kinds.filter((kind) => filter.includes(tokenTypeFilters[kind]));
}

const visibilityNames = { all: "Complete", some: "Partial", none: "Hidden" } as const satisfies Record<
  ReturnType<typeof visibleTokens>,
  TokenKindVisibility
>;

export const tokenQueries = {
  async token(_, { tokenId }, context) {
    const token = await context.loaders.token(tokenId);
    if (token === undefined || !mayAdminister(await context.rights(), token)) throw noSuchToken();
    return token;
  },
  async tokens(_, args, context, info) {
    const query = listQuery(args, args.parentEntityIdFilter ?? null, info);
    return wirePage(await listTokens(await context.actor(), filteredKinds(args.typeFilter), query));
  },
  async personalTokens(_, args, context, info) {
    return wirePage(await listPersonalTokens(await context.actor(), listQuery(args, null, info)));
  },
  async tokenPage(_, { kinds, search, sortBy, orderBy, after, limit }, context) {
    const order = { sortBy: sortBy === "Name" ? "name" : "expiry", descending: orderBy === "DESC" } as const;
    const { rows, end, count } = await readTokenPage(await context.actor(), {
      ...order,
      kinds,
      search: search ?? "",
      after: after == null ? null : pageEnd(after, order),
      limit: pageLimit(limit),
    });
    return { count, results: [...rows], next: end === null ? null : cursorOf(end, order) };
  },
  async tokenVisibility(_, _args, context) {
    const rights = await context.rights();
    return perKind((kind) => visibilityNames[visibleTokens(rights, kind)]);
  },
} satisfies Partial<QueryResolvers>;

/**
 * Moves the caller's session from the token `id` to the one that replaces it, if the session began with that token. In the same transaction:
 * a failure after it would take the new secret along, and tell that nothing was changed.
 */
function following({ caller, credentialReplaced }: MutationContext, id: string): Follow {
  const used = caller.type === "token" ? caller.token.id : caller.type === "user" ? caller.tokenId : undefined;
  return async (trx, { token, secretHash }) => {
    if (used === id) await credentialReplaced(trx, { tokenId: token.id, secretHash });
  };
}

async function newPersonalToken(
  input: { readonly expireAt?: Long | null; readonly ipFilterId?: string | null },
  context: MutationContext,
): Promise<IssuedToken> {
  const { caller, mutate } = context;
  // The rules of these mutations let nobody else through.
  if (caller.type !== "user") throw new ClientError("NOT_ALLOWED", "Create personal tokens without a user not allowed");
  const userId = caller.user.id;
  const request = { expireAt: input.expireAt ?? null, ipFilter: input.ipFilterId ?? null };
  return createPersonalToken(mutate, userId, request, following(context, userId));
}

async function newPermissionToken(
  kind: PermissionKind,
  input: {
    readonly name: string;
    readonly expireAt?: Long | null;
    readonly ipFilterId?: string | null;
    readonly viewIds?: readonly string[];
  },
  permissions: readonly string[],
  permissionsField: string,
  { mutate, replaces }: MutationContext,
): Promise<IssuedToken> {
  return createPermissionToken(
    mutate,
    kind,
    {
      name: input.name,
      expireAt: input.expireAt ?? null,
      ipFilter: input.ipFilterId ?? null,
      permissions,
      viewIds: input.viewIds ?? [],
    },
    { name: "name", expireAt: "expireAt", ipFilter: "ipFilterId", viewIds: "viewIds", permissions: permissionsField },
    replaces,
  );
}

const v2 = ({ tokenString, token }: IssuedToken) => ({ token: tokenString, tokenMetadata: token });

/** The mutations on tokens. Those of the first version answer with the token string alone. */
export const tokenMutations = {
  createPersonalUserToken: async (_, { input }, context) => (await newPersonalToken(input, context)).tokenString,
  createPersonalUserTokenV2: async (_, { input }, context) => v2(await newPersonalToken(input, context)),
  createViewPermissionsToken: async (_, { input }, context) =>
    (await newPermissionToken("view", input, input.permissions, "permissions", context)).tokenString,
  async createViewPermissionsTokenV2(_, { input }, context) {
    if (input.assetPermissionAssignments?.length) {
      throw new ClientError("BAD_INPUT", "The embedded server has no assets, so a token cannot have permissions on them.", {
        field: "assetPermissionAssignments",
      });
    }
    return v2(await newPermissionToken("view", input, input.viewPermissions, "viewPermissions", context));
  },
  createOrganizationPermissionsToken: async (_, { input }, context) =>
    (await newPermissionToken("organization", input, input.permissions, "permissions", context)).tokenString,
  createOrganizationPermissionsTokenV2: async (_, { input }, context) =>
    v2(await newPermissionToken("organization", input, input.organizationPermissions, "organizationPermissions", context)),
  createSystemPermissionsToken: async (_, { input }, context) =>
    (await newPermissionToken("system", input, input.permissions, "permissions", context)).tokenString,
  createSystemPermissionsTokenV2: async (_, { input }, context) =>
    v2(await newPermissionToken("system", input, input.systemPermissions, "systemPermissions", context)),

  // The three answer with the token's id: LogScale documents a String and no more.
  async updateViewPermissionsTokenPermissions(_, { input: { id, permissions } }, context) {
    await updateTokenPermissions(context.mutate, "view", id, permissions);
    return id;
  },
  async updateOrganizationPermissionsTokenPermissions(_, { input: { id, permissions } }, context) {
    await updateTokenPermissions(context.mutate, "organization", id, permissions);
    return id;
  },
  async updateSystemPermissionsTokenPermissions(_, { input: { id, permissions } }, context) {
    await updateTokenPermissions(context.mutate, "system", id, permissions);
    return id;
  },
  async rotateToken(_, { input: { id } }, context) {
    return (await rotateToken(context.mutate, id, following(context, id))).tokenString;
  },
  async deleteToken(_, { input: { id } }, context) {
    await deleteToken(context.mutate, id);
    return true;
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

const tokenFields = {
  // Undocumented: taken for the id, as the inputs name filters by it.
  ipFilter: (token: TokenModel) => token.ipFilterId,
  async ipFilterV2(token: TokenModel, _: object, context: GraphqlContext) {
    return token.ipFilterId === null ? null : ((await context.loaders.ipFilters()).get(token.ipFilterId) ?? null);
  },
  replaces: async ({ id }: TokenModel, _: object, { loaders }: GraphqlContext) => (await loaders.replaced(id))?.replaces ?? null,
};

export const tokenTypes = {
  TokenPage: { totalResults: ({ count }) => count() },
  PersonalUserToken: tokenFields,
  ViewPermissionsToken: {
    ...tokenFields,
    async views(token, _, context) {
      const domains = await context.loaders.searchDomains();
      return token.viewIds.flatMap((id) => domains.get(id) ?? []);
    },
  },
  OrganizationPermissionsToken: tokenFields,
  SystemPermissionsToken: tokenFields,
} satisfies Pick<
  Resolvers,
  "TokenPage" | "PersonalUserToken" | "ViewPermissionsToken" | "OrganizationPermissionsToken" | "SystemPermissionsToken"
>;

/** Name of the type of a token. */
export function tokenTypename(token: TokenModel): (typeof tokenTypenames)[TokenKind] {
  return tokenTypenames[token.kind];
}

import {
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";

import { includes, mayViewUsersOf, onView, seesFleet } from "#server/access/permissions.ts";
import { queryRules } from "#server/access/rules.ts";
import { ClientError } from "#server/errors.ts";
import { mayChangeIngestTokens } from "#server/services/ingestTokens.ts";
import { mayAdminister } from "#server/services/tokens/administered.ts";
import type {
  IngestTokenModel,
  IpFilterRow,
  RoleRow,
  SearchDomainRow,
  TokenModel,
  UserRoleRow,
  UserRow,
  ViewConnectionRow,
} from "#server/store/schema.ts";
import { seesPolicies } from "./actions.ts";
import type { GraphqlContext } from "./context.ts";
import type { ParserModel, RecentEventModel } from "./models.ts";

/** How much of an object somebody sees: all that is in it, no more than what it is called, or not even that it is there. */
type Seen = "whole" | "name" | "nothing";

/** What a judgement rests on. */
export type Viewer = Pick<GraphqlContext, "rights" | "loaders" | "shown">;

/** Who sees the objects of a type, on whatever way through the schema they are reached. */
interface TypeRule<Value> {
  /** Reads once what the judgement takes, and then judges one object after the other. */
  readonly judge: (viewer: Viewer) => Promise<(value: Value) => Seen>;
  /** What is said where one object was asked for, and not a list of those that are seen. */
  readonly denial: string;
  /** Fields that are a name; the others are for those who see the whole. */
  readonly nameFields?: readonly string[];
}

function seen(isSeen: boolean): Seen {
  return isSeen ? "whole" : "nothing";
}

/** A rule that asks for a right alone, whichever the object. */
function byRight(denial: string, allows: (rights: Awaited<ReturnType<Viewer["rights"]>>) => boolean): TypeRule<unknown> {
  return {
    denial,
    async judge({ rights }) {
      const judgement = seen(allows(await rights()));
      return () => judgement;
    },
  };
}

/**
 * Those that can be reached, as the queries for them have it. Who manages users sees which others there are in the roles of users, and
 * everybody in one's own, but by name alone.
 */
const searchDomain: TypeRule<SearchDomainRow> = {
  denial: "View repository or view not allowed",
  nameFields: ["id", "name"],
  async judge({ rights, loaders, shown }) {
    const viewer = await rights();
    const { user } = viewer;
    const own = user === null ? [] : ((await loaders.rolesOfUsers()).get(user.id) ?? []);
    const named = new Set(own.map(({ searchDomainId }) => searchDomainId));
    return ({ id }) => {
      if (includes(viewer.reach, id) || shown.has(id)) return "whole";
      return named.has(id) || viewer.organization("ManageUsers") ? "name" : "nothing";
    };
  },
};

const token: TypeRule<TokenModel> = {
  denial: "View token not allowed",
  async judge({ rights }) {
    const viewer = await rights();
    return (value) => seen(mayAdminister(viewer, value));
  },
};

const fleet = byRight(queryRules.fleetInstallationTokens.denial, seesFleet);

/** A part of something that is judged itself, or about nobody in particular. */
const open = undefined;

/**
 * The one table of who sees which objects. Every object type of the contract has its row, or the server does not start. The root fields
 * have rules of their own besides: who may ask at all.
 */
const typeRules = {
  PersonalUserToken: token,
  ViewPermissionsToken: token,
  OrganizationPermissionsToken: token,
  SystemPermissionsToken: token,
  Repository: searchDomain,
  View: searchDomain,
  /** Its filter tells of what is in the repository. */
  ViewConnection: {
    denial: "View connection not allowed",
    async judge({ rights, shown }) {
      const { reach } = await rights();
      return ({ repositoryId }) => seen(includes(reach, repositoryId) || shown.has(repositoryId));
    },
  } satisfies TypeRule<ViewConnectionRow>,
  Parser: {
    denial: "View parser not allowed",
    async judge({ rights, shown }) {
      const { reach } = await rights();
      return ({ repositoryId }) => seen(includes(reach, repositoryId) || shown.has(repositoryId));
    },
  } satisfies TypeRule<ParserModel>,
  IngestToken: {
    denial: "View ingest token not allowed",
    async judge({ rights, loaders }) {
      const [viewer, domains] = [await rights(), await loaders.searchDomains()];
      return ({ repositoryId }) => {
        const repository = domains.get(repositoryId);
        return seen(repository !== undefined && mayChangeIngestTokens(viewer, repository));
      };
    },
  } satisfies TypeRule<IngestTokenModel>,
  RecentEvent: {
    denial: "Read events not allowed",
    async judge({ rights }) {
      const viewer = await rights();
      return ({ repositoryId }) => seen(onView(viewer, repositoryId, "ReadAccess"));
    },
  } satisfies TypeRule<RecentEventModel>,
  /** Oneself; everybody for who manages users; and who has access where the viewer gives and takes it. */
  User: {
    denial: queryRules.user.denial,
    async judge({ rights, loaders, shown }) {
      const viewer = await rights();
      if (viewer.organization("ManageUsers")) return () => "whole";
      const roles = await loaders.rolesOfUsers();
      return ({ id }) =>
        seen(
          viewer.user?.id === id ||
            shown.has(id) ||
            (roles.get(id) ?? []).some(({ searchDomainId }) => mayViewUsersOf(viewer, searchDomainId)),
        );
    },
  } satisfies TypeRule<UserRow>,
  SearchDomainRole: {
    denial: "View role of user not allowed",
    async judge({ rights }) {
      const viewer = await rights();
      return ({ userId, searchDomainId }) => seen(viewer.user?.id === userId || mayViewUsersOf(viewer, searchDomainId));
    },
  } satisfies TypeRule<UserRoleRow>,
  /** Those who choose among them, and everybody one's own. */
  Role: {
    denial: queryRules.roles.denial,
    async judge({ rights, loaders }) {
      const viewer = await rights();
      if (queryRules.roles.allows(viewer, {})) return () => "whole";
      const own = viewer.user === null ? [] : ((await loaders.rolesOfUsers()).get(viewer.user.id) ?? []);
      const ids = new Set(own.map(({ roleId }) => roleId));
      return ({ id }) => seen(ids.has(id));
    },
  } satisfies TypeRule<RoleRow>,
  /** Those who choose among them; and a filter is part of the policy that enforces it and of the token that has it. */
  IPFilter: {
    denial: queryRules.ipFilters.denial,
    async judge({ rights, loaders }) {
      const viewer = await rights();
      if (queryRules.ipFilters.allows(viewer, {})) return () => "whole";
      const enforced = seesPolicies(viewer) ? Object.values(await loaders.policies()).map(({ ipFilter }) => ipFilter) : [];
      const ids = new Set([...enforced, ...(await loaders.filtersOfTokens())]);
      return ({ id }) => seen(ids.has(id));
    },
  } satisfies TypeRule<IpFilterRow>,
  TokenSecurityPolicies: byRight("View security policies not allowed", seesPolicies),
  FleetInstallationToken: fleet,
  LogCollectorConfiguration: fleet,
  LogCollectorInstallCommand: open,
  Account: open,
  BooleanResultType: open,
  CachePolicy: open,
  FeatureFlagV2: open,
  FieldHasValue: open,
  HumioMetadata: open,
  LanguageVersion: open,
  LanguageVersionOutputType: open,
  Limit: open,
  LimitV2: open,
  Limited: open,
  Unlimited: open,
  Organization: open,
  OrganizationConfigs: open,
  OrganizationDetails: open,
  OrganizationLimits: open,
  OrganizationStats: open,
  ParserTestCase: open,
  ParserTestCaseAssertionsForOutput: open,
  ParserTestCaseOutputAssertions: open,
  ParserTestEvent: open,
  PendingUser: open,
  TokenVisibility: open,
  // What lists and mutations put around their objects.
  AddRoleMutation: open,
  CreateOrganizationPermissionsTokenV2Output: open,
  CreatePersonalUserTokenV2Output: open,
  CreateRepositoryMutation: open,
  CreateSystemPermissionsTokenV2Output: open,
  CreateViewPermissionsTokenV2Output: open,
  RemoveUserMutation: open,
  SearchFleetInstallationTokenResultSet: open,
  SearchLogCollectorConfigurationResultSet: open,
  TokenQueryResultSet: open,
  UnassignIngestTokenMutation: open,
  UpdateUserMutation: open,
};

const ruleByType = new Map<string, TypeRule<never> | undefined>(Object.entries(typeRules));

/** Names of the types whose objects are not for everybody. */
export const guardedTypes: readonly string[] = [...ruleByType].flatMap(([name, rule]) => (rule === undefined ? [] : name));

type Judge = (value: unknown) => Seen;
type Resolver = GraphQLFieldResolver<unknown, GraphqlContext>;

/** Judges of one request, one for each type, each made when it is first asked for. */
export interface Judges {
  readonly of: (typeName: string) => Promise<Judge>;
  /** Forgets what they rest on, after a mutation. */
  readonly forget: () => void;
}

const everything = (): Seen => "whole";

/** Makes the judges of a request. */
export function makeJudges(viewer: Viewer): Judges {
  let judges = new Map<string, Promise<Judge>>();
  return {
    of(typeName) {
      // A type's resolvers give values of its rule's type: the schema says so.
      const judge =
        judges.get(typeName) ?? ((ruleByType.get(typeName)?.judge(viewer) ?? Promise.resolve(everything)) as Promise<Judge>);
      judges.set(typeName, judge);
      return judge;
    },
    forget: () => {
      judges = new Map();
    },
  };
}

/**
 * Makes every field of the schema judge what it leads to: of a list those objects are left that the viewer sees, and one object that the
 * viewer does not see is refused. A type is judged in the same way wherever it is reached, and nothing is reached unjudged.
 */
export function guardTypes(schema: GraphQLSchema): void {
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith("__"),
  );
  const roots = new Set([schema.getQueryType()?.name, schema.getMutationType()?.name]);
  for (const type of types) {
    if (!roots.has(type.name) && !ruleByType.has(type.name)) throw new Error(`The type ${type.name} has no rule of who sees it.`);
    const own = ruleByType.get(type.name);
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      const leadsTo = isAbstractType(named) ? schema.getPossibleTypes(named) : isObjectType(named) ? [named] : [];
      if (leadsTo.some(({ name }) => ruleByType.get(name) !== undefined)) judgeValue(field);
      if (own?.nameFields !== undefined && !own.nameFields.includes(field.name)) judgeParent(field, type.name, own.denial);
    }
  }
}

function resolverOf(field: GraphQLField<unknown, GraphqlContext>): Resolver {
  return (field.resolve as Resolver | undefined) ?? ((parent) => (parent as Record<string, unknown>)[field.name]);
}

function judgeValue(field: GraphQLField<unknown, GraphqlContext>): void {
  const resolve = resolverOf(field);
  const named = getNamedType(field.type);
  const typeOf = (value: unknown, context: GraphqlContext, info: GraphQLResolveInfo): string => {
    if (!isAbstractType(named)) return named.name;
    const type = named.resolveType?.(value, context, info, named);
    if (typeof type !== "string") throw new Error(`A value of ${named.name} is of no known type.`);
    return type;
  };
  field.resolve = async (parent, args, context, info) => {
    const value: unknown = await resolve(parent, args, context, info);
    if (value == null) return value;
    if (!Array.isArray(value)) {
      const type = typeOf(value, context, info);
      if ((await context.judges.of(type))(value) !== "nothing") return value;
      throw new ClientError("NOT_ALLOWED", ruleByType.get(type)?.denial ?? "");
    }
    const types = value.map((item) => typeOf(item, context, info));
    const judges = new Map<string, Judge>();
    for (const type of new Set(types)) judges.set(type, await context.judges.of(type));
    return value.filter((item, index) => judges.get(types[index] ?? "")?.(item) !== "nothing");
  };
}

function judgeParent(field: GraphQLField<unknown, GraphqlContext>, type: string, denial: string): void {
  const resolve = resolverOf(field);
  field.resolve = async (parent, args, context, info) => {
    if ((await context.judges.of(type))(parent) !== "whole") throw new ClientError("NOT_ALLOWED", denial);
    return resolve(parent, args, context, info);
  };
}

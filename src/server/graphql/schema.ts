import {
  buildSchema,
  isEnumType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";

import { extensionsSdl, logscaleSdl } from "#logscale/generated/sdl.ts";

import { replacesNothing } from "#server/services/successors.ts";
import { mutationRules, queryRules, type Rule } from "#server/access/rules.ts";
import { ClientError } from "#server/errors.ts";
import { storageTrouble } from "#server/store/failures.ts";
import type { Act, ActLocks, LongAct, Mutate, Recorded } from "#server/access/mutate.ts";
import { auditedAs } from "./auditedMutations.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";
import { meterFields } from "./metering.ts";
import { mutations, queries, types } from "./resolvers.ts";
import { scalars } from "./scalars.ts";
import { tokenTypename } from "./tokens.ts";
import { guardTypes } from "./visibility.ts";

type AnyResolver = GraphQLFieldResolver<never, GraphqlContext, never>;
type MutationResolver = GraphQLFieldResolver<never, MutationContext, never>;
type AnyRule = Rule<never>;

/**
 * The schema with its resolvers. Each root field asks the table of rules first. A root field without a rule or a resolver makes this throw.
 *
 * @param options.extensions whether what Tokenhouse offers beyond LogScale is part of it
 */
export function makeSchema(options: { readonly extensions: boolean }): GraphQLSchema {
  const whole = buildSchema(`${logscaleSdl}\n${extensionsSdl}`);
  const schema = options.extensions ? whole : buildSchema(logscaleSdl);
  attachRoot(schema.getQueryType(), queries, queryRules, guarded);
  attachRoot(schema.getMutationType(), mutations, mutationRules, judged);

  for (const [name, fields] of Object.entries<object>(types)) {
    for (const [field, resolve] of Object.entries<AnyResolver>({ ...fields })) {
      if (fieldOf(whole, name, field) === undefined) throw new Error(`The contract has no field ${name}.${field}.`);
      // Absent where only LogScale's part is served, and the field is an extension.
      const definition = fieldOf(schema, name, field);
      if (definition !== undefined) definition.resolve = resolve as GraphQLFieldResolver<unknown, unknown>;
    }
  }
  for (const [name, parts] of Object.entries(scalars)) {
    const type = schema.getType(name);
    if (!isScalarType(type)) throw new Error(`The contract has no scalar ${name}.`);
    Object.assign(type, parts);
  }
  for (const [name, resolveType] of Object.entries(abstractTypes)) {
    const type = schema.getType(name);
    if (!isInterfaceType(type) && !isUnionType(type)) throw new Error(`The contract has no interface or union ${name}.`);
    type.resolveType = (value) => resolveType(value as never);
  }
  guardTypes(schema);
  meterFields(schema);
  return schema;
}

const served = new Map<boolean, GraphQLSchema>();

/** The schema as every server of this process serves it: nothing in it is of one server. */
export function servedSchema({ extensions }: { readonly extensions: boolean }): GraphQLSchema {
  const schema = served.get(extensions) ?? makeSchema({ extensions });
  served.set(extensions, schema);
  return schema;
}

function fieldOf(schema: GraphQLSchema, typeName: string, field: string) {
  const type = schema.getType(typeName);
  return isObjectType(type) ? type.getFields()[field] : undefined;
}

/** Which object type a value of an interface or union is of. */
const abstractTypes: Record<string, (value: never) => string> = {
  ArchivingConfiguration: () => "S3Configuration",
  AuthenticationMethod: () => "NoAuthentication",
  Token: tokenTypename,
  SearchDomain: (domain: { readonly type: "repository" | "view" }) => (domain.type === "view" ? "View" : "Repository"),
  // Nobody is invited here, so a user is never pending.
  userOrPendingUser: () => "User",
  // Nothing is limited here.
  contractual: () => "Unlimited",
};

function attachRoot(
  type: GraphQLObjectType | null | undefined,
  resolvers: object,
  rules: object,
  wrap: (resolve: never, rule: AnyRule) => AnyResolver,
): void {
  if (!type) throw new Error("The contract lacks a root type.");
  // Whichever they are: `wrap` knows what to give them.
  const byName = new Map<string, MutationResolver>(Object.entries(resolvers));
  const ruleByName = new Map<string, AnyRule>(Object.entries(rules));
  for (const [name, field] of Object.entries(type.getFields())) {
    const [resolve, rule] = [byName.get(name), ruleByName.get(name)];
    if (resolve === undefined || rule === undefined) {
      throw new Error(`${type.name}.${name} has no ${resolve === undefined ? "resolver" : "rule of access"}.`);
    }
    field.resolve = wrap(resolve as never, rule) as GraphQLFieldResolver<unknown, unknown>;
  }
}

function guarded(resolve: AnyResolver, rule: AnyRule): AnyResolver {
  return async (parent, args, context, info) => {
    if (!rule.allows(await context.rights(), args)) throw new ClientError("NOT_ALLOWED", rule.denial);
    return resolve(parent, args, context, info);
  };
}

/** The mutations that make a token which may take another's place. A personal token takes that of its user's former one in any case. */
const successorMutations: ReadonlySet<string> = new Set([
  "createViewPermissionsToken",
  "createViewPermissionsTokenV2",
  "createOrganizationPermissionsToken",
  "createOrganizationPermissionsTokenV2",
  "createSystemPermissionsToken",
  "createSystemPermissionsTokenV2",
  "addIngestTokenV3",
] satisfies readonly (keyof typeof mutations)[]);

/**
 * A mutation, judged by its rule twice: first before it takes any lock, so that callers without the right hold up nobody, and again once
 * its transaction has all its locks. Its answer and the next mutation of the request read what it wrote.
 */
function judged(resolve: MutationResolver, rule: AnyRule): AnyResolver {
  return async (parent, args, context, info) => {
    const { db: _db, rights, actor: _actor, now: _now, mutateAs, recordRefusal, ...rest } = context;
    const mutate = mutateAs(info.fieldName);
    const require = (allowed: boolean) => {
      if (!allowed) throw new ClientError("NOT_ALLOWED", rule.denial);
    };
    let acted = false;
    const byRule =
      <R extends readonly unknown[], T>(work: (act: Act, ...rest: R) => Promise<T>) =>
      (act: Act, ...others: R) => {
        require(rule.allows(act.rights, args));
        return work(act, ...others);
      };
    const noted = async <T>(result: Promise<T>): Promise<T> => {
      await result;
      acted = true;
      return result;
    };
    const mutateByRule: Mutate = Object.assign(
      <T, L = undefined>(locks: ActLocks<L>, work: (act: Act, locked: L) => Promise<Recorded<T>>) =>
        noted(mutate(locks, byRule(work))),
      {
        long: <B, P, T>(long: LongAct<B, P, T>) =>
          noted(mutate.long({ ...long, begin: byRule(long.begin), finish: byRule(long.finish) })),
      },
    );
    try {
      require(rule.allows(await rights(), args));
      if (rest.replaces !== undefined && !successorMutations.has(info.fieldName)) throw replacesNothing();
      const answer = await resolve(parent, args, { ...rest, mutate: mutateByRule }, info);
      if (!acted) throw new Error(`The mutation ${info.fieldName} was carried out and its caller never judged.`);
      return answer;
    } catch (error) {
      // What is refused of the answer to a mutation was done all the same, and that is on record.
      if (error instanceof ClientError && !acted) {
        await recordRefusal({ operation: info.fieldName, ...auditedAs(info.fieldName, args), error });
      }
      // By now it is only the reading of what was done that failed.
      if (acted && storageTrouble(error) !== undefined) throw new Error("What was done could not be read.", { cause: error });
      throw error;
    } finally {
      context.loaders.forget();
      context.judges.forget();
    }
  };
}

export function enumValues(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
}

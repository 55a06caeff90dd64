import {
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";

import { ClientError } from "#server/errors.ts";
import type { FieldResolver, GraphqlContext } from "./context.ts";
import { ruleByType, type Seen, type Viewer } from "./typeRules.ts";

type ObjectJudge = (value: unknown) => Seen;

/** Judges of one request, one for each type, each made when it is first asked for. */
export interface Judges {
  readonly of: (typeName: string) => Promise<ObjectJudge>;
  /** Forgets what they rest on, after a mutation. */
  readonly forget: () => void;
}

const everything = (): Seen => "whole";

/** Makes the judges of a request. */
export function makeJudges(viewer: Viewer): Judges {
  let judges = new Map<string, Promise<ObjectJudge>>();
  return {
    of(typeName) {
      // A type's resolvers give values of its rule's type: the schema says so.
      const judge =
        judges.get(typeName) ??
        ((ruleByType.get(typeName)?.judge(viewer) ?? Promise.resolve(everything)) as Promise<ObjectJudge>);
      judges.set(typeName, judge);
      return judge;
    },
    forget: () => {
      judges = new Map();
    },
  };
}

/**
 * Makes every field of the schema judge what it leads to: a list keeps the objects that the viewer sees; a single object that the viewer
 * does not see is refused. A type is judged in the same way wherever it is reached, and nothing is reached unjudged.
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

function resolverOf(field: GraphQLField<unknown, GraphqlContext>): FieldResolver {
  return (field.resolve as FieldResolver | undefined) ?? ((parent) => (parent as Record<string, unknown>)[field.name]);
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
    const judges = new Map<string, ObjectJudge>();
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

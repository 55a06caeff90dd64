import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";

/** One step of a path: a field, and the object type that its value is taken for. */
export interface PathStep {
  readonly parent: string;
  readonly field: string;
  /** The arguments with their brackets, or nothing. */
  readonly args: string;
  readonly type: string;
  /** Whether the field's own type leaves open which type its value is of. */
  readonly isAbstract: boolean;
}

/** A way through the schema from a root field to an object type. */
export type SchemaPath = readonly PathStep[];

/**
 * Every way through the schema from the fields of a root type to objects, none of which comes to a type twice. `args` gives the arguments
 * of fields that need some, by `Type.field`; a field that lacks them is an error, so that none is forgotten.
 */
export function schemaPaths(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  args: Readonly<Record<string, string>>,
): SchemaPath[] {
  const paths: SchemaPath[] = [];
  function follow(type: GraphQLObjectType, before: SchemaPath): void {
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      for (const target of objectTypes(schema, named)) {
        if (before.some((step) => step.type === target.name)) continue;
        const step: PathStep = {
          parent: type.name,
          field: field.name,
          args: argsOf(type, field, args),
          type: target.name,
          isAbstract: isAbstractType(named),
        };
        const path = [...before, step];
        paths.push(path);
        follow(target, path);
      }
    }
  }
  follow(root, []);
  return paths;
}

function objectTypes(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isCompositeType(type) && isObjectType(type) ? [type] : [];
}

function argsOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, args: Readonly<Record<string, string>>): string {
  const given = args[`${type.name}.${field.name}`];
  if (given === undefined && field.args.some((arg) => arg.type.toString().endsWith("!") && arg.defaultValue === undefined)) {
    throw new Error(`${type.name}.${field.name} needs arguments.`);
  }
  return given ?? "";
}

/** The selection that goes along a path and asks for `inner` at its end. */
export function selectionOf(path: SchemaPath, inner: string): string {
  return path.reduceRight((below, { field, args, type, isAbstract }) => {
    const selection = isAbstract ? `... on ${type} { ${below} }` : below;
    return `${field}${args} { ${selection} }`;
  }, inner);
}

/** A path in words, for the name of a test. */
export function pathName(path: SchemaPath): string {
  return path.map(({ field, type, isAbstract }) => (isAbstract ? `${field}<${type}>` : field)).join(".");
}

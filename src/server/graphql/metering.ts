import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";

import type { FieldResolver, GraphqlContext } from "./context.ts";
import { jsonBytes, type Meter } from "./meter.ts";

/** What JSON puts around a value beside its key: quotes, a colon and a comma. */
const aroundKey = 4;
/** Around an object: braces and a comma. */
const aroundObject = 3;
/** An error that a field answers with: its message, its place and its path, and what it takes while it is made. */
const errorBytes = 500;

/**
 * Makes every field of the schema count what it adds to the answer, before it is added. Fields with a resolver count for themselves. A
 * field that is a plain column has none, for the sake of speed: whoever hands on its row counts all of its columns that were asked
 * for. So nothing comes into an answer uncounted; introspection, which knows no context, is bounded by the rule on the document.
 */
export function meterFields(schema: GraphQLSchema): void {
  const longestTypename = Math.max(...Object.keys(schema.getTypeMap()).map((name) => name.length));
  const hasOwnResolver = new Set<unknown>();
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith("__") ? Object.values(type.getFields()) : [],
  );
  for (const field of fields) if (field.resolve !== undefined || isComposite(field)) hasOwnResolver.add(field);
  const columnsOf = shapeReader(schema, hasOwnResolver, longestTypename);

  for (const field of fields) {
    if (!hasOwnResolver.has(field)) continue;
    const resolve = (field.resolve as FieldResolver | undefined) ?? columnReader(field.name);
    field.resolve = isComposite(field) ? objectField(resolve, columnsOf) : leafField(resolve, field);
  }
}

function isComposite(field: GraphQLField<unknown, unknown>): boolean {
  return isCompositeType(getNamedType(field.type));
}

function columnReader(name: string): FieldResolver {
  return (parent) => (parent as Record<string, unknown>)[name];
}

function keyOf({ fieldNodes: [node], fieldName }: GraphQLResolveInfo): string {
  return node?.alias?.value ?? fieldName;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

function failed({ meter }: GraphqlContext, error: unknown): never {
  meter.made(errorBytes);
  throw error;
}

/** Resolves a field, at once where its value is there, and counts what it comes to: a value, or a failure. */
function counting(
  resolve: FieldResolver,
  count: (value: unknown, context: GraphqlContext, info: GraphQLResolveInfo) => void,
): FieldResolver {
  return (parent, args, context, info) => {
    const counted = (value: unknown) => {
      count(value, context, info);
      return value;
    };
    try {
      const value = resolve(parent, args, context, info);
      return isPromise(value) ? value.then(counted, (error: unknown) => failed(context, error)) : counted(value);
    } catch (error) {
      return failed(context, error);
    }
  };
}

/** A field whose value is a leaf. Once the request is refused it gives anything of its type: the answer is thrown away. */
function leafField(resolve: FieldResolver, field: GraphQLField<unknown, unknown>): FieldResolver {
  const nothing = anyValue(field);
  const counted = counting(resolve, (value, { meter }, info) => meter.made(keyOf(info).length + aroundKey + jsonBytes(value)));
  return (parent, args, context, info) => (context.meter.refusal === undefined ? counted(parent, args, context, info) : nothing);
}

function anyValue(field: GraphQLField<unknown, unknown>): unknown {
  const type = getNullableType(field.type);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0]?.value;
  switch (getNamedType(type).name) {
    case "Boolean":
      return false;
    case "Int":
    case "Float":
    case "Long":
      return 0;
    default:
      return "";
  }
}

type ColumnReader = (info: GraphQLResolveInfo) => Shape;

/** A field whose value is an object, or a list of objects. */
function objectField(resolve: FieldResolver, shapeOf: ColumnReader): FieldResolver {
  const counted = counting(resolve, (value, { meter }, info) => {
    meter.made(keyOf(info).length + aroundKey + aroundObject);
    countObjects(value, shapeOf(info), meter);
  });
  return (parent, args, context, info) => {
    context.meter.check();
    return counted(parent, args, context, info);
  };
}

function countObjects(value: unknown, shape: Shape, meter: Meter): void {
  if (Array.isArray(value)) {
    for (const item of value) countObjects(item, shape, meter);
    return;
  }
  let bytes = aroundObject + shape.fixed;
  if (typeof value === "object" && value !== null) {
    for (const [key, column] of shape.columns)
      bytes += key.length + aroundKey + jsonBytes((value as Record<string, unknown>)[column]);
  }
  meter.made(bytes);
}

/** What is asked for of objects that counts with their row. */
interface Shape {
  /** Key in the answer and name of each plain column, whichever type of object has it. */
  readonly columns: readonly (readonly [key: string, column: string])[];
  /** Bytes of what is the same in every row: the names of types. */
  readonly fixed: number;
}

/** Reads shapes off documents, each once: the nodes of a document are the same ones as long as it is kept. */
function shapeReader(schema: GraphQLSchema, hasOwnResolver: ReadonlySet<unknown>, longestTypename: number): ColumnReader {
  const known = new WeakMap<FieldNode, { readonly nodes: readonly FieldNode[]; readonly shape: Shape }[]>();
  const plain = new Set(
    Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields()).flatMap((field) => (hasOwnResolver.has(field) ? [] : [field.name]))
        : [],
    ),
  );

  function read({ fieldNodes, fragments }: GraphQLResolveInfo): Shape {
    const columns = new Map<string, string>();
    const typenames = new Set<string>();
    const seen = new Set<string>();
    function gather({ selections }: SelectionSetNode): void {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const { alias, name } = selection;
          const key = alias?.value ?? name.value;
          if (name.value === "__typename") typenames.add(key);
          else if (plain.has(name.value)) columns.set(key, name.value);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          gather(selection.selectionSet);
        } else if (!seen.has(selection.name.value)) {
          seen.add(selection.name.value);
          const fragment = fragments[selection.name.value];
          if (fragment !== undefined) gather(fragment.selectionSet);
        }
      }
    }
    for (const { selectionSet } of fieldNodes) if (selectionSet !== undefined) gather(selectionSet);
    const fixed = [...typenames].reduce((sum, key) => sum + key.length + aroundKey + longestTypename + 2, 0);
    return { columns: [...columns], fixed };
  }

  return (info) => {
    const { fieldNodes } = info;
    const [first] = fieldNodes;
    if (first === undefined) return { columns: [], fixed: 0 };
    const shapes = known.get(first) ?? [];
    const same = shapes.find(
      ({ nodes }) => nodes.length === fieldNodes.length && nodes.every((node, index) => node === fieldNodes[index]),
    );
    if (same !== undefined) return same.shape;
    const shape = read(info);
    shapes.push({ nodes: fieldNodes, shape });
    known.set(first, shapes);
    return shape;
  };
}

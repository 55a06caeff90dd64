import { GraphQLError, Kind, type GraphQLScalarType, type ValueNode } from "graphql";

/**
 * What each scalar of the contract accepts and sends. Messages never hold the value that was refused: it may be a secret that
 * stands in the wrong place.
 */
const longMessage = "A Long is a whole number between -9007199254740991 and 9007199254740991, written without quotes or a point.";

/** Whole numbers that JavaScript represents exactly. LogScale's Long has 64 bits; nothing here comes near the difference. */
function asLong(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new GraphQLError(longMessage);
}

function longLiteral(node: ValueNode): number {
  if (node.kind === Kind.INT) return asLong(Number(node.value));
  throw new GraphQLError(longMessage, { nodes: node });
}

function asText(what: string) {
  return (value: unknown): string => {
    if (typeof value === "string") return value;
    throw new GraphQLError(`A ${what} is a text.`);
  };
}

function textLiteral(what: string) {
  return (node: ValueNode): string => {
    if (node.kind === Kind.STRING) return node.value;
    throw new GraphQLError(`A ${what} is a text.`, { nodes: node });
  };
}

type ScalarParts = Pick<GraphQLScalarType, "parseValue" | "parseLiteral" | "serialize">;

function textScalar(what: string): ScalarParts {
  return { parseValue: asText(what), parseLiteral: textLiteral(what), serialize: asText(what) };
}

/** The scalars of the contract by name. */
export const scalars = {
  Long: { parseValue: asLong, parseLiteral: longLiteral, serialize: asLong },
  /** ISO 8601 in UTC. Only ever sent. */
  DateTime: textScalar("DateTime"),
  RepoOrViewName: textScalar("RepoOrViewName"),
} as const satisfies Record<string, ScalarParts>;

import { GraphQLError, Kind, type GraphQLScalarType, type ValueNode } from "graphql";

import { isLong, longestLong, toLong, type Long } from "#domain/long.ts";

/**
 * What each scalar of the contract accepts and sends. Messages never hold the value that was refused: it may be a secret that
 * stands in the wrong place.
 */
const longMessage =
  "A Long is a whole number between -9223372036854775808 and 9223372036854775807, written without quotes or a point.";

/** Whole numbers of 64 bits, to the last digit. What is accepted of them is for each field to say. */
function asLong(value: unknown): Long {
  if (isLong(value) && value <= longestLong && value >= -longestLong - 1n) return value;
  throw new GraphQLError(longMessage);
}

function longLiteral(node: ValueNode): Long {
  if (node.kind === Kind.INT) return asLong(toLong(BigInt(node.value)));
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
  YAML: textScalar("YAML"),
} as const satisfies Record<string, ScalarParts>;

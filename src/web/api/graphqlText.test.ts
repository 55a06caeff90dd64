import { readdirSync } from "node:fs";
import { join } from "node:path";

import { parse as parseAll, print as printAll } from "graphql";
import { CombinedError } from "urql";
import { describe, expect, it } from "vitest";

import { GraphQLError, Kind, parse, print } from "./graphqlText.ts";

const generated = join(import.meta.dirname, "../../logscale/generated");
const files = readdirSync(generated).filter((file) => file.endsWith(".ts") && !["graphql.ts", "resolvers.ts"].includes(file));

describe("what stands in place of a GraphQL library", () => {
  it("tells the kind and the name of every operation, of which each text has one, and leaves the text as it is", async () => {
    let operations = 0;
    for (const file of files) {
      const module: Readonly<Record<string, unknown>> = await import(join(generated, file));
      for (const [name, text] of Object.entries(module)) {
        if (!name.endsWith("Document") || typeof text !== "string") continue;
        operations++;
        const [first, ...others] = parseAll(text).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
        expect(others, name).toEqual([]);
        const [told] = parse(text).definitions;
        expect(first, name).toMatchObject({ operation: told.operation, name: { value: told.name.value } });
        expect(printAll(parseAll(print(parse(text))))).toBe(printAll(parseAll(text)));
      }
    }
    expect(operations).toBeGreaterThan(100);
  });

  it("takes nothing else for an operation", () => {
    expect(() => parse("{ organization { id } }")).toThrow("no operation");
  });

  it("makes of a server's error what the library makes", () => {
    const sent = { message: "No.", path: ["a", 0] };
    const [theirs] = new CombinedError({ graphQLErrors: [sent] }).graphQLErrors;
    const ours = new GraphQLError(sent.message, undefined, undefined, undefined, sent.path, sent, {});
    for (const member of ["name", "message", "path", "extensions"] as const) expect(ours[member]).toEqual(theirs?.[member]);
    expect(ours).toBeInstanceOf(Error);
  });
});

import { buildSchema, coerceInputValue, isInputType, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";

import type { KitRequest } from "#domain/policy/recoveryKit.ts";

import { creationCall } from "./createCalls.ts";
import { logscaleSdl } from "./generated/sdl.ts";

const schema = buildSchema(logscaleSdl);

const base = { name: "deploy", viewIds: ["v1"], expireAt: 1_800_000_000_000, ipFilter: "f1" };
const requests: KitRequest[] = [
  { ...base, kind: "view", permissions: ["ReadAccess"] },
  { ...base, kind: "organization", permissions: ["ViewUsage"] },
  { ...base, kind: "system", permissions: ["ManageCluster"], expireAt: null, ipFilter: null },
];

describe("the call that creates a token", () => {
  it.each(requests)("of the kind $kind is one that LogScale's schema accepts, with its variables", (request) => {
    const { query, variables } = creationCall(request);
    expect(validate(schema, parse(query))).toEqual([]);
    const type = schema.getType(/: (\w+)!/u.exec(query)?.[1] ?? "");
    if (!isInputType(type)) throw new Error("The variable has no input type.");
    // Throws for a member that is missing, unknown or of another type.
    expect(coerceInputValue(variables["input"], type)).toMatchObject({ name: "deploy", ipFilterId: request.ipFilter });
  });

  it("asks for the secret and for nothing else that could fail", () => {
    for (const request of requests) expect(creationCall(request).query).toMatch(/\{ token \} \}$/u);
  });
});

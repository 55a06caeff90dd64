import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  getOperationAST,
  introspectionFromSchema,
  isEnumType,
  OperationTypeNode,
  parse,
  printSchema,
  typeFromAST,
  type OperationDefinitionNode,
} from "graphql";
import { sql, type KyselyPlugin } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";

import { TokenDetailPageWithUseDocument } from "#logscale/generated/tokenDetailsExtension.ts";
import { insertTokens } from "#server/store/tokens.ts";
import { ask, makeCallers, type Answer, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { aToken, sampleId } from "#server/testing/samples.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { graphqlLimits } from "./limits.ts";
import { makeSchema } from "./schema.ts";

/** Every document that the app sends: all modules of documents that were generated. */
const modules = import.meta.glob<Record<string, string>>(["../../logscale/generated/*.ts", "!**/graphql.ts", "!**/sdl.ts"], {
  eager: true,
});

const wholeLong =
  "A Long is a whole number between -9223372036854775808 and 9223372036854775807, written without quotes or a point.";

describeOnBothDatabases("GraphQL over HTTP", (open) => {
  let server: TestServer;
  let world: Callers;
  beforeAll(async () => {
    server = await testServer(await open());
    world = await makeCallers(server);
    return () => server.app.close();
  });

  const asRoot = (query: string, variables?: object, more?: object) => ask(server, server.localAdmin, query, variables, more);

  /** Sends a body as it is, as the local administrator. */
  const send = (payload: string, headers: Record<string, string> = {}, url = "/graphql") =>
    server.app.inject({
      method: "POST",
      url,
      headers: { authorization: `Bearer ${server.localAdmin}`, "content-type": "application/json", ...headers },
      payload,
    });

  /** Code and message of the only error of an answer that has status 200 all the same. */
  function only({ status, errors }: Answer) {
    expect(status).toBe(200);
    expect(errors).toHaveLength(1);
    return { code: errors[0]?.extensions.code, field: errors[0]?.extensions.field, message: errors[0]?.message };
  }

  it("ignores the query string and is never cached", async () => {
    const response = await send(
      JSON.stringify({ query: "{ organization { id } }" }),
      {},
      "/graphql?id=GetOrganization&query=nonsense",
    );
    expect(response.json()).toEqual({ data: { organization: { id: "SINGLE_ORGANIZATION_ID" } } });
    expect(response.headers["cache-control"]).toBe("no-store");
  });

  it("takes POST with JSON alone, which no other site can send unasked", async () => {
    const query = JSON.stringify({ query: "{ organization { id } }" });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]) {
      const other = await send(query, { "content-type": type });
      expect([other.statusCode, other.json()], type).toEqual([
        415,
        { message: "A GraphQL request is sent as application/json." },
      ]);
    }
    const get = await server.app.inject({
      url: "/graphql?query={organization{id}}",
      headers: { authorization: `Bearer ${server.localAdmin}` },
    });
    expect(get.body).not.toContain("SINGLE_ORGANIZATION_ID");
  });

  it.each([
    ["no query", {}],
    ["a query that is no text", { query: 1 }],
    ["variables that are no object", { query: "{ meta { version } }", variables: [1] }],
    ["an operation's name that is no text", { query: "{ meta { version } }", operationName: 1 }],
    ["extensions that are no object", { query: "{ meta { version } }", extensions: "x" }],
    ["several requests at once", [{ query: "{ meta { version } }" }]],
  ])("answers a body with %s by an error with status 400: it is no GraphQL request", async (_, body) => {
    const response = await send(JSON.stringify(body));
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ data: null, errors: [{ extensions: { code: "BAD_INPUT" } }] });
  });

  it.each([
    ["a syntax tree", JSON.stringify({ kind: "Document", definitions: [] })],
    ["a number", "1"],
  ])("answers %s in place of a document by an error with status 200", async (_, query) => {
    const response = await send(JSON.stringify({ query }));
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ data: null, errors: [{ extensions: { code: "BAD_INPUT" } }] });
  });

  it.each([
    ["parsing", "{ organization { ", /^Syntax Error/u],
    ["validation", "{ organization { nothing } }", /^Cannot query field "nothing" on type "Organization"/u],
    ["the operation's name", "query A { meta { version } } query B { meta { version } }", /operation name/u],
  ])("keeps GraphQL's own messages on errors of %s, with status 200", async (_, query, message) => {
    const { code, message: found } = only(await asRoot(query));
    expect(found).toMatch(message);
    expect(code).toBe("BAD_INPUT");
  });

  it("keeps data and errors together where only a part failed", async () => {
    const answer = await ask(
      server,
      world.bearer["view-"],
      "{ organization { id configs { tokens { personalUserTokensEnabled } } } }",
    );
    expect(answer.data).toEqual({ organization: { id: "SINGLE_ORGANIZATION_ID", configs: { tokens: null } } });
    expect(answer.errors).toEqual([
      {
        message: "View security policies not allowed",
        locations: [{ line: 1, column: 31 }],
        path: ["organization", "configs", "tokens"],
        extensions: { code: "NOT_ALLOWED" },
      },
    ]);
  });

  describe("with variables that are wrong", () => {
    const secret = 'hunter2-at-"input.name"; Expected';

    // Several times: the first runs are interpreted, later ones compiled.
    it.each([
      ["an Int", "query ($v: Int) { tokens(sortBy: Name, limit: $v) { totalResults } }", secret, /; Expected type "Int"\.$/u],
      [
        "an enum",
        "query ($v: Tokens__SortBy!) { tokens(sortBy: $v) { totalResults } }",
        secret,
        /; Expected type "Tokens__SortBy"\.$/u,
      ],
      [
        "an unknown field",
        "mutation ($v: InputData!) { deleteToken(input: $v) }",
        { id: secret, password: secret },
        /; Field "password" is not defined by type "InputData"\.$/u,
      ],
      [
        "a missing field",
        "mutation ($v: IPFilterInput!) { createIPFilter(input: $v) { id } }",
        { name: secret },
        /; Field "ipFilter" of required type "String!" was not provided\.$/u,
      ],
      [
        "a Long within an input",
        "mutation ($v: CreatePersonalUserTokenInput!) { createPersonalUserToken(input: $v) }",
        { expireAt: secret },
        / at "v\.expireAt"; A Long is a whole number between .*\.$/u,
      ],
      [
        "a number of 64 bits where there is none",
        "mutation ($v: InputData!) { deleteToken(input: $v) }",
        { id: 9_223_372_036_854_775_807n },
        / at "v\.id"; Expected type "String"\.$/u,
      ],
      ["a text", "mutation ($v: String!) { rotateToken(input: { id: $v }) }", [secret], /; Expected type "String"\.$/u],
    ])("says so without repeating the value: %s", async (_, query, v, message) => {
      for (let run = 0; run < 6; run++) {
        const answer = await asRoot(query, { v });
        expect(only(answer).message).toMatch(/^Variable "\$v" got an invalid value/u);
        expect(only(answer).message).toMatch(message);
        expect(only(answer).code).toBe("BAD_INPUT");
        expect(answer.text).not.toContain("hunter2");
      }
      expect(server.log()).not.toContain("hunter2");
    });
  });

  describe("has a Long that", () => {
    const retention = (value: string) =>
      `mutation { createRepository(name: "", retentionInMillis: ${value}) { repository { id } } }`;
    const withVariable = 'mutation ($v: Long) { createRepository(name: "", retentionInMillis: $v) { repository { id } } }';
    // An empty name is refused by the service, so a message about the name means that the Long was accepted.
    const accepted = "Give the repository or view a name.";

    it.each(["1", "9007199254740991"])("is a whole number as literal and as variable: %s", async (value) => {
      expect(only(await asRoot(retention(value))).message).toBe(accepted);
      expect(only(await asRoot(withVariable, { v: Number(value) })).message).toBe(accepted);
    });

    it.each([9_007_199_254_740_992n, 9_007_199_254_740_993n, 9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n])(
      "has 64 bits as literal and as variable, and is refused by what takes fewer, in its own words: %s",
      async (v) => {
        const create = (value: string) => `{ createRepository(name: "far", retentionInMillis: ${value}) { repository { id } } }`;
        const bound = v > 0 ? "A retention is at most 9,007,199,254,740,991 ms or bytes." : "A retention is more than nothing.";
        expect(only(await asRoot(`mutation ${create(String(v))}`)).message).toBe(bound);
        expect(only(await asRoot(`mutation ($v: Long) ${create("$v")}`, { v })).message).toBe(bound);
        const expiring = "mutation ($v: Long) { createPersonalUserToken(input: { expireAt: $v }) }";
        expect(only(await ask(server, world.bearer.root, expiring, { v }))).toMatchObject({
          message: v > 0 ? "This expiry is too far in the future." : "Choose an expiry in the future.",
          field: "expireAt",
        });
        const limiting = `mutation ($v: Long) { updateTokenSecurityPolicies(input: { personalUserTokensEnabled: true,
          viewPermissionTokensEnabled: true, viewPermissionTokensAllowPermissionUpdates: true, viewPermissionTokensEnforceExpirationAfterMs: $v,
          organizationPermissionTokensEnabled: true, organizationPermissionTokensAllowPermissionUpdates: true }) { id } }`;
        expect(only(await asRoot(limiting, { v }))).toMatchObject({
          message: v > 0 ? "A maximum lifetime is at most 365,250 days." : "A maximum lifetime is at least 1 minute.",
          field: "viewPermissionTokensEnforceExpirationAfterMs",
        });
      },
    );

    it.each(["1.5", "1e3", '"1"', "9223372036854775808", "-9223372036854775809", "true"])(
      "is refused as a literal where it is no whole number of 64 bits: %s",
      async (value) => {
        expect(only(await asRoot(retention(value))).message).toContain(wholeLong);
      },
    );

    it.each([1.5, "1", 9_223_372_036_854_775_808n, true, {}])(
      "is refused as a variable where it is no whole number of 64 bits: %s",
      async (v) => {
        expect(only(await asRoot(withVariable, { v })).message).toContain(wholeLong);
      },
    );

    it("comes back to the last digit", async () => {
      const answer = await asRoot(
        "mutation ($v: CreateOrganizationPermissionTokenInput!) { createOrganizationPermissionsToken(input: $v) }",
        {
          v: { name: "far-off", permissions: ["ViewUsage"], expireAt: 8_640_000_000_000_000 },
        },
      );
      expect(answer.errors).toEqual([]);
      const found = await asRoot(`{ tokens(sortBy: Name, searchFilter: "far-off") { results { expireAt } } }`);
      expect(found.data).toEqual({ tokens: { results: [{ expireAt: 8_640_000_000_000_000 }] } });
    });
  });

  describe("refuses a document that is", () => {
    const lists = `{ users { searchDomainRoles { searchDomain { users { searchDomainRoles { searchDomain { users { id } } } } } } } }`;
    const bomb = Array.from(
      { length: 30 },
      (_, n) => `fragment f${n} on Organization { ${n === 0 ? "id" : `...f${n - 1} ...f${n - 1}`} }`,
    );

    it.each([
      ["too long", `{ meta { version } } #${"x".repeat(graphqlLimits.documentLength)}`],
      ["too deep", `{ __schema { types { fields { type { ${"ofType { ".repeat(20)} name ${"} ".repeat(20)} } } } } }`],
      [
        "full of aliases",
        `{ ${Array.from({ length: graphqlLimits.aliases + 1 }, (_, n) => `a${n}: meta { version }`).join(" ")} }`,
      ],
      ["full of fields", `{ meta { ${"version ".repeat(graphqlLimits.selections)} } }`],
      ["lists within lists", lists],
      ["a bomb of fragments", `{ organization { ...f29 } } ${bomb.join(" ")}`],
    ])("%s", async (_, query) => {
      const { status, data, errors } = await asRoot(query);
      expect(status).toBe(200);
      expect(data).toBeNull();
      expect(errors.map(({ extensions }) => extensions.code)).toContain("TOO_COSTLY");
    });

    it("too many tokens", async () => {
      expect(only(await asRoot(`{ meta { ${"a ".repeat(graphqlLimits.documentTokens)} } }`)).message).toMatch(
        new RegExp(`more that? ${graphqlLimits.documentTokens} tokens`, "u"),
      );
    });

    it("a circle of fragments", async () => {
      const answer = await asRoot(
        "{ organization { ...a } } fragment a on Organization { id ...b } fragment b on Organization { id ...a }",
      );
      expect(answer.errors[0]?.message).toMatch(/Cannot spread fragment/u);
      expect(answer.status).toBe(200);
    });
  });

  it("lets tools introspect the schema", async () => {
    const answer = await asRoot(getIntrospectionQuery());
    expect(answer.errors).toEqual([]);
    const expected = introspectionFromSchema(makeSchema({ extensions: true }));
    expect(printSchema(buildClientSchema(answer.data as unknown as typeof expected))).toBe(
      printSchema(buildClientSchema(expected)),
    );
  });

  it("runs the operation that the request names, however often the document came before", async () => {
    const query = "query A { meta { version } } query B { organization { id } }";
    for (let run = 0; run < 6; run++) {
      expect(Object.keys((await asRoot(query, {}, { operationName: "A" })).data ?? {})).toEqual(["meta"]);
      expect(Object.keys((await asRoot(query, {}, { operationName: "B" })).data ?? {})).toEqual(["organization"]);
    }
  });

  it("lets each mutation of a request read what the one before it wrote", async () => {
    const answer = await asRoot(`mutation {
      one: createView(name: "first") { connections { filter } }
      two: updateOrganizationRoot(userId: "${world.users.victim}", organizationRoot: true) { searchDomains { name } }
      three: deleteSearchDomain(name: "first") { result }
      four: updateOrganizationRoot(userId: "${world.users.victim}", organizationRoot: false) { searchDomains { name } }
    }`);
    expect(answer.errors).toEqual([]);
    expect(JSON.stringify(answer.data?.["two"])).toContain('"first"');
    expect(JSON.stringify(answer.data?.["four"])).not.toContain('"first"');
  });

  it("refuses an extensions.tokenhouse that is not as it should be, and ignores other extensions", async () => {
    const query = "{ meta { version } }";
    const digest = "0".repeat(64);
    for (const tokenhouse of [
      1,
      {},
      { base: digest, kinds: ["view"] },
      { base: digest, kinds: ["none"], plan: digest },
      { base: "x", kinds: [], plan: "x" },
    ]) {
      expect(only(await asRoot(query, {}, { extensions: { tokenhouse } })).code).toBe("BAD_INPUT");
    }
    expect(
      (
        await asRoot(
          query,
          {},
          { extensions: { persistedQuery: {}, tokenhouse: { base: digest, kinds: ["view"], plan: digest } } },
        )
      ).errors,
    ).toEqual([]);
  });

  it("applies a policy only as it was shown", async () => {
    const digest = "0".repeat(64);
    const answer = await asRoot(
      `mutation { updateTokenSecurityPolicies(input: {
        personalUserTokensEnabled: false, viewPermissionTokensEnabled: false, viewPermissionTokensAllowPermissionUpdates: false,
        organizationPermissionTokensEnabled: false, organizationPermissionTokensAllowPermissionUpdates: false }) { id } }`,
      {},
      { extensions: { tokenhouse: { base: digest, kinds: ["view"], plan: digest } } },
    );
    expect(only(answer).code).toBe("PLAN_CHANGED");
    expect(answer.errors[0]?.extensions).toMatchObject({ changed: ["policies", "tokens"] });
  });

  it("tells nothing of an error that is not meant for the client, and logs it with the request's id", async () => {
    await sql`alter table roles rename to hidden_away`.execute(server.store.db);
    try {
      const answer = await asRoot("{ meta { version } roles { id } }");
      expect(only(answer)).toEqual({ code: "INTERNAL", message: "Internal error, see the server's log" });
      expect(answer.errors[0]?.path).toEqual(["roles"]);
      expect(answer.text).not.toMatch(/select|relation|kysely|\.ts/iu);
      const line = server
        .log()
        .split("\n")
        .find((text) => text.includes('relation \\"roles\\" does not exist'));
      expect(JSON.parse(line ?? "{}")).toMatchObject({ level: 50, requestId: expect.any(String), path: ["roles"] });
    } finally {
      await sql`alter table hidden_away rename to roles`.execute(server.store.db);
    }
  });
});

describeOnBothDatabases("The app's operations", (open) => {
  const schema = makeSchema({ extensions: true });

  /** Some value of the type of each variable: what it names need not exist. */
  function someVariables(operation: OperationDefinitionNode): Record<string, unknown> {
    return Object.fromEntries(
      (operation.variableDefinitions ?? []).map(({ variable, type }) => {
        const found = typeFromAST(schema, type);
        const named = found && getNamedType(found);
        const plain: unknown = { Int: 10, Boolean: true }[named?.name ?? ""] ?? "sandbox";
        const value = isEnumType(named) ? named.getValues()[0]?.name : plain;
        // A page goes on only after what the server gave as the next one.
        return [variable.name.value, variable.name.value === "after" ? null : value];
      }),
    );
  }

  it("are within the limits, and answered", async () => {
    const server = await testServer(await open());
    await makeCallers(server);
    const documents = Object.values(modules).flatMap((module) => Object.values(module));
    const operations = documents.flatMap((document) => {
      const operation = getOperationAST(parse(document));
      return operation?.operation === OperationTypeNode.QUERY ? [{ document, operation }] : [];
    });
    expect(operations.length).toBeGreaterThan(5);
    for (const { document, operation } of operations) {
      const { errors } = await ask(server, server.localAdmin, document, someVariables(operation));
      const codes = errors.map(({ extensions }) => extensions.code);
      expect(
        codes.filter((code) => code !== "NOT_FOUND"),
        operation.name?.value,
      ).toEqual([]);
    }
    await server.app.close();
  });

  it("cost the same number of statements for a page of any length", async () => {
    const store = await open();
    let statements = 0;
    const counter: KyselyPlugin = {
      transformQuery: ({ node }) => {
        statements++;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    };
    const server = await testServer({
      ...store,
      db: store.db.withPlugin(counter),
      reading: (meter) => store.reading(meter).withPlugin(counter),
    });
    const world = await makeCallers(server);
    const page = TokenDetailPageWithUseDocument;
    const variables = { type: "ViewPermissionToken", skip: 0, limit: 1000 };
    const cost = async () => {
      const before = statements;
      const answer = await ask(server, world.bearer.root, page, variables);
      expect(answer.errors).toEqual([]);
      return {
        statements: statements - before,
        tokens: (answer.data as { tokens: { totalResults: number } }).tokens.totalResults,
      };
    };
    await cost();
    const few = await cost();
    const tokens = Array.from({ length: 500 }, (_, number) =>
      aToken({ id: sampleId(32, number), viewIds: [world.sandbox, world.vault], ipFilterId: world.filters.used }),
    );
    await insertTokens(store.db, tokens);
    expect(await cost()).toEqual({ statements: few.statements, tokens: few.tokens + 500 });
    await server.app.close();
  });
});

describe("LogScale's part of the contract alone", () => {
  it("has none of the extensions", () => {
    const schema = makeSchema({ extensions: false });
    expect(schema.getQueryType()?.getFields()).not.toHaveProperty("personalTokens");
    expect(schema.getType("TokenVisibility")).toBeUndefined();
  });
});

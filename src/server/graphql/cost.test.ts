import { getNamedType, isLeafType, isObjectType } from "graphql";
import type { KyselyPlugin } from "kysely";
import { beforeAll, describe, expect, inject, it } from "vitest";

import { keptBytes, keptEvents } from "#server/ingest/kept.ts";
import type { ReadMeter } from "#server/store/reading.ts";
import { ask, makeCallers, type Answer, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime, openTestStore } from "#server/testing/databases.ts";
import { pathName, schemaPaths, selectionOf, type SchemaPath } from "#server/testing/paths.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { graphqlLimits } from "./limits.ts";
import { jsonBytes, Meter } from "./meter.ts";
import { makeSchema } from "./schema.ts";

/** A server whose requests' meters can be read afterwards. */
async function meteredServer(store: Awaited<ReturnType<typeof openTestStore>>) {
  const meters: Meter[] = [];
  const statements: number[] = [];
  const server = await testServer({
    ...store,
    reading(meter: ReadMeter) {
      if (!(meter instanceof Meter)) throw new Error("The request is not metered.");
      meters.push(meter);
      statements.push(0);
      return store.reading({
        check: meter.check,
        read(rows, bytes) {
          statements[statements.length - 1] = (statements.at(-1) ?? 0) + 1;
          meter.read(rows, bytes);
        },
      });
    },
  });
  const last = () => {
    const meter = meters.at(-1);
    if (meter === undefined) throw new Error("There was no request.");
    return { rowsRead: meter.rowsRead, answerBytes: meter.answerBytes, statements: statements.at(-1) ?? 0 };
  };
  return { server, last };
}

const aliases = (count: number, selection: string) =>
  Array.from({ length: count }, (_, number) => `a${number}: ${selection}`).join(" ");

/** Fills repositories with as many events as are kept, each as long as is kept. */
async function fillRepositories(server: TestServer, count: number): Promise<string[]> {
  const { db } = server.store;
  const ids = Array.from({ length: count }, (_, number) => `full${String(number).padStart(20, "0")}`);
  await db
    .insertInto("searchDomains")
    .values(ids.map((id) => ({ id, name: id, type: "repository" as const, createdAt: 0 })))
    .execute();
  for (const repositoryId of ids) {
    const text = "x".repeat(keptBytes);
    const events = Array.from({ length: keptEvents }, () => ({
      repositoryId,
      tokenName: "t",
      parserName: null,
      receivedAt: 0,
      size: keptBytes,
      text,
    }));
    await db.insertInto("ingestEvents").values(events).execute();
  }
  return ids;
}

describeOnBothDatabasesInTime("What a request may cost", (open) => {
  let server: TestServer;
  let last: Awaited<ReturnType<typeof meteredServer>>["last"];
  let world: Callers;
  let reader: string;
  let full: string[];
  const repositories = 25;
  beforeAll(async () => {
    ({ server, last } = await meteredServer(await open()));
    world = await makeCallers(server);
    full = await fillRepositories(server, repositories);
    reader = (await server.token({ kind: "view", viewIds: full, permissions: ["ReadAccess"] })).tokenString;
    return () => server.app.close();
  });

  function refusal({ status, data, errors }: Answer) {
    expect(status).toBe(200);
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.extensions.code).toBe("TOO_COSTLY");
    expect(errors[0]?.message).toMatch(/Ask for a smaller page \(limit\), for fewer fields or lists, or in several requests\.$/u);
    return errors[0]?.message;
  }

  it("does not grow with the names that a list is asked for under, until the answer is too long", async () => {
    const once = await ask(server, reader, "{ repositories { recentEvents { id text } } }");
    expect(once.errors).toEqual([]);
    const { rowsRead, statements } = last();
    expect(rowsRead).toBeGreaterThanOrEqual(repositories * keptEvents);
    expect(rowsRead).toBeLessThan(repositories * keptEvents + 100);

    const query = `{ repositories { ${aliases(50, "recentEvents { text }")} } }`;
    expect(query.length).toBeLessThan(1600);
    // The first runs are interpreted, later ones compiled.
    for (let run = 0; run < (inject("everything") ? 5 : 1); run++) {
      expect(refusal(await ask(server, reader, query))).toMatch(/an answer of more than 16 MiB/u);
      expect(last()).toMatchObject({ rowsRead, statements });
      // Refused on the way, by one event at most too late, and not after the 500 MB that it asked for.
      expect(last().answerBytes).toBeLessThan(graphqlLimits.answerBytes + 2 * keptBytes);
    }
  });

  it("is bounded in rows, of which no more are read once there are enough", async () => {
    const tokens = Array.from({ length: 9_000 }, (_, number) => ({
      id: `t${number}`,
      kind: "organization" as const,
      name: `token ${number}`,
      secretHash: new Uint8Array(32),
      createdAt: 0,
      expireAt: null,
      ipFilterId: null,
      userId: null,
      createdBy: null,
      lastUsedAt: null,
      lastUsedFrom: null,
    }));
    for (let start = 0; start < tokens.length; start += 3000) {
      await server.store.db
        .insertInto("tokens")
        .values(tokens.slice(start, start + 3000))
        .execute();
    }
    const query = `{ ${aliases(50, "tokens(sortBy: Name, limit: 10000) { totalResults }")} }`;
    expect(refusal(await ask(server, world.bearer.root, query))).toMatch(/reads more than 100,000 rows/u);
    expect(last().rowsRead).toBeLessThan(graphqlLimits.rowsRead + 10_000);
    await server.store.db.deleteFrom("tokens").where("id", "like", "t%").where("createdAt", "=", 0).execute();
  });

  it("is bounded in a mutation's answer too, which is within the bounds otherwise", async () => {
    const answerWith = (selection: string) =>
      ask(
        server,
        world.bearer.root,
        `mutation { updateOrganizationRoot(userId: "${world.users.victim}", organizationRoot: false) { ${selection} } }`,
      );
    const listed = await answerWith("searchDomains { ... on Repository { name recentEvents { id } } }");
    expect(listed.errors).toEqual([]);
    expect(JSON.stringify(listed.data)).toContain(full[0]);
    expect(last().rowsRead).toBeGreaterThan(repositories * keptEvents);
    const all = `... on Repository { ${aliases(50, "recentEvents { text }")} }`;
    expect(refusal(await answerWith(`searchDomains { ${all} }`))).toMatch(
      /^What was asked for may have been done: read it again/u,
    );
  });

  it("counts long aliases, names of types and errors as they stand in the answer", async () => {
    const long = "a".repeat(graphqlLimits.aliasLength - 4);
    const names = Array.from({ length: 50 }, (_, number) => `${long}${number}: __typename`).join(" ");
    expect(refusal(await ask(server, reader, `{ repositories { recentEvents { ${names} } } }`))).toMatch(/16 MiB/u);
    const tooLong = await ask(server, reader, `{ ${long}_long: meta { version } }`);
    expect(tooLong.errors[0]?.extensions.code).toBe("TOO_COSTLY");
    const denied = await ask(server, reader, "{ repositories { ingestTokens { name } } }");
    expect(denied.errors.length).toBeGreaterThan(0);
    expect(last().answerBytes).toBeGreaterThan(Buffer.byteLength(denied.text));
  });

  it("is counted to no less than the answer has, whatever its texts are", async () => {
    await server.store.db
      .updateTable("searchDomains")
      .set({ description: `"\\\n\u0001é€😀` })
      .where("id", "=", full[0] ?? "")
      .execute();
    for (const query of [
      "{ searchDomains { __typename id name description isStarred allowedViewActions ... on Repository { parsers { name script isBuiltIn testCases { event { rawString } } } } } }",
      "{ tokens(sortBy: Name) { totalResults results { __typename id name createdAt expireAt ipFilterV2 { id name ipFilter } ... on ViewPermissionsToken { permissions views { id name } } } } }",
      "{ users { id username searchDomainRoles { role { id displayName usersCount } searchDomain { __typename name } } } organization { id stats { userCount } } }",
    ]) {
      const { text, errors } = await ask(server, world.bearer.root, query);
      expect(errors).toEqual([]);
      expect(last().answerBytes).toBeGreaterThanOrEqual(Buffer.byteLength(text) - 20);
      // Counting much more would refuse what is harmless.
      expect(last().answerBytes).toBeLessThan(2 * Buffer.byteLength(text));
    }
  });

  it("bounds introspection by the document, in which lists within lists count", async () => {
    const nested = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
    const { errors, data } = await ask(server, reader, nested);
    expect(data).toBeNull();
    expect(errors[0]?.extensions.code).toBe("TOO_COSTLY");
    const wide = `{ __schema { types { fields { args { type { fields { ${aliases(50, "name")} } } } } } } }`;
    expect((await ask(server, reader, wide)).errors[0]?.message).toMatch(/fields where every list has ten entries/u);
  });
});

describe("One caller's many requests at once", () => {
  it("wait for one another or are told so, while others are answered", async () => {
    const store = await openTestStore("postgres");
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    // Whoever lists the search domains waits until told otherwise.
    const held = new WeakSet();
    const gate: KyselyPlugin = {
      transformQuery({ node, queryId }) {
        if (JSON.stringify(node).includes("search_domains")) held.add(queryId);
        return node;
      },
      async transformResult({ result, queryId }) {
        if (held.has(queryId)) await opened;
        return result;
      },
    };
    const server = await testServer({ ...store, reading: (meter) => store.reading(meter).withPlugin(gate) });
    const world = await makeCallers(server);
    const send = (caller: "owner" | "user", query: string) =>
      server.app.inject({
        method: "POST",
        url: "/graphql",
        headers: { authorization: `Bearer ${world.bearer[caller]}`, "content-type": "application/json" },
        payload: JSON.stringify({ query }),
      });
    const { perCaller, waiting } = graphqlLimits.queries;
    const excess = 20;
    const flood = Array.from({ length: perCaller + waiting + excess }, () => send("owner", "{ searchDomains { id } }"));
    expect((await send("user", "{ meta { version } }")).statusCode).toBe(200);
    // Who is told so is told at once, while the first ones still hold their turns.
    let answered = 0;
    for (const answer of flood) void answer.then(() => answered++);
    await expect.poll(() => answered).toBe(excess);
    open();
    const answers = await Promise.all(flood);
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect(refused).toHaveLength(excess);
    for (const { headers, body } of refused) {
      expect(headers["retry-after"]).toBe("1");
      expect(JSON.parse(body)).toMatchObject({ data: null, errors: [{ extensions: { code: "BUSY" } }] });
    }
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(perCaller + waiting);
    // Afterwards everybody has a turn again.
    expect((await send("owner", "{ searchDomains { id } }")).statusCode).toBe(200);
    await server.app.close();
  });
});

describe("Every field of every type", () => {
  const schema = makeSchema({ extensions: true });

  /** Arguments of the fields that need some. */
  const args = {
    "Query.fleetInstallationToken": "(id: $fleet)",
    "Query.fleetInstallationTokenByHandle": "(handle: $fleet)",
    "Query.group": "(groupId: $group)",
    "Query.groupByDisplayName": '(displayName: "staff")',
    "Query.groupsPage": "(pageNumber: 1, pageSize: 50)",
    "Query.logCollectorConfiguration": "(id: $configuration)",
    "Query.repository": '(name: "sandbox")',
    "Query.role": "(roleId: $role)",
    "Query.searchDomain": '(name: "sandbox")',
    "Query.token": "(tokenId: $token)",
    "Query.tokens": "(sortBy: Name)",
    "Query.personalTokens": "(sortBy: Name)",
    "Query.tokenPage": "(kinds: [personal, view, organization, system], sortBy: Name)",
    "Query.user": "(id: $user)",
    "Repository.parser": '(name: "own-parser")',
    "HumioMetadata.isFeatureFlagEnabled": "(feature: SleepFunction)",
    "Organization.isActionAllowed": "(action: CreateView)",
    "Repository.isActionAllowed": "(action: ReadEvents)",
    "View.isActionAllowed": "(action: ReadEvents)",
  };

  /** The shortest way to each type. */
  function shortestPaths(): ReadonlyMap<string, SchemaPath> {
    const root = schema.getQueryType();
    if (!root) throw new Error("There are no queries.");
    const shortest = new Map<string, SchemaPath>();
    for (const path of schemaPaths(schema, root, args).toSorted((a, b) => a.length - b.length)) {
      const type = path.at(-1)?.type ?? "";
      if (!shortest.has(type)) shortest.set(type, path);
    }
    return shortest;
  }

  /** All fields of a type in parts of which each can be asked for under two more names. */
  function everyField(typeName: string): ((alias?: string) => string)[] {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`${typeName} is no object type.`);
    const fields = Object.values(type.getFields()).map((field) => {
      const given = (args as Readonly<Record<string, string>>)[`${typeName}.${field.name}`] ?? "";
      const below = isLeafType(getNamedType(field.type)) ? "" : " { __typename }";
      return (alias = "") => `${alias && `${alias}${field.name}: `}${field.name}${given}${below}`;
    });
    const atOnce = graphqlLimits.aliases / 2;
    const parts = Array.from({ length: Math.ceil(fields.length / atOnce) }, (_, part) =>
      fields.slice(part * atOnce, (part + 1) * atOnce),
    );
    return parts.map((part) => (alias) => part.map((field) => field(alias)).join(" "));
  }

  it("reads as much under three names as under one", async () => {
    const { server, last } = await meteredServer(await openTestStore("pglite"));
    const world = await makeCallers(server);
    const { db } = server.store;
    // So that there is something at the end of every path that can have something.
    await db.insertInto("searchDomains").values({ id: "view", name: "a view", type: "view", createdAt: 0 }).execute();
    await db.insertInto("viewConnections").values({ viewId: "view", repositoryId: world.sandbox, filter: "*" }).execute();
    const variables = {
      fleet: world.fleet.token,
      configuration: world.fleet.configuration,
      token: world.tokens.view,
      user: world.users.delegate,
      group: world.group,
      role: world.role,
    };
    const document = (path: SchemaPath, inner: string) => {
      const body = selectionOf(path, inner);
      const used = Object.keys(variables).filter((name) => body.includes(`$${name}`));
      const declared = used.map((name) => `$${name}: String!`).join(", ");
      return declared === "" ? `{ ${body} }` : `query (${declared}) { ${body} }`;
    };
    const types = shortestPaths();
    expect(types.size).toBeGreaterThan(30);
    const cost = async (path: SchemaPath, inner: string) => {
      const { text } = await ask(server, world.bearer.root, document(path, inner), variables);
      expect(text).not.toContain("TOO_COSTLY");
      const { rowsRead, statements } = last();
      return { rowsRead, statements };
    };
    for (const [type, path] of types) {
      for (const fields of everyField(type)) {
        const once = await cost(path, fields());
        expect(await cost(path, `${fields()} ${fields("a")} ${fields("b")}`), pathName(path)).toEqual(once);
      }
    }
    await server.app.close();
  });
});

describe("The meter", () => {
  it.each([["plain"], ['"\\'], ["\n\u0001"], ["é€😀"], ["\ud800"], [12.5], [-0], [true], [false], [null], [["a", 1, null]]])(
    "counts as many bytes as JSON takes: %j",
    (value) => {
      expect(jsonBytes(value)).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(value)));
      expect(jsonBytes(value)).toBeLessThanOrEqual(Buffer.byteLength(JSON.stringify(value)) + 1);
    },
  );
});

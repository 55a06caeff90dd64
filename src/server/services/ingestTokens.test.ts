import { DefaultQueryExecutor } from "kysely";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { parse } from "yaml";

import { ask, makeCallers, type Answer } from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime, type TestStore } from "#server/testing/databases.ts";
import { ingestToken, repository, send } from "#server/testing/ingest.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;

describeOnBothDatabasesInTime("ingest tokens", (open) => {
  let server: TestServer;
  let store: TestStore;
  beforeEach(async () => {
    store = await open();
    server = await testServer(store, { limits: { failedRequests: 1e6 } });
    return () => server.app.close();
  });

  const root = (query: string, variables: object = {}) => ask(server, server.localAdmin, query, variables);
  const add = (input: object, bearer = server.localAdmin): Promise<Answer> =>
    ask(
      server,
      bearer,
      "mutation ($input: AddIngestTokenV3Input!) { addIngestTokenV3(input: $input) { name token parser { name } isCustom weakness } }",
      {
        input: { repositoryName: "sandbox", name: "a shipper", ...input },
      },
    );
  const switchFeature = (mutation: "enableFeature" | "disableFeature") =>
    root(`mutation { ${mutation}(feature: CustomIngestTokens) }`);
  const tokens = async (name = "sandbox") =>
    (
      await root("query ($name: String!) { repository(name: $name) { ingestTokens { name token parser { name isBuiltIn } } } }", {
        name,
      })
    ).data?.["repository"];

  it("have a UUID for a value, which can be read again", async () => {
    const { data } = await add({ parser: "json" });
    expect(data).toEqual({
      addIngestTokenV3: {
        name: "a shipper",
        token: expect.stringMatching(uuid) as string,
        parser: { name: "json" },
        isCustom: false,
        weakness: null,
      },
    });
    const { token } = (data?.["addIngestTokenV3"] ?? {}) as { token?: string };
    expect(await tokens()).toEqual({ ingestTokens: [{ name: "a shipper", token, parser: { name: "json", isBuiltIn: true } }] });
  });

  it("are read of the repositories alone that are asked for", async () => {
    await repository(server, "other");
    for (const name of ["a", "b", "c"]) await add({ repositoryName: "other", name });
    await add({});
    const statements = vi.spyOn(DefaultQueryExecutor.prototype, "executeQuery");
    onTestFinished(() => statements.mockRestore());
    const read = async (query: string) => {
      statements.mockClear();
      const { data, errors } = await root(query);
      expect(errors).toEqual([]);
      const answers = await Promise.all(
        statements.mock.results.map(({ value }) => value as Promise<{ rows: readonly object[] }>),
      );
      return { data, stored: answers.flatMap(({ rows }) => rows).filter((row) => "sealedValue" in row).length };
    };
    expect(await read(`{ repository(name: "sandbox") { ingestTokens { name } } }`)).toEqual({
      data: { repository: { ingestTokens: [{ name: "a shipper" }] } },
      stored: 1,
    });
    const both = `{ a: repository(name: "sandbox") { ingestTokens { name } } b: repository(name: "other") { ingestTokens { name } } }`;
    expect(await read(both)).toMatchObject({
      data: { b: { ingestTokens: [{ name: "a" }, { name: "b" }, { name: "c" }] } },
      stored: 4,
    });
  });

  it("have a name of their own in their repository, not beyond", async () => {
    await add({});
    expect((await add({})).errors[0]).toMatchObject({ extensions: { code: "BAD_INPUT", field: "name" } });
    await repository(server, "other");
    expect((await add({ repositoryName: "other" })).errors).toEqual([]);
    for (const name of ["", " ", "a\nb", "x".repeat(201)]) {
      expect((await add({ name })).errors[0], name).toMatchObject({ extensions: { code: "BAD_INPUT", field: "name" } });
    }
  });

  it("belong to repositories that exist, never to views or the system's own", async () => {
    await root(`mutation { createView(name: "a view") { id } }`);
    for (const repositoryName of ["nowhere", "a view"]) {
      expect((await add({ repositoryName })).errors[0]).toMatchObject({ extensions: { code: "NOT_FOUND" } });
    }
    for (const repositoryName of ["humio", "humio-audit"]) {
      expect((await add({ repositoryName })).errors[0]).toMatchObject({ extensions: { code: "NOT_ALLOWED" } });
      const listed = await root(`query ($name: String!) { repository(name: $name) { ingestTokens { name } } }`, {
        name: repositoryName,
      });
      expect(listed.errors[0]?.message).toBe("You don't have permission to read ingest tokens.");
    }
  });

  it("are read and changed by who holds ChangeIngestTokens there, and refused to others in LogScale's words", async () => {
    const world = await makeCallers(server);
    const value = await ingestToken(server, { name: "secret" });
    const list = `{ repository(name: "sandbox") { id ingestTokens { token } } }`;
    for (const caller of ["view-", "organization+"] as const) {
      const { errors, text } = await ask(server, world.bearer[caller], list);
      expect(errors[0]).toMatchObject({
        message: "You don't have permission to read ingest tokens.",
        extensions: { code: "NOT_ALLOWED" },
      });
      expect(text).not.toContain(value);
      expect((await add({ name: "new" }, world.bearer[caller])).errors[0]?.message).toBe("Change ingest tokens not allowed");
    }
    // The token that the callers' organization comes with was stored without a value: it goes first.
    await store.db.deleteFrom("ingestTokens").where("name", "=", "shipper").execute();
    for (const caller of ["view+", "delegate", "owner", "root", "local"] as const) {
      expect((await ask(server, world.bearer[caller], list)).data, caller).toMatchObject({
        repository: { ingestTokens: [{ token: value }] },
      });
    }
    // Who holds it in one repository holds it in no other.
    expect((await add({ repositoryName: "vault" }, world.bearer["view+"])).errors[0]).toMatchObject({
      extensions: { code: "NOT_FOUND" },
    });
  });

  it("are assigned a parser by name, and can be without one", async () => {
    await add({});
    const assign = (parser: string, tokenName = "a shipper") =>
      root(
        `mutation ($input: AssignParserToIngestTokenInputV2!) { assignParserToIngestTokenV2(input: $input) { name parser { name } } }`,
        {
          input: { repositoryName: "sandbox", tokenName, parser },
        },
      );
    expect((await assign("syslog")).data).toEqual({
      assignParserToIngestTokenV2: { name: "a shipper", parser: { name: "syslog" } },
    });
    expect((await assign("no-such-parser")).errors[0]).toMatchObject({ extensions: { code: "BAD_INPUT", field: "parser" } });
    expect((await assign("json", "nobody's")).errors[0]).toMatchObject({ extensions: { code: "NOT_FOUND" } });
    const unassigned = await root(
      `mutation { unassignIngestToken(repositoryName: "sandbox", tokenName: "a shipper") { repository { name ingestTokens { parser { name } } } } }`,
    );
    expect(unassigned.data).toEqual({
      unassignIngestToken: { repository: { name: "sandbox", ingestTokens: [{ parser: null }] } },
    });
    expect((await add({ name: "new", parser: "no-such-parser" })).errors[0]).toMatchObject({ extensions: { field: "parser" } });
  });

  it("are removed once", async () => {
    await add({});
    const remove = () => root(`mutation { removeIngestToken(repositoryName: "sandbox", name: "a shipper") { result } }`);
    expect((await remove()).data).toEqual({ removeIngestToken: { result: true } });
    expect((await remove()).errors[0]).toMatchObject({ extensions: { code: "NOT_FOUND" } });
    expect(await tokens()).toEqual({ ingestTokens: [] });
  });

  it("have a value of the creator's choosing only for root and with the flag on", async () => {
    const customToken = "f4a81c2e-my-own-63bd97";
    expect((await add({ customToken })).errors[0]).toMatchObject({ extensions: { code: "BAD_INPUT", field: "customToken" } });
    expect((await switchFeature("enableFeature")).errors).toEqual([]);
    const world = await makeCallers(server);
    for (const caller of ["owner", "delegate", "view+"] as const) {
      expect((await add({ customToken, name: caller }, world.bearer[caller])).errors[0], caller).toMatchObject({
        extensions: { code: "NOT_ALLOWED" },
      });
    }
    expect((await add({ customToken })).data).toMatchObject({
      addIngestTokenV3: { token: customToken, isCustom: true, weakness: null },
    });
    expect((await send(server, "/api/v1/ingest/raw", `Bearer ${customToken}`, "x")).statusCode).toBe(200);
    await switchFeature("disableFeature");
    expect((await add({ customToken: "another-one", name: "late" })).errors[0]).toMatchObject({
      extensions: { field: "customToken" },
    });
    expect((await send(server, "/api/v1/ingest/raw", `Bearer ${customToken}`, "x")).statusCode, "what is there stays").toBe(200);
  });

  it("take a weak value and say that it is one, but none that is in use anywhere or no header can carry", async () => {
    await switchFeature("enableFeature");
    await repository(server, "other");
    const generated = await ingestToken(server, { name: "generated" });
    expect((await add({ customToken: "123", name: "short" })).data).toMatchObject({ addIngestTokenV3: { weakness: "Short" } });
    expect((await add({ customToken: "company-prod-ingest-token", name: "words" })).data).toMatchObject({
      addIngestTokenV3: { weakness: "Guessable" },
    });
    for (const customToken of ["123", generated, "two words", "", `${"a".repeat(24)}~${"b".repeat(44)}`, "localroot~x"]) {
      const { errors, text } = await add({ customToken, repositoryName: "other", name: "taken" });
      expect(errors[0], customToken).toMatchObject({ extensions: { code: "BAD_INPUT", field: "customToken" } });
      if (customToken.length > 3) expect(text).not.toContain(customToken);
    }
  });

  it("created twice with one value at the same time become one", async () => {
    await switchFeature("enableFeature");
    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((name) => add({ name, customToken: "the-same-value-for-all-of-them" })),
    );
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    for (const { errors } of answers)
      if (errors.length > 0) expect(errors[0]).toMatchObject({ extensions: { field: "customToken" } });
  });

  it("use the repository's own parsers, which can be created, replaced and deleted", async () => {
    const create = (input: object) =>
      root(
        `mutation ($input: CreateParserInputV2!) { createParserV2(input: $input) { id name isBuiltIn overridesBuiltInParser script fieldsToTag languageVersion { name }
        testCases { event { rawString } outputAssertions { outputEventIndex assertions { fieldsNotPresent fieldsHaveValues { fieldName expectedValue } } } } } }`,
        {
          input: {
            repositoryName: "sandbox",
            script: "kvParse()",
            testCases: [],
            fieldsToTag: [],
            fieldsToBeRemovedBeforeParsing: [],
            ...input,
          },
        },
      );
    const remove = (id: string) =>
      root('mutation ($id: String!) { deleteParser(input: { repositoryName: "sandbox", id: $id }) { result } }', { id });
    const parserOf = async (name: string) =>
      ((
        await root(
          'query ($name: String!) { repository(name: "sandbox") { parser(name: $name) { id isBuiltIn isOverridden } } }',
          { name },
        )
      ).data?.["repository"] ?? { parser: null }) as { parser: { id: string; isBuiltIn: boolean } | null };

    const testCases = [
      {
        event: { rawString: "a=1" },
        outputAssertions: [{ outputEventIndex: 0, assertions: { fieldsHaveValues: [{ fieldName: "a", expectedValue: "1" }] } }],
      },
    ];
    const created = await create({ name: "own", testCases, fieldsToTag: ["host"] });
    expect(created.data?.["createParserV2"]).toMatchObject({
      name: "own",
      isBuiltIn: false,
      overridesBuiltInParser: false,
      script: "kvParse()",
      fieldsToTag: ["host"],
      languageVersion: { name: "legacy" },
      testCases: [
        {
          event: { rawString: "a=1" },
          outputAssertions: [
            {
              outputEventIndex: 0,
              assertions: { fieldsNotPresent: [], fieldsHaveValues: [{ fieldName: "a", expectedValue: "1" }] },
            },
          ],
        },
      ],
    });
    expect((await create({ name: "own" })).errors[0]).toMatchObject({ extensions: { code: "BAD_INPUT", field: "name" } });
    expect((await create({ name: "own", script: "new()", allowOverwritingExistingParser: true })).data).toMatchObject({
      createParserV2: { script: "new()" },
    });
    expect((await create({ name: "x", languageVersion: { name: "klingon" } })).errors[0]).toMatchObject({
      extensions: { field: "languageVersion" },
    });

    await create({ name: "json" });
    expect(await parserOf("json")).toMatchObject({ parser: { isBuiltIn: false } });
    await add({ name: "with own", parser: "own" });
    await add({ name: "with json", parser: "json" });
    for (const name of ["own", "json"]) {
      const { parser } = await parserOf(name);
      expect((await remove(parser?.id ?? "")).data).toEqual({ deleteParser: { result: true } });
    }
    expect(await tokens()).toMatchObject({
      ingestTokens: [
        { name: "with json", parser: { name: "json", isBuiltIn: true } },
        { name: "with own", parser: null },
      ],
    });
    const builtIn = await parserOf("json");
    expect((await remove(builtIn.parser?.id ?? "")).errors[0]).toMatchObject({ extensions: { code: "NOT_FOUND" } });
  });

  it("follow a parser to its new name, and keep it where its script changes", async () => {
    const made = await root(
      `mutation { createParserV2(input: { repositoryName: "sandbox", name: "first", script: "a()", fieldsToTag: ["host"],
        testCases: [{ event: { rawString: "x" } }], fieldsToBeRemovedBeforeParsing: [] }) { id } }`,
    );
    const { id } = (made.data as { createParserV2: { id: string } }).createParserV2;
    await add({ name: "shipper", parser: "first" });
    const update = (input: object) =>
      root(
        "mutation ($input: UpdateParserInputV2!) { updateParserV2(input: $input) { id name script fieldsToTag testCases { event { rawString } } languageVersion { name } } }",
        { input: { repositoryName: "sandbox", id, ...input } },
      );
    const unchanged = { id, fieldsToTag: ["host"], testCases: [{ event: { rawString: "x" } }] };
    expect((await update({ script: { script: "b()", languageVersion: { name: "xdr1" } } })).data).toEqual({
      updateParserV2: { ...unchanged, name: "first", script: "b()", languageVersion: { name: "xdr1" } },
    });
    expect((await update({ name: "second" })).data).toMatchObject({
      updateParserV2: { ...unchanged, name: "second", script: "b()" },
    });
    expect(await tokens()).toMatchObject({ ingestTokens: [{ name: "shipper", parser: { name: "second" } }] });
    await root(
      `mutation { createParserV2(input: { repositoryName: "sandbox", name: "third", script: "", testCases: [], fieldsToTag: [],
        fieldsToBeRemovedBeforeParsing: [] }) { id } }`,
    );
    for (const [input, field] of [
      [{ name: "third" }, "name"],
      [{ name: "" }, "name"],
      [{ script: { script: "", languageVersion: { name: "klingon" } } }, "script"],
      [{ fieldsToTag: [""] }, "fieldsToTag"],
    ] as const) {
      expect((await update(input)).errors[0], field).toMatchObject({ extensions: { code: "BAD_INPUT", field } });
    }
    expect((await update({ id: "builtin-json", name: "x" })).errors[0]).toMatchObject({ extensions: { code: "NOT_FOUND" } });
    const template = await root(`{ repository(name: "sandbox") { parser(name: "second") { yamlTemplate } } }`);
    const { repository } = template.data as { repository: { parser: { yamlTemplate: string } } };
    expect(parse(repository.parser.yamlTemplate)).toEqual({
      name: "second",
      tagFields: ["host"],
      fieldsToBeRemovedBeforeParsing: [],
      testCases: [{ event: { rawString: "x" }, assertions: [] }],
      script: "b()",
    });
  });

  it("take a parser by its id as well as by its name, of which the name goes first", async () => {
    const made = await root(
      `mutation { createParserV2(input: { repositoryName: "sandbox", name: "by-id", script: "", testCases: [], fieldsToTag: [],
        fieldsToBeRemovedBeforeParsing: [] }) { id } }`,
    );
    const { id } = (made.data as { createParserV2: { id: string } }).createParserV2;
    expect((await add({ name: "by id", parser: id })).data).toMatchObject({ addIngestTokenV3: { parser: { name: "by-id" } } });
    const assign = (parser: string) =>
      root(
        `mutation ($parser: String!) { assignParserToIngestTokenV2(input: { repositoryName: "sandbox", tokenName: "by id", parser: $parser }) {
          parser { name } } }`,
        { parser },
      );
    for (const [given, name] of [
      ["json", "json"],
      [id, "by-id"],
      ["builtin-kv", "kv"],
      ["by-id", "by-id"],
    ] as const) {
      expect((await assign(given)).data).toEqual({ assignParserToIngestTokenV2: { parser: { name } } });
    }
    expect((await assign(`${id}x`)).errors[0]).toMatchObject({ extensions: { code: "BAD_INPUT", field: "parser" } });
    // A parser that is called as another one's id is the one of that name.
    await root(
      `mutation ($name: String!) { createParserV2(input: { repositoryName: "sandbox", name: $name, script: "", testCases: [], fieldsToTag: [],
        fieldsToBeRemovedBeforeParsing: [] }) { id } }`,
      { name: id },
    );
    expect((await assign(id)).data).toEqual({ assignParserToIngestTokenV2: { parser: { name: id } } });
  });

  it("find LogScale's usual parsers built in", async () => {
    const { data } = await root(`{ repository(name: "sandbox") { parsers { name isBuiltIn } } }`);
    const names = ((data?.["repository"] ?? {}) as { parsers: { name: string }[] }).parsers.map(({ name }) => name);
    for (const name of ["accesslog", "json", "kv", "syslog", "syslog-utc", "serilog-jsonformatter", "zeek-json", "audit-log"]) {
      expect(names).toContain(name);
    }
  });
});

import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";

import { createSigner, createVerifier } from "fast-jwt";
import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";

import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { enrolCommands, enrolmentString } from "#domain/print/install.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { ask, askNotes, type Answer } from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { createVault, type Vault } from "#server/vault.ts";
import { findFleetTokenByHandle } from "./fleet.ts";

/** The key of test servers; see `testServer`. */
const vault = createVault(new Uint8Array(32).fill(7));

const yaml =
  "sources:\n  syslog:\n    type: syslog\n    sink: logs\nsinks:\n  logs:\n    type: humio\n    token: 0f8fad5b-secret\n";

describeOnBothDatabasesInTime("fleet installation tokens and collector configurations", (open) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer(await open(), { publicUrl: "https://logs.example.com" });
    return () => server.app.close();
  });

  async function run(query: string, variables: object = {}, bearer = server.localAdmin): Promise<Answer> {
    const answer = await ask(server, bearer, query, variables);
    expect(answer.status).toBe(200);
    return answer;
  }

  /** What a request gives that must succeed. */
  async function get<T = never>(query: string, variables: object = {}): Promise<T> {
    const { data, errors } = await run(query, variables);
    expect(errors).toEqual([]);
    return data as T;
  }

  /** The code, and the field at fault, of a request that must fail. */
  async function refusal(query: string, variables: object = {}, bearer?: string) {
    const { errors } = await run(query, variables, bearer);
    expect(errors).toHaveLength(1);
    const { code, field } = errors[0]?.extensions ?? {};
    return field === undefined ? code : `${code} ${field}`;
  }

  async function create(name: string, configuration: string | null = null): Promise<string> {
    const { token } = await get<{ token: { token: string } }>(
      "mutation ($name: String!, $id: String) { token: createFleetInstallToken(name: $name, configId: $id) { token } }",
      { name, id: configuration },
    );
    return token.token;
  }

  async function configure(name: string, draft: string | null = null): Promise<string> {
    const { made } = await get<{ made: { id: string } }>(
      "mutation ($name: String!, $draft: String) { made: createLogCollectorConfiguration(name: $name, draft: $draft) { id } }",
      { name, draft },
    );
    return made.id;
  }

  const publish = `mutation ($id: String!, $yaml: String, $version: Int!) {
    publishLogCollectorConfiguration(id: $id, yaml: $yaml, currentVersion: $version) { version yaml draft yamlCharactersCount }
  }`;
  const remove =
    "mutation ($id: String!, $version: Int!) { deleteLogCollectorConfiguration(configId: $id, versionId: $version) }";

  describe("a fleet token", () => {
    it("is a value of 32 letters and digits, found by it with everything it has", async () => {
      const id = await configure("assigned");
      const value = await create("with all", id);
      expect(value).toMatch(/^[A-Za-z0-9]{32}$/u);
      const { found } = await get<{ found: Record<string, unknown> }>(
        `query ($id: String!) { found: fleetInstallationToken(id: $id) {
          token name createdAt createdBy assignedConfiguration { id name version yaml } installationCommands { windowsCommand linuxCommand macosCommand }
        } }`,
        { id: value },
      );
      const commands = enrolCommands(enrolmentString({ token: value, url: "https://logs.example.com" }));
      expect(found).toEqual({
        token: value,
        name: "with all",
        createdAt: server.now,
        createdBy: "local administrator",
        assignedConfiguration: { id, name: "assigned", version: 0, yaml: null },
        installationCommands: {
          windowsCommand: commands.windows,
          linuxCommand: commands.linux,
          macosCommand: commands.macos,
        },
      });
    });

    it("is known by what stands for its value, too", async () => {
      const value = await create("by handle");
      await create("another");
      const query = "query ($handle: String!) { found: fleetInstallationTokenByHandle(handle: $handle) { name handle token } }";
      const handle = handleOf(value);
      expect(await get(query, { handle })).toEqual({ found: { name: "by handle", handle, token: value } });
      expect(await get(query, { handle: handle.slice(1) })).toEqual({ found: null });
    });

    it("is found by its handle without reading all others each time, and by none that it had before", async () => {
      const values = [await create("read once"), await create("read once as well")];
      let openings = 0;
      const counted: Vault = {
        ...vault,
        open(sealed, purpose) {
          openings++;
          return vault.open(sealed, purpose);
        },
      };
      let rowsRead = 0;
      const db = server.store.reading({
        check() {},
        read(rows) {
          rowsRead += rows;
        },
      });
      const find = (value = "") => findFleetTokenByHandle({ db, vault: counted }, handleOf(value));
      expect(await find(values[0])).toMatchObject({ name: "read once" });
      openings = 0;
      rowsRead = 0;
      expect(await find(values[1])).toMatchObject({ name: "read once as well" });
      expect({ openings, rowsRead }).toEqual({ openings: 1, rowsRead: 1 });
      expect(await find("of no token")).toBeUndefined();
      expect(openings).toBe(1);
      const { made } = await get<{ made: { token: string } }>(
        "mutation ($value: String!) { made: regenerateFleetInstallToken(token: $value) { token } }",
        { value: values[1] },
      );
      expect(await find(values[1])).toBeUndefined();
      expect(await find(made.token)).toMatchObject({ name: "read once as well", value: made.token });
    });

    it("enrols with a string that says the token and the server", async () => {
      const value = await create("to enrol");
      const { found } = await get<{ found: { installationCommands: { linuxCommand: string } } }>(
        "query ($id: String!) { found: fleetInstallationToken(id: $id) { installationCommands { linuxCommand } } }",
        { id: value },
      );
      const string = /enroll '([^']+)'$/u.exec(found.installationCommands.linuxCommand)?.[1] ?? "";
      expect(JSON.parse(Buffer.from(string, "base64").toString())).toEqual({
        installToken: value,
        url: "https://logs.example.com",
      });
    });

    it("keeps any name that a list can show, trimmed", async () => {
      const name = 'it\'s "quoted" $HOME `x` <b>';
      const value = await create(`  ${name} `);
      expect(await get("query ($id: String!) { found: fleetInstallationToken(id: $id) { name } }", { id: value })).toEqual({
        found: { name },
      });
    });

    it("can be renamed, assigned another configuration, and none", async () => {
      const [first, second] = [await configure("first"), await configure("second")];
      const value = await create("old", first);
      const assign = `mutation ($token: String!, $id: String) {
        done: updateFleetInstallTokenConfigId(token: $token, configId: $id) { name assignedConfiguration { name } }
      }`;
      const rename =
        'mutation ($token: String!) { done: updateFleetInstallTokenName(token: $token, name: "new") { name token } }';
      expect(await get(rename, { token: value })).toEqual({ done: { name: "new", token: value } });
      expect(await get(assign, { token: value, id: second })).toEqual({
        done: { name: "new", assignedConfiguration: { name: "second" } },
      });
      expect(await get(assign, { token: value, id: null })).toEqual({ done: { name: "new", assignedConfiguration: null } });
    });

    it("is gone once it is deleted", async () => {
      const value = await create("to delete");
      const drop = "mutation ($token: String!) { deleteFleetInstallToken(token: $token) }";
      expect(await get(drop, { token: value })).toEqual({ deleteFleetInstallToken: true });
      expect(await get("query ($id: String!) { found: fleetInstallationToken(id: $id) { name } }", { id: value })).toEqual({
        found: null,
      });
      expect(await refusal(drop, { token: value })).toBe("NOT_FOUND token");
    });

    it("is refused without a name, with one that no list can show, and with a configuration that is not there", async () => {
      const document = "mutation ($name: String!, $id: String) { createFleetInstallToken(name: $name, configId: $id) { token } }";
      expect(await refusal(document, { name: "  " })).toBe("BAD_INPUT name");
      expect(await refusal(document, { name: "two\nlines" })).toBe("BAD_INPUT name");
      expect(await refusal(document, { name: "x".repeat(201) })).toBe("BAD_INPUT name");
      expect(await refusal(document, { name: "new", id: "nowhere" })).toBe("NOT_FOUND configId");
    });

    it("is refused a change to what is not there", async () => {
      const value = await create("steady");
      const assign =
        "mutation ($token: String!, $id: String) { updateFleetInstallTokenConfigId(token: $token, configId: $id) { name } }";
      const rename =
        "mutation ($token: String!, $name: String!) { updateFleetInstallTokenName(token: $token, name: $name) { name } }";
      expect(await refusal(assign, { token: value, id: "nowhere" })).toBe("NOT_FOUND configId");
      expect(await refusal(assign, { token: "nobody", id: null })).toBe("NOT_FOUND token");
      expect(await refusal(rename, { token: "nobody", name: "new" })).toBe("NOT_FOUND token");
      expect(await refusal(rename, { token: value, name: "" })).toBe("BAD_INPUT name");
    });
  });

  describe("a fleet token that is regenerated", () => {
    const regenerate =
      "mutation ($token: String!) { made: regenerateFleetInstallToken(token: $token) { token name jwtToken expiresAt } }";

    it("has another value, by which it is what it was, and is known by the former one no more", async () => {
      const configuration = await configure("for all");
      const former = await create("replaced", configuration);
      const { jwt } = await get<{ jwt: { jwtToken: string } }>(
        "query ($token: String!) { jwt: fleetInstallationToken(id: $token) { jwtToken } }",
        { token: former },
      );
      const { made } = await get<{ made: { token: string; jwtToken: string } }>(regenerate, { token: former });
      expect(made).toMatchObject({
        name: "replaced",
        expiresAt: null,
        token: expect.stringMatching(/^[A-Za-z0-9]{32}$/u) as string,
      });
      expect(made.token).not.toBe(former);
      const find = "query ($token: String!) { found: fleetInstallationToken(id: $token) { assignedConfiguration { id } } }";
      expect(await get(find, { token: made.token })).toEqual({ found: { assignedConfiguration: { id: configuration } } });
      expect(await get(find, { token: former })).toEqual({ found: null });
      const valid = "query ($jwt: String!) { valid: validateToken(jwtToken: $jwt) }";
      expect(await get(valid, { jwt: made.jwtToken })).toEqual({ valid: true });
      expect(await get(valid, { jwt: jwt.jwtToken })).toEqual({ valid: false });
      expect(await refusal(regenerate, { token: former })).toMatch(/^NOT_FOUND/u);
    });

    it("keeps who is written down for it", async () => {
      const former = await create("owned");
      const own = (value: string, change: object) =>
        askNotes(server, { authorization: `Bearer ${server.localAdmin}` }, {
          token: { kind: "fleet", handle: handleOf(value) },
          seen: null,
          ...change,
        } as NoteChange);
      expect((await own(former, { type: "own", owner: "Team Blue" })).errors).toEqual([]);
      const { made } = await get<{ made: { token: string } }>(regenerate, { token: former });
      const { owners } = (
        await server.app.inject({ url: findingNotesPath, headers: { authorization: `Bearer ${server.localAdmin}` } })
      ).json<{ owners: { owner: string; token: { handle: string } }[] }>();
      expect(owners.map(({ owner, token }) => [owner, token.handle])).toEqual([["Team Blue", handleOf(made.token)]]);
    });
  });

  describe("the list of fleet tokens", () => {
    let lists: TestServer;
    /** What was read to answer requests, in SQL. */
    const statements: string[] = [];
    beforeAll(async () => {
      const store = await open();
      lists = await testServer({
        ...store,
        reading(meter) {
          const db = store.reading(meter);
          const executor = db.getExecutor();
          const executeQuery = executor.executeQuery.bind(executor);
          executor.executeQuery = async (query, ...rest) => {
            statements.push(query.sql);
            return executeQuery(query, ...rest);
          };
          return db;
        },
      });
      const admin = lists.localAdmin;
      const made = await ask(
        lists,
        admin,
        `mutation { zebra: createLogCollectorConfiguration(name: "zebra") { id } ant: createLogCollectorConfiguration(name: "ant") { id } }`,
      );
      const { zebra, ant } = made.data as { zebra: { id: string }; ant: { id: string } };
      const tokens = [
        ["c", ant.id],
        ["a", zebra.id],
        ["b", null],
        ["b", ant.id],
      ];
      for (const [name, id] of tokens) {
        const answer = await ask(
          lists,
          admin,
          "mutation ($n: String!, $i: String) { createFleetInstallToken(name: $n, configId: $i) { name } }",
          {
            n: name,
            i: id,
          },
        );
        expect(answer.errors).toEqual([]);
      }
      return () => lists.app.close();
    });

    async function page(args: string) {
      const answer = await ask(
        lists,
        lists.localAdmin,
        `{ page: searchFleetInstallationTokens${args} { totalResults results { token name assignedConfiguration { name } } } }`,
      );
      expect(answer.errors).toEqual([]);
      const data = answer.data as {
        page: {
          totalResults: number;
          results: { token: string; name: string; assignedConfiguration: { name: string } | null }[];
        };
      };
      return data.page;
    }
    const names = ({ results }: Awaited<ReturnType<typeof page>>) =>
      results.map(({ name, assignedConfiguration }) => `${name} ${assignedConfiguration?.name ?? "-"}`);

    it("is sorted by name unless told otherwise", async () => {
      expect((await page("")).results.map(({ name }) => name)).toEqual(["a", "b", "b", "c"]);
      expect((await page("(orderBy: DESC)")).results.map(({ name }) => name)).toEqual(["c", "b", "b", "a"]);
    });

    it("is sorted by the name of the configuration, those without one first", async () => {
      expect(names(await page("(sortBy: ConfigName)"))).toEqual(["b -", "b ant", "c ant", "a zebra"]);
      expect(names(await page("(sortBy: ConfigName, orderBy: DESC)"))).toEqual(["a zebra", "c ant", "b ant", "b -"]);
    });

    it("comes in pages that add up to the whole, each token once", async () => {
      const whole = await page("");
      const parts = [await page("(limit: 1)"), await page("(skip: 1, limit: 2)"), await page("(skip: 3)")];
      expect(parts.map(({ totalResults }) => totalResults)).toEqual([4, 4, 4]);
      expect(parts.flatMap(({ results }) => results)).toEqual(whole.results);
      expect(await page("(skip: 4)")).toEqual({ totalResults: 4, results: [] });
    });

    it("is whole where it is not paged", async () => {
      const { data } = await ask(lists, lists.localAdmin, "{ all: fleetInstallationTokens { name } }");
      expect(data).toEqual({ all: [{ name: "a" }, { name: "b" }, { name: "b" }, { name: "c" }] });
    });

    it.each([
      ["skip: -1", "BAD_INPUT skip"],
      ["limit: -1", "BAD_INPUT limit"],
      ["limit: 10001", "BAD_INPUT limit"],
    ])("is refused for %s", async (args, expected) => {
      expect(await refusal(`{ searchFleetInstallationTokens(${args}) { totalResults } }`)).toBe(expected);
      expect(await refusal(`{ searchLogCollectorConfigurations(${args}) { totalResults } }`)).toBe(expected);
    });

    it("reads the configurations of all its tokens with one statement", async () => {
      statements.length = 0;
      await page("");
      expect(statements.filter((text) => text.includes('from "collector_configurations"'))).toHaveLength(1);
    });
  });

  describe("the JWT of a fleet token", () => {
    /** The installation's public key, derived as the server derives it. */
    const seed = vault.fingerprint("Ed25519 seed 1", "fleet-jwt-key");
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
    const key = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" })).export({
      type: "spki",
      format: "pem",
    });
    const verify = createVerifier({
      key: key.toString(),
      algorithms: ["EdDSA"],
      allowedIss: "tokenhouse",
      allowedAud: "log-collector",
    });

    async function jwtOf(value: string, on = server): Promise<string> {
      const query = "query ($id: String!) { found: fleetInstallationToken(id: $id) { jwtToken } }";
      const { data } = await ask(on, on.localAdmin, query, { id: value });
      const { found } = data as { found: { jwtToken: string } };
      return found.jwtToken;
    }
    const valid = async (jwt: string) =>
      (await get<{ validateToken: boolean }>("query ($jwt: String!) { validateToken(jwtToken: $jwt) }", { jwt })).validateToken;

    it("is one that another library verifies, with id, address and time of issue but without the value", async () => {
      const value = await create("signed");
      const payload: unknown = verify(await jwtOf(value));
      const row = await server.store.db
        .selectFrom("fleetTokens")
        .select("id")
        .where("name", "=", "signed")
        .executeTakeFirstOrThrow();
      expect(payload).toEqual({
        iss: "tokenhouse",
        aud: "log-collector",
        sub: row.id,
        url: "https://logs.example.com",
        iat: Math.floor(server.now / 1000),
      });
      expect(JSON.stringify(payload)).not.toContain(value);
    });

    it("is the same each time, and in another process of the installation", async () => {
      const value = await create("steady");
      const jwt = await jwtOf(value);
      const vaultOfAnother = createVault(new Uint8Array(32).fill(7));
      const another = await testServer(server.store, { publicUrl: "https://logs.example.com", vault: vaultOfAnother });
      expect(await jwtOf(value, another)).toBe(jwt);
      expect(await jwtOf(value)).toBe(jwt);
      await another.app.close();
    });

    it("is valid until its token is deleted", async () => {
      const value = await create("short-lived");
      const jwt = await jwtOf(value);
      expect(await valid(jwt)).toBe(true);
      await get("mutation ($token: String!) { deleteFleetInstallToken(token: $token) }", { token: value });
      expect(await valid(jwt)).toBe(false);
    });

    it("is not valid when anything about it was changed, or when another key signed it", async () => {
      const jwt = await jwtOf(await create("tampered"));
      const [head = "", body = "", signature = ""] = jwt.split(".");
      const claims: object = JSON.parse(Buffer.from(body, "base64url").toString());
      const foreignKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const forged = [
        "",
        "none",
        `${head}.${body}`,
        `${head}.${body}.`,
        `${head}.${encode({ ...claims, url: "https://evil.example.com" })}.${signature}`,
        `${encode({ alg: "none" })}.${body}.`,
        `${encode({ alg: "HS256", typ: "JWT" })}.${body}.${signature}`,
        `${head}.${body}.${signature.slice(0, -4)}AAAA`,
        createSigner({ key: foreignKey, algorithm: "EdDSA", noTimestamp: true })({ ...claims }),
      ];
      for (const text of forged) expect(await valid(text), text).toBe(false);
      expect(await valid(jwt)).toBe(true);
    });
  });

  describe("a collector configuration", () => {
    it("begins as a draft of version 0 and is published as version 1, which uses the draft up", async () => {
      const id = await configure("drafted", yaml);
      const whole = `query ($id: String!) { found: logCollectorConfiguration(id: $id) {
        name yaml draft version yamlCharactersCount modifiedAt draftModifiedAt modifiedBy instances description isTestRunning } }`;
      const now = new Date(server.now).toISOString();
      const common = {
        name: "drafted",
        modifiedAt: now,
        modifiedBy: "local administrator",
        instances: 0,
        description: null,
        isTestRunning: false,
      };
      expect(await get(whole, { id })).toEqual({
        found: { ...common, yaml: null, draft: yaml, version: 0, yamlCharactersCount: 0, draftModifiedAt: now },
      });
      await get(publish, { id, version: 0 });
      expect(await get(whole, { id })).toEqual({
        found: { ...common, yaml, draft: null, version: 1, yamlCharactersCount: yaml.length, draftModifiedAt: null },
      });
    });

    it("can be published with a text at once", async () => {
      const id = await configure("at once");
      expect(await get(publish, { id, yaml, version: 0 })).toEqual({
        publishLogCollectorConfiguration: { version: 1, yaml, draft: null, yamlCharactersCount: yaml.length },
      });
    });

    it("is refused on a version that is not in force, and stays as it is", async () => {
      const id = await configure("contended");
      await get(publish, { id, yaml, version: 0 });
      expect(await refusal(publish, { id, yaml: "sources: {}", version: 0 })).toBe("STALE_VERSION currentVersion");
      expect(await refusal(publish, { id, yaml: "sources: {}", version: 2 })).toBe("STALE_VERSION currentVersion");
      expect(await get("query ($id: String!) { found: logCollectorConfiguration(id: $id) { version yaml } }", { id })).toEqual({
        found: { version: 1, yaml },
      });
    });

    it("has one winner when two publish on the same version at once", async () => {
      const id = await configure("raced");
      const answers = await Promise.all(["a: 1", "b: 2"].map((text) => run(publish, { id, yaml: text, version: 0 })));
      expect(answers.map(({ errors }) => errors[0]?.extensions.code ?? "done").toSorted()).toEqual(["STALE_VERSION", "done"]);
    });

    it.each([
      ["sources:\n  a: [1,\n  b: 2\n", /^Line 3, column \d+: /u],
      ["a: 1\na: 2\n", /^Line 2, column 1: This key is there twice\.$/u],
      ["a: 1\n---\nb: 2\n", /^Line 2, column 1: A configuration is one document/u],
      ["a:\n  - *missing\n", /^Line 2, column 5: Nothing above has the anchor/u],
      ["- a\n- b\n", /^Line 1, column 1: A configuration consists of keys/u],
      ["# nothing\n", /^Line 1, column 1: The configuration is empty\.$/u],
      ["", /^Line 1, column 1: The configuration is empty\.$/u],
      ["[".repeat(20_000), /nested too deeply/u],
      [`a: ${"x".repeat(100_000)}`, /at most 100,000 characters/u],
    ])("is refused where %j is at fault, with the line", async (text, message) => {
      const id = await configure("faulty");
      const { errors } = await run(publish, { id, yaml: text, version: 0 });
      expect(errors[0]?.message).toMatch(message);
      expect(errors[0]?.extensions).toMatchObject({ code: "BAD_INPUT", field: "yaml" });
    });

    it("is refused with a message that does not repeat a token that stands in the wrong place", async () => {
      const id = await configure("secretive");
      const { text } = await run(publish, {
        id,
        yaml: `sinks:\n  a: "0f8fad5b-secret" 'more-secret'\n  *b-secret : c`,
        version: 0,
      });
      expect(text).not.toContain("secret");
    });

    it("is refused when there is no draft to publish", async () => {
      expect(await refusal(publish, { id: await configure("bare"), version: 0 })).toBe("BAD_INPUT yaml");
    });

    it("may have a faulty draft, which can be discarded", async () => {
      const save =
        "mutation ($id: String!, $draft: String) { done: updateDraftLogCollectorConfiguration(id: $id, draft: $draft) { draft draftModifiedAt } }";
      const id = await configure("sketch");
      expect(await get(save, { id, draft: "a: [" })).toEqual({
        done: { draft: "a: [", draftModifiedAt: new Date(server.now).toISOString() },
      });
      expect(await get(save, { id, draft: null })).toEqual({ done: { draft: null, draftModifiedAt: null } });
      expect(await refusal(save, { id, draft: "x".repeat(100_001) })).toBe("BAD_INPUT draft");
      expect(await refusal(save, { id, draft: "a\0" })).toBe("BAD_INPUT draft");
    });

    it("can be renamed and described", async () => {
      const id = await configure("plain");
      const rename =
        "mutation ($id: String!, $to: String!) { done: updateLogCollectorConfigurationName(configId: $id, name: $to) { name } }";
      const describeIt =
        "mutation ($id: String!, $to: String) { done: updateLogCollectorConfigurationDescription(configId: $id, description: $to) { description } }";
      expect(await get(rename, { id, to: "fancy" })).toEqual({ done: { name: "fancy" } });
      expect(await get(describeIt, { id, to: "for the web servers" })).toEqual({ done: { description: "for the web servers" } });
      expect(await get(describeIt, { id, to: null })).toEqual({ done: { description: null } });
      expect(await refusal(rename, { id, to: " " })).toBe("BAD_INPUT name");
      expect(await refusal(describeIt, { id, to: "x".repeat(1001) })).toBe("BAD_INPUT description");
    });

    it("is deleted on the version in force, and only when no token is assigned it", async () => {
      const id = await configure("used");
      const value = await create("its “user”", id);
      const { errors } = await run(remove, { id, version: 0 });
      expect(errors[0]?.extensions.code).toBe("IN_USE");
      expect(errors[0]?.message).toContain("its “user”");
      await get("mutation ($token: String!) { deleteFleetInstallToken(token: $token) }", { token: value });
      expect(await refusal(remove, { id, version: 1 })).toBe("STALE_VERSION versionId");
      expect(await get(remove, { id, version: 0 })).toEqual({ deleteLogCollectorConfiguration: true });
      expect(await refusal(remove, { id, version: 0 })).toBe("NOT_FOUND configId");
    });

    it("is either deleted or assigned when both are asked for at once, and no token names one that is gone", async () => {
      const assign =
        "mutation ($token: String!, $id: String) { updateFleetInstallTokenConfigId(token: $token, configId: $id) { name } }";
      for (let round = 0; round < 5; round++) {
        const id = await configure("wanted and unwanted");
        const value = await create("eager");
        const answers = await Promise.all([run(remove, { id, version: 0 }), run(assign, { token: value, id })]);
        const [removed, assigned] = answers.map(({ errors }) => errors[0]?.extensions.code ?? "done");
        expect([`${removed} ${assigned}`]).toEqual([removed === "done" ? "done NOT_FOUND" : "IN_USE done"]);
      }
    });

    it("is refused where it is not there", async () => {
      const id = "nowhere";
      expect(await refusal("query ($id: String!) { logCollectorConfiguration(id: $id) { id } }", { id })).toBe("NOT_FOUND id");
      expect(await refusal(publish, { id, yaml, version: 0 })).toBe("NOT_FOUND id");
      expect(await refusal(`mutation { updateDraftLogCollectorConfiguration(id: "nowhere") { id } }`)).toBe("NOT_FOUND id");
      expect(await refusal(`mutation { updateLogCollectorConfigurationName(configId: "nowhere", name: "x") { id } }`)).toBe(
        "NOT_FOUND id",
      );
    });

    it("is found by name and description, sorted by each order, in pages", async () => {
      const lists = await testServer(await open());
      for (const [name, description, text, later] of [
        ["alpha", "for 100% of hosts", "a: 12345", 2],
        ["beta", null, "a: 1", 3],
        ["gamma_x", "Windows", "a: 123", 1],
      ] as const) {
        lists.now += later;
        const made = await ask(
          lists,
          lists.localAdmin,
          `mutation ($name: String!) { made: createLogCollectorConfiguration(name: $name) { id } }`,
          { name },
        );
        const { made: row } = made.data as { made: { id: string } };
        lists.now = Date.UTC(2031, 0, later);
        const mutation = `mutation ($id: String!, $text: String, $d: String) {
          publishLogCollectorConfiguration(id: $id, yaml: $text, currentVersion: 0) { id }
          updateLogCollectorConfigurationDescription(configId: $id, description: $d) { id } }`;
        expect((await ask(lists, lists.localAdmin, mutation, { id: row.id, text, d: description })).errors).toEqual([]);
      }
      const page = async (args: string) => {
        const answer = await ask(
          lists,
          lists.localAdmin,
          `{ page: searchLogCollectorConfigurations${args} { totalResults results { name yaml } } }`,
        );
        expect(answer.errors).toEqual([]);
        const { page: found } = answer.data as { page: { totalResults: number; results: { name: string }[] } };
        return `${found.totalResults}: ${found.results.map(({ name }) => name).join(" ")}`;
      };
      expect(await page("")).toBe("3: alpha beta gamma_x");
      expect(await page("(orderBy: DESC, limit: 1)")).toBe("3: gamma_x");
      expect(await page("(skip: 1, limit: 1)")).toBe("3: beta");
      expect(await page("(sortBy: Size)")).toBe("3: beta gamma_x alpha");
      expect(await page("(sortBy: LastModified)")).toBe("3: gamma_x alpha beta");
      expect(await page("(sortBy: ModifiedBy)")).toBe("3: alpha beta gamma_x");
      expect(await page("(sortBy: Instances, orderBy: DESC)")).toBe("3: gamma_x beta alpha");
      expect(await page(`(searchFilter: "WINDOWS")`)).toBe("1: gamma_x");
      expect(await page(`(searchFilter: "a_x")`)).toBe("1: gamma_x");
      expect(await page(`(searchFilter: "0%")`)).toBe("1: alpha");
      expect(await page(`(searchFilter: "%_")`)).toBe("0: ");
      await lists.app.close();
    });
  });

  describe("the fleet", () => {
    it("is read-only for a caller with ViewFleetManagement alone", async () => {
      const value = await create("seen");
      const viewer = await server.token({ permissions: ["ViewFleetManagement"] });
      const list = "{ page: searchFleetInstallationTokens { results { token } } }";
      const seen = await run(list, {}, viewer.tokenString);
      expect(JSON.stringify(seen.data)).toContain(value);
      const drop = "mutation ($token: String!) { deleteFleetInstallToken(token: $token) }";
      expect(await refusal(drop, { token: value }, viewer.tokenString)).toBe("NOT_ALLOWED");
      const changer = await server.token({ permissions: ["ChangeFleetManagement"] });
      expect(JSON.stringify((await run(list, {}, changer.tokenString)).data)).toContain(value);
      expect((await run(drop, { token: value }, changer.tokenString)).data).toEqual({ deleteFleetInstallToken: true });
    });
  });

  it("leaves no value and no configuration's text in the clear, neither in the database nor in the log", async () => {
    const id = await configure("sealed", `draft-secret: ${yaml}`);
    const value = await create("sealed too", id);
    await get(publish, { id, yaml, version: 0 });
    await get('mutation ($id: String!) { updateDraftLogCollectorConfiguration(id: $id, draft: "draft-secret: 1") { id } }', {
      id,
    });
    await get('mutation ($token: String!) { updateFleetInstallTokenName(token: $token, name: "renamed") { token } }', {
      token: value,
    });
    const { rows: tables } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = 'public'`.execute(server.store.db);
    let dump = "";
    for (const { name } of tables) {
      // Bytes are written in hexadecimal there.
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} as t`.execute(server.store.db);
      dump += rows.map(({ row }) => row).join("\n");
    }
    expect(dump).toContain("renamed");
    for (const secret of [value, "0f8fad5b-secret", "draft-secret"]) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret).toString("hex"));
      expect(dump).not.toContain(Buffer.from(secret).toString("base64").replace(/=+$/u, ""));
      expect(server.log()).not.toContain(secret);
    }
  });
});

import { sql } from "kysely";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

import type { TokenKey } from "#domain/inventory/notes.ts";
import { findingNotesSchema } from "#logscale/findingNotes.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import {
  ask,
  askNotes,
  dump,
  openCallers,
  restore,
  type Answer,
  type CallerName,
  type Callers,
} from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import type { TestServer } from "#server/testing/server.ts";

describeOnBothDatabases("A token that is created in another's place", (open) => {
  let server: TestServer;
  let world: Callers;
  let before: Awaited<ReturnType<typeof dump>>;
  beforeAll(async () => {
    ({ server, world, initial: before } = await openCallers(open));
    return () => server.app.close();
  });
  afterEach(() => restore(server.store.db, before));

  const asked = (caller: CallerName, query: string, replaces?: unknown) =>
    ask(server, world.bearer[caller], query, {}, replaces === undefined ? {} : { extensions: { tokenhouse: { replaces } } });

  const input = 'name: "next"';
  const creations = () =>
    ({
      view: `createViewPermissionsTokenV2(input: { ${input}, viewPermissions: [ReadAccess], viewIds: ["${world.sandbox}"] })`,
      organization: `createOrganizationPermissionsTokenV2(input: { ${input}, organizationPermissions: [ViewUsage] })`,
      system: `createSystemPermissionsTokenV2(input: { ${input}, systemPermissions: [ReadHealthCheck] })`,
    }) as const;
  const create = (kind: keyof ReturnType<typeof creations>, caller: CallerName, replaces: unknown) =>
    asked(caller, `mutation { made: ${creations()[kind]} { tokenMetadata { id replaces firstUsedAt } } }`, replaces);
  const addIngest = (caller: CallerName, replaces: unknown, repository = "sandbox", name = "next") =>
    asked(
      caller,
      `mutation { made: addIngestTokenV3(input: { repositoryName: "${repository}", name: "${name}" }) { name replaces firstUsedAt } }`,
      replaces,
    );

  const links = async () => {
    const headers = { authorization: `Bearer ${world.bearer.root}` };
    const response = await server.app.inject({ url: findingNotesPath, headers });
    return findingNotesSchema.parse(response.json()).links;
  };
  const refused = (answer: Answer) => [answer.data, answer.errors[0]?.extensions.code, answer.errors[0]?.message];
  const noPredecessor = [
    null,
    "NOT_FOUND",
    expect.stringMatching(/^The token that this one would replace .* Nothing was created/u),
  ];

  it("is recorded with its creation, for every kind of its own", async () => {
    const expected: unknown[] = [];
    for (const kind of ["view", "organization", "system"] as const) {
      const old = world.tokens[kind];
      const { data, errors } = await create(kind, "root", old);
      expect(errors).toEqual([]);
      const { id } = (data as { made: { tokenMetadata: { id: string } } }).made.tokenMetadata;
      expect(data).toEqual({ made: { tokenMetadata: { id, replaces: old, firstUsedAt: null } } });
      expected.push([
        { kind, id, createdAt: server.now },
        { kind, id: old, createdAt: server.now },
      ]);
      const read = await asked("root", `{ token(tokenId: "${id}") { replaces } old: token(tokenId: "${old}") { replaces } }`);
      expect(read.data).toEqual({ token: { replaces: old }, old: { replaces: null } });
    }
    expect((await addIngest("delegate", "shipper")).data).toEqual({
      made: { name: "next", replaces: "shipper", firstUsedAt: null },
    });
    const ingest = (name: string): TokenKey => ({ kind: "ingest", repository: "sandbox", name });
    expected.push([ingest("next"), ingest("shipper")]);
    const { rows } = await sql<{ record: string }>`select record from audit_records`.execute(server.store.db);
    for (const replaces of [world.tokens.view, world.tokens.system, "shipper"]) {
      expect(rows.filter(({ record }) => record.includes(`"replaces":"${replaces}"`))).toHaveLength(1);
    }
    const found = await links();
    expect(found.map(({ token, replaces }) => [token, replaces])).toEqual(expect.arrayContaining(expected));
    expect(found.map(({ by, at }) => `${by} ${at}`).toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => `admin ${server.now}`),
      `delegate ${server.now}`,
    ]);
  });

  it("has the owner that was written down for the other one", async () => {
    const token = { kind: "system", id: world.tokens.system, createdAt: server.now } as const;
    const headers = { authorization: `Bearer ${world.bearer.root}` };
    const change = { type: "own", token, owner: "Platform team", seen: null } as const;
    expect((await askNotes(server, headers, change)).status).toBe(200);
    const { data } = await create("system", "local", token.id);
    const { id } = (data as { made: { tokenMetadata: { id: string } } }).made.tokenMetadata;
    const { owners } = findingNotesSchema.parse((await server.app.inject({ url: findingNotesPath, headers })).json());
    expect(owners.find((one) => "id" in one.token && one.token.id === id)).toMatchObject({
      owner: "Platform team",
      by: "local administrator",
    });
    expect(owners).toHaveLength(2);
  });

  it("is not created where there is nothing that the caller may put it in the place of", async () => {
    const { view, organization, personal } = world.tokens;
    for (const replaces of ["x".repeat(32), organization, personal, `${view}\0`, ""]) {
      const answer = await create("view", "root", replaces);
      if (replaces === "" || replaces.endsWith("\0"))
        expect([answer.data, answer.errors[0]?.extensions.code]).toEqual([null, "BAD_INPUT"]);
      else expect(refused(answer)).toEqual(noPredecessor);
    }
    // The delegate administers the tokens of one repository alone.
    await server.store.db
      .updateTable("tokens")
      .set({ viewIds: [world.vault] })
      .where("id", "=", view)
      .execute();
    const changed = await dump(server.store.db);
    expect(refused(await create("view", "delegate", view))).toEqual(noPredecessor);
    for (const [replaces, repository] of [
      ["Shipper", "sandbox"],
      ["shipper", "vault"],
    ] as const) {
      expect(refused(await addIngest("root", replaces, repository))).toEqual(noPredecessor);
    }
    // Its own name is not there before it is.
    expect(refused(await addIngest("root", "next"))).toEqual(noPredecessor);
    expect(refused(await addIngest("root", "shipper", "sandbox", "shipper"))[1]).toBe("BAD_INPUT");
    expect(await dump(server.store.db)).toEqual(changed);
  });

  it("is not created where no more links are kept", async () => {
    await sql`
      insert into token_notes (cluster, kind, token_id, token_created_at, type, rule, text, written_by, written_at, version, replaces_id)
      select '', 'view', place::text, 0, 'link', '', '', '', 0, '1', 'old' from generate_series(1, 10000) as place`.execute(
      server.store.db,
    );
    const full = await dump(server.store.db);
    const answer = await create("system", "root", world.tokens.system);
    expect(refused(answer)).toEqual([null, "BAD_INPUT", expect.stringMatching(/^There are 10,000 links/u)]);
    expect(await dump(server.store.db)).toEqual(full);
  });

  it("is not asked for of what takes no token's place, or in words that are not as they should be", async () => {
    const { view } = world.tokens;
    for (const mutation of [
      `deleteToken(input: { id: "${view}" })`,
      `rotateToken(input: { id: "${view}" })`,
      "createPersonalUserTokenV2(input: {}) { token }",
    ]) {
      const answer = await asked("root", `mutation { ${mutation} }`, view);
      expect(refused(answer)).toEqual([null, "BAD_INPUT", expect.stringMatching(/^Only a request that creates/u)]);
    }
    const digest = "0".repeat(64);
    for (const tokenhouse of [
      { replaces: 1 },
      { replaces: null },
      { replaces: "x".repeat(1001) },
      { replaces: view, more: 1 },
      { replaces: view, base: digest, kinds: ["view"], plan: digest },
    ]) {
      const query = `mutation { ${creations().view} { token } }`;
      const answer = await ask(server, world.bearer.root, query, {}, { extensions: { tokenhouse } });
      expect(refused(answer)).toEqual([null, "BAD_INPUT", "The request's extensions.tokenhouse is not valid."]);
    }
    expect(await dump(server.store.db)).toEqual(before);
  });

  it("tells of the other one only who may list that too", async () => {
    const { data } = await create("view", "root", world.tokens.view);
    const { id } = (data as { made: { tokenMetadata: { id: string } } }).made.tokenMetadata;
    const replacesFor = async (caller: CallerName) => (await asked(caller, `{ token(tokenId: "${id}") { replaces } }`)).data;
    expect(await replacesFor("delegate")).toEqual({ token: { replaces: world.tokens.view } });
    const both = { viewIds: [world.sandbox, world.vault] };
    await server.store.db.updateTable("tokens").set(both).where("id", "=", world.tokens.view).execute();
    expect(await replacesFor("delegate")).toEqual({ token: { replaces: null } });
    expect(await replacesFor("root")).toEqual({ token: { replaces: world.tokens.view } });
  });

  it("is created by one of many requests at once that delete the other one, or by all of them", async () => {
    const { system } = world.tokens;
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => create("system", "root", system)),
      asked("local", `mutation { deleteToken(input: { id: "${system}" }) }`),
      ...Array.from({ length: 3 }, () => create("system", "root", system)),
    ]);
    for (const answer of answers) if (answer.errors.length > 0) expect(refused(answer)).toEqual(noPredecessor);
    // Whatever came first, no link is left to a token that is gone.
    expect(await server.store.db.selectFrom("tokenNotes").selectAll().execute()).toEqual([]);
  });

  describe("when it is first used", () => {
    const firstUse = async (id: string) => {
      const { data } = await asked("local", `{ token(tokenId: "${id}") { lastUsedAt firstUsedAt } }`);
      return (data as { token: { lastUsedAt: number | null; firstUsedAt: number | null } }).token;
    };
    const use = (tokenString: string) => ask(server, tokenString, "{ meta { version } }");

    it("is written down once, and forgotten with the secret that it was of", async () => {
      const { id, tokenString } = await server.token({ kind: "system", permissions: ["ReadHealthCheck"] });
      expect(await firstUse(id)).toEqual({ lastUsedAt: null, firstUsedAt: null });
      const first = server.now;
      await use(tokenString);
      await expect.poll(() => firstUse(id)).toEqual({ lastUsedAt: first, firstUsedAt: first });
      server.now += 60_000;
      await use(tokenString);
      await expect.poll(() => firstUse(id)).toEqual({ lastUsedAt: server.now, firstUsedAt: first });
      const { data } = await asked("local", `mutation { rotateToken(input: { id: "${id}" }) }`);
      const rotated = String(data?.["rotateToken"]).split("~")[0] ?? "";
      expect(await firstUse(rotated)).toEqual({ lastUsedAt: null, firstUsedAt: null });
      server.now -= 60_000;
    });

    it("stays unknown where it was used before that was written down", async () => {
      const { id, tokenString } = await server.token({ kind: "system", permissions: ["ReadHealthCheck"] });
      await server.store.db
        .updateTable("tokens")
        .set({ lastUsedAt: server.now - 120_000, lastUsedFrom: "192.0.2.1" })
        .where("id", "=", id)
        .execute();
      await use(tokenString);
      await expect.poll(() => firstUse(id)).toEqual({ lastUsedAt: server.now, firstUsedAt: null });
    });
  });
});

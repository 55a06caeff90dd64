import { beforeAll, expect, it } from "vitest";
import { z } from "zod";

import {
  auditExportPath,
  auditFacetsPath,
  auditFacetsSchema,
  auditRecordsPath,
  auditRecordsSchema,
  auditVerificationPath,
  chainReportSchema,
  auditSavedPath,
  cutLists,
} from "#logscale/audit.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { ask, makeCallers, type CallerName, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

describeOnBothDatabases("Reading the audit trail", (open) => {
  let server: TestServer;
  let world: Callers;
  beforeAll(async () => {
    server = await testServer(await open());
    world = await makeCallers(server);
    for (const [caller, request] of [
      ["root", `createIPFilter(input: { name: "Office", ipFilter: "allow 192.0.2.0/24" }) { id }`],
      ["owner", `createIPFilter(input: { name: "100% of_it", ipFilter: "allow all" }) { id }`],
      ["user", `deleteToken(input: { id: "${world.tokens.view}" })`],
      ["view-", `updateViewPermissionsTokenPermissions(input: { id: "${world.tokens.view}", permissions: [ReadAccess] })`],
      ["root", `deleteToken(input: { id: "${world.tokens.view}" })`],
    ] as const) {
      server.now += 1000;
      await ask(server, world.bearer[caller], `mutation { ${request} }`);
    }
    return () => server.app.close();
  });

  const post = (url: string, caller: CallerName, body: object, headers: Record<string, string> = {}) =>
    server.app.inject({
      method: "POST",
      url,
      headers: { "content-type": "application/json", authorization: `Bearer ${world.bearer[caller]}`, ...headers },
      payload: JSON.stringify(body),
    });
  const read = async (caller: CallerName, filter: object = {}, more: object = {}) => {
    const response = await post(auditRecordsPath, caller, { filter, limit: 100, ...more });
    return auditRecordsSchema.parse(response.json(), { error: () => response.body });
  };
  const told = async (caller: CallerName, filter: object = {}) =>
    (await read(caller, filter)).records.map(({ record }) => `${record.operation} ${record.outcome}`);

  it("gives root, owners and the local administrator all of it, the newest first, and everybody else their own acts", async () => {
    const all = await told("root");
    expect(all.slice(0, 5)).toEqual([
      "deleteToken done",
      "updateViewPermissionsTokenPermissions refused",
      "deleteToken refused",
      "createIPFilter done",
      "createIPFilter done",
    ]);
    expect(all.length).toBe(7);
    expect(await told("owner")).toEqual(all);
    expect(await told("local")).toEqual(all);
    expect((await read("root")).everybody).toBe(true);
    expect(await read("user")).toMatchObject({ everybody: false, records: [{ record: { outcome: "refused" } }] });
    expect(await told("view-")).toEqual(["updateViewPermissionsTokenPermissions refused"]);
    expect(await told("delegate")).toEqual([]);
    // What somebody asks for does not widen it.
    expect(await told("user", { actors: [world.users.root] })).toEqual([]);
    const response = await post(auditFacetsPath, "user", {});
    expect(auditFacetsSchema.parse(response.json())).toMatchObject({
      counted: 1,
      actors: [{ value: world.users.user, count: 1 }],
    });
  });

  it("comes in pages that neither overlap nor leave anything out", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    for (let page = 0; page < 10; page++) {
      const { records, next } = await read("root", {}, { limit: 3, ...(after !== undefined && { after }) });
      seen.push(...records.map(({ record }) => record.id));
      if (next === null) break;
      after = next;
    }
    expect(seen).toEqual((await read("root")).records.map(({ record }) => record.id));
    expect(new Set(seen).size).toBe(7);
  });

  it("is narrowed by actor, type, target, outcome, address, time and text", async () => {
    expect(await told("root", { actors: [world.users.owner] })).toEqual(["createIPFilter done"]);
    expect(await told("root", { types: ["hashedtokens.change"], outcome: "done" })).toEqual(["deleteToken done"]);
    expect(await told("root", { subjects: [world.tokens.view] })).toHaveLength(3);
    expect(await told("root", { targetKinds: ["ipFilter"] })).toHaveLength(2);
    expect(await told("root", { addresses: ["192.0.2.77"] })).toEqual([]);
    for (const address of ["127.0.0.1", "::ffff:127.0.0.1", "0:0:0:0:0:FFFF:7f00:1"])
      expect(await told("root", { addresses: [address] })).toHaveLength(7);
    expect(await told("root", { since: server.now })).toEqual(["deleteToken done"]);
    expect(await told("root", { until: server.now, outcome: "done", actors: [world.users.root] })).toEqual([
      "createIPFilter done",
    ]);
    expect(await told("root", { search: "office" })).toEqual(["createIPFilter done"]);
    expect(await told("root", { search: "100% OF_" })).toEqual(["createIPFilter done"]);
    expect(await told("root", { search: "%" })).toHaveLength(1);
    // The name of a field is no text of a record.
    expect(await told("root", { search: "organizationId" })).toEqual([]);
    expect(await told("root", { subjects: ["\0"], search: "\0" })).toEqual([]);
    expect(await told("root", { since: -8.64e15, until: 8.64e15 })).toHaveLength(7);
  });

  it("tells nobody by their own refusals what there is and what it is called, but who reads the whole trail", async () => {
    const [known] = (await read("root", { actors: [world.users.user] })).records;
    expect(known?.record).toMatchObject({ target: { id: world.tokens.view }, subjects: [world.tokens.view] });
    const called = known?.record.target?.name ?? "";
    expect(called).not.toBe("");
    const [own] = (await read("user")).records;
    expect(own?.record).toMatchObject({ operation: "deleteToken", target: null, subjects: [] });
    for (const filter of [{ subjects: [world.tokens.view] }, { targetKinds: ["token"] }, { search: called }]) {
      expect(await told("user", filter)).toEqual([]);
      expect(await told("root", filter)).not.toEqual([]);
    }
    expect(await told("user", { search: "deletetoken" })).toEqual(["deleteToken refused"]);
    expect((await post(auditFacetsPath, "user", {})).json()).toMatchObject({ counted: 1, targetKinds: [] });
  });

  it("finds texts that JSON writes in another way", async () => {
    const text = String.raw`a "quoted\ %_`;
    await ask(
      server,
      world.bearer.owner,
      `mutation { createIPFilter(input: { name: ${JSON.stringify(text)}, ipFilter: "allow all" }) { id } }`,
    );
    for (const search of [text, String.raw`D\ %_`, 'A "q'])
      expect(await told("root", { search })).toEqual(["createIPFilter done"]);
    expect(await told("root", { search: String.raw`\"` })).toEqual([]);
  });

  it("counts what it could be narrowed by", async () => {
    const facets = auditFacetsSchema.parse((await post(auditFacetsPath, "root", { types: ["hashedtokens.change"] })).json());
    expect(facets).toMatchObject({
      types: [{ value: "hashedtokens.change", count: 3 }],
      outcomes: [
        { value: "refused", count: 2 },
        { value: "done", count: 1 },
      ],
      addresses: [{ value: "127.0.0.1", count: 3 }],
      counted: 3,
      more: false,
    });
    expect(facets.actors).toContainEqual({ value: world.users.root, name: "admin", count: 1 });
  });

  it("cuts long lists unless the whole record is asked for", async () => {
    const expireAt = server.now + 1;
    for (let number = 0; number <= cutLists; number++) await server.token({ expireAt: null });
    const disable = "organizationPermissionTokensEnabled: false";
    const open = "personalUserTokensEnabled: true, viewPermissionTokensEnabled: true";
    const rest = "viewPermissionTokensAllowPermissionUpdates: true, organizationPermissionTokensAllowPermissionUpdates: true";
    server.now = expireAt;
    const request = `mutation { updateTokenSecurityPolicies(input: { ${open}, ${disable}, ${rest} }) { id } }`;
    expect((await ask(server, world.bearer.root, request)).errors).toEqual([]);
    const [cut] = (await read("root", {}, { limit: 1 })).records;
    const [whole] = (await read("root", { ids: [cut?.record.id] }, { limit: 1, whole: true })).records;
    const ids = whole?.record["deleted"] as string[];
    expect(ids.length).toBeGreaterThan(cutLists);
    expect(cut).toMatchObject({ record: { deleted: ids.slice(0, cutLists) }, lengths: { deleted: ids.length } });
    expect(whole).toMatchObject({
      lengths: {},
      record: {
        type: "organizations.securitypolicies.tokens.update",
        plan: expect.stringMatching(/^[0-9a-f]{64}$/u) as string,
        counts: { deleted: ids.length },
        disruption: { "at-once": ids.length },
        before: { organization: { enabled: true } },
        after: { organization: { enabled: false } },
      },
    });
    // A token that is gone still tells its story.
    expect(await told("root", { subjects: [ids[0]] })).toEqual(["updateTokenSecurityPolicies done"]);
  });

  it("refuses what is no request, in words that repeat nothing of it", async () => {
    for (const body of [
      {},
      { filter: {}, limit: 0 },
      { filter: {}, limit: 501 },
      { filter: { secret: 1 }, limit: 1 },
      { filter: {}, limit: 1, after: "x" },
      { filter: {}, limit: 21, whole: true },
      { filter: { actors: ["x".repeat(1001)] }, limit: 1 },
    ]) {
      const response = await post(auditRecordsPath, "root", body);
      expect(response.statusCode, response.body).toBe(400);
      expect(response.body).not.toContain("xxx");
    }
    expect((await server.app.inject({ method: "POST", url: auditRecordsPath, payload: {} })).statusCode).toBe(401);
  });

  it("is looked through, and given out whole, for root and owners alone", async () => {
    for (const [caller, status] of [
      ["root", 200],
      ["owner", 200],
      ["local", 200],
      ["user", 403],
      ["system-", 403],
    ] as const) {
      for (const url of [auditVerificationPath, auditExportPath]) {
        const response = await server.app.inject({ url, headers: { authorization: `Bearer ${world.bearer[caller]}` } });
        expect(response.statusCode, `${caller} ${url}`).toBe(status);
      }
    }
    const exported = await server.app.inject({ url: auditExportPath, headers: { authorization: `Bearer ${world.bearer.root}` } });
    const lines = exported.body.trimEnd().split("\n");
    expect(lines.length).toBe((await read("root")).records.length);
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id).toReversed()).toEqual(
      (await read("root")).records.map(({ record }) => record.id),
    );
  });

  it("says whether the chain holds, in the form that the page reads", async () => {
    const headers = { authorization: `Bearer ${world.bearer.owner}` };
    const response = await server.app.inject({ url: auditVerificationPath, headers });
    const report = chainReportSchema.parse(response.json());
    expect(report.faults).toEqual([]);
    expect(report.records + report.waiting).toBe((await read("root")).records.length);
  });

  it("tells of a kit or evidence that the page says it saved, with those of its tokens that the caller may list", async () => {
    const tokens = [world.tokens.view, world.tokens.organization, world.tokens.personal, "x".repeat(32)];
    const saved = (caller: CallerName, body: object) => post(auditSavedPath, caller, body);
    expect((await saved("root", { what: "kit", tokens, count: 5 })).statusCode).toBe(200);
    expect((await saved("user", { what: "evidence", tokens, count: 4 })).statusCode).toBe(200);
    expect((await saved("root", { what: "kit", tokens: [`${"a".repeat(24)}~${"b".repeat(44)}`], count: 1 })).statusCode).toBe(
      400,
    );
    const [evidence, kit] = (await read("root", {}, { limit: 2 })).records;
    expect(kit?.record).toMatchObject({ type: "tokenhouse.file.save", file: "kit", count: 5 });
    expect(kit?.record["tokens"]).toContain(world.tokens.personal);
    expect(kit?.record["tokens"]).not.toContain("x".repeat(32));
    expect(evidence?.record).toMatchObject({ file: "evidence", tokens: [], count: 4, actor: { user: { username: "user" } } });
    for (let save = 0; save < 40; save++) await saved("owner", { what: "kit", tokens: [], count: 0 });
    expect((await saved("owner", { what: "kit", tokens: [], count: 0 })).statusCode).toBe(429);
    expect((await read("root", { actors: [world.users.owner], types: ["tokenhouse.file.save"] })).records.length).toBe(30);
  });

  it("tells whose values an answer held: one record a request, before the answer, and none of a value just made", async () => {
    const count = async () => (await read("root")).records.length;
    const before = await count();
    const made = await ask(
      server,
      world.bearer.root,
      `mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "mine" }) { token } createFleetInstallToken(name: "theirs") { token jwtToken } }`,
    );
    expect(made.errors, made.text).toEqual([]);
    expect(await count()).toBe(before + 2);
    await ask(
      server,
      world.bearer.root,
      `{ repository(name: "sandbox") { ingestTokens { name } } fleetInstallationTokens { name handle createdBy } }`,
    );
    expect(await count()).toBe(before + 2);
    await ask(
      server,
      world.bearer.delegate,
      `{ repository(name: "sandbox") { a: ingestTokens { token } b: ingestTokens { name token } } }`,
    );
    await ask(server, world.bearer.root, `{ fleetInstallationTokens { installationCommands { linuxCommand } } }`);
    const [fleet, ingest] = (await read("root", {}, { limit: 2 })).records;
    expect(ingest?.record).toMatchObject({
      type: "tokenhouse.values.reveal",
      actor: { user: { username: "delegate" } },
      tokens: ["ingestToken mine", "ingestToken shipper"],
      count: 2,
    });
    expect(fleet?.record).toMatchObject({ tokens: ["fleetToken fleet token", "fleetToken theirs"], count: 2 });
    expect(ingest?.record.subjects).toHaveLength(2);
    // Who asks for one by its handle is shown that one.
    await ask(
      server,
      world.bearer.root,
      `{ fleetInstallationTokenByHandle(handle: "${handleOf(world.fleet.token)}") { token } }`,
    );
    const [one] = (await read("root", {}, { limit: 1 })).records;
    expect(one?.record).toMatchObject({ type: "tokenhouse.values.reveal", count: 1 });
    // An answer that changes something and holds a value of before leaves both records.
    await ask(
      server,
      world.bearer.root,
      `mutation { unassignIngestToken(repositoryName: "sandbox", tokenName: "shipper") { repository { ingestTokens { token } } } }`,
    );
    expect(await count()).toBe(before + 7);
  });
});

describeOnBothDatabases("Reading one's own applications of the policies", (open) => {
  it("tells how many tokens were touched, and which to whoever may list all tokens", async () => {
    const server = await testServer(await open());
    const world = await makeCallers(server);
    const kinds = ["personal", "view", "organization", "system"];
    const enabled = kinds.filter((kind) => kind !== "system").map((kind) => [kind, kind !== "organization"] as const);
    const input = [
      ...enabled.map(([kind, on]) => `${kind === "personal" ? "personalUserTokens" : `${kind}PermissionTokens`}Enabled: ${on}`),
      "viewPermissionTokensAllowPermissionUpdates: true, organizationPermissionTokensAllowPermissionUpdates: true",
    ];
    const { errors } = await ask(
      server,
      world.bearer.delegate,
      `mutation { updateTokenSecurityPolicies(input: { ${input.join(", ")} }) { id } }`,
    );
    expect(errors).toEqual([]);
    const gone = world.tokens.organization;
    const read = async (caller: CallerName, filter: object) => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${world.bearer[caller]}` };
      const payload = JSON.stringify({ filter, limit: 10 });
      const response = await server.app.inject({ method: "POST", url: auditRecordsPath, headers, payload });
      return auditRecordsSchema.parse(response.json()).records.map(({ record }) => record);
    };
    const [own] = await read("delegate", {});
    expect(own).toMatchObject({
      operation: "updateTokenSecurityPolicies",
      target: { kind: "policies" },
      subjects: ["SINGLE_ORGANIZATION_ID"],
      deleted: [],
      restricted: [],
    });
    expect(z.object({ deleted: z.number() }).parse(own?.["counts"]).deleted).toBeGreaterThan(0);
    for (const filter of [{ subjects: [gone] }, { search: gone }]) {
      expect(await read("delegate", filter)).toEqual([]);
      expect(await read("root", filter)).toMatchObject([{ deleted: expect.arrayContaining([gone]) as string[] }]);
    }
    expect(await read("delegate", { subjects: ["SINGLE_ORGANIZATION_ID"], targetKinds: ["policies"] })).toHaveLength(1);
    await server.app.close();
  });
});

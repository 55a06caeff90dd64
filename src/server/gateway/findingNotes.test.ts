import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";

import type { FastifyInstance } from "fastify";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { Dismissal, TokenKey } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { noteLimits } from "#domain/inventory/noteTexts.ts";
import { usualThresholds } from "#domain/inventory/thresholds.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { findingNotesSchema } from "#logscale/findingNotes.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import { openStore } from "#server/store/client.ts";
import { callerNames, makeCallers, type CallerName, type Callers } from "#server/testing/callers.ts";
import { openTestStore, type TestStore } from "#server/testing/databases.ts";
import { auditLog, queryJobs, type AuditLog } from "#server/testing/queryJobs.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

import { buildGateway } from "./gateway.ts";
import { databaseNoteStore } from "./notes/noteDatabase.ts";
import { fileNoteStore } from "./notes/noteFile.ts";
import type { NoteStore } from "./notes/noteStore.ts";

const json = { "content-type": "application/json" };
const rule = "never-expires";

/** A LogScale: a server in its part of the contract, with an audit log in front. */
let cluster: TestServer;
let world: Callers;
let front: Server;
let origin: string;
let log: AuditLog;
/** How many GraphQL requests the cluster got. */
let asked = 0;
/** Callers, by their headers, to whom the cluster never answers. */
const stalled = new Set<string>();

beforeAll(async () => {
  const store = await openTestStore("pglite");
  cluster = await testServer(store, { extensions: false, limits: { failedRequests: 1e6 } });
  world = await makeCallers(cluster);
  const own = await cluster.app.listen({ host: "127.0.0.1", port: 0 });
  front = createServer((request, response) => {
    void (async () => {
      if (await queryJobs(log, request, response)) return;
      if (request.url?.startsWith("/graphql") === true) asked++;
      const { authorization = "" } = request.headers;
      if (stalled.has(authorization)) return;
      const body = await buffer(request);
      const answer = await fetch(own + (request.url ?? ""), {
        method: request.method ?? "GET",
        headers: { authorization, ...json },
        ...(body.length > 0 && { body }),
      });
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  }).listen(0, "127.0.0.1");
  await once(front, "listening");
  const address = front.address();
  if (address === null || typeof address === "string") throw new Error("The cluster has no port.");
  origin = `http://127.0.0.1:${address.port}`;
  return async () => {
    front.closeAllConnections();
    front.close();
    cluster.app.server.closeAllConnections();
    await cluster.app.close();
    await store.close();
  };
});

describe.each(["file", "database"] as const)("What a gateway keeps about findings in a %s", (kind) => {
  let folder: string;
  let database: TestStore | undefined;
  let gateways: readonly FastifyInstance[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "tokenhouse-notes-"));
    log = auditLog([], []);
    database = kind === "database" ? await openTestStore("postgres") : undefined;
    gateways = [await start(), await start()];
  });
  afterEach(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    rmSync(folder, { recursive: true });
  });

  const path = () => join(folder, "finding-notes.json");

  async function storeOf(): Promise<NoteStore> {
    if (database === undefined) return fileNoteStore(path());
    return databaseNoteStore(
      await openStore({ databaseUrl: database.databaseUrl ?? "" }, { connections: 3 }),
      "logs.example.com",
    );
  }

  async function start(): Promise<FastifyInstance> {
    return buildGateway({
      logscale: origin,
      key: new Uint8Array(32).fill(5),
      notes: await storeOf(),
      findingEditors: ["delegate"],
    });
  }

  const as = (caller: CallerName) => ({ authorization: `Bearer ${world.bearer[caller]}` });

  const dismissal = (token: TokenKey, given: Partial<Extract<NoteChange, { type: "dismiss" }>> = {}): NoteChange => ({
    type: "dismiss",
    token,
    rule,
    note: "Agreed with operations.",
    until: null,
    seen: null,
    ...given,
  });

  const viewToken = () => ({ kind: "view" as const, id: world.tokens.view, createdAt: cluster.now });

  async function send(change: NoteChange, caller: CallerName = "root", gateway = gateways[0]) {
    const response = await (gateway ?? expect.unreachable()).inject({
      method: "POST",
      url: findingNotesPath,
      headers: { ...json, ...as(caller) },
      payload: JSON.stringify(change),
    });
    return [response.statusCode, response.json<{ message?: string; now?: unknown; dismissal?: Dismissal }>()] as const;
  }

  async function read(caller: CallerName = "root", gateway = gateways[0]) {
    const response = await (gateway ?? expect.unreachable()).inject({ url: findingNotesPath, headers: as(caller) });
    expect([response.statusCode, response.headers["cache-control"]]).toEqual([200, "no-store"]);
    return findingNotesSchema.parse(response.json());
  }

  it("is changed by root, owners and those whom the setting names, of tokens that they may list", async () => {
    const thresholds = { type: "thresholds", values: { ...usualThresholds, olderThan: 7 } } as const;
    const allowed: string[] = [];
    for (const caller of callerNames.filter((name) => name !== "local")) {
      const { mayWrite, thresholds: present } = await read(caller);
      const [status] = await send({ ...thresholds, seen: present.set?.version ?? null }, caller);
      expect(status, caller).toBe(mayWrite ? 200 : 403);
      if (mayWrite) allowed.push(caller);
    }
    expect(allowed).toEqual(["delegate", "owner", "root"]);
    expect((await read("view-")).thresholds).toMatchObject({ values: { olderThan: 7 }, set: { by: "admin" } });
    expect((await send(dismissal(viewToken()), "user"))[0]).toBe(403);
    expect((await send(dismissal({ ...viewToken(), createdAt: 1 })))[0]).toBe(404);
    expect(
      (await send(dismissal({ kind: "organization", id: world.tokens.organization, createdAt: cluster.now }), "delegate"))[0],
    ).toBe(404);
    expect((await send(dismissal(viewToken(), { note: "x".repeat(501) })))[0]).toBe(400);
    expect((await send(dismissal(viewToken()), "delegate"))[0]).toBe(200);
  });

  it("is read of each token by whoever the cluster lets list it, and the cluster is asked once a minute", async () => {
    const createdAt = cluster.now;
    const { view, organization, system } = world.tokens;
    const keys: TokenKey[] = [
      { kind: "view", id: view, createdAt },
      { kind: "organization", id: organization, createdAt },
      { kind: "system", id: system, createdAt },
      { kind: "ingest", repository: "sandbox", name: "shipper" },
      { kind: "fleet", handle: handleOf(world.fleet.token) },
      // Of personal tokens LogScale lists one's own alone.
      { kind: "personal", id: world.users.root, createdAt },
    ];
    for (const token of keys) expect((await send(dismissal(token)))[0], token.kind).toBe(200);
    expect((await send(dismissal({ kind: "personal", id: world.tokens.personal, createdAt })))[0]).toBe(404);
    const seen: Record<string, string[]> = {};
    for (const caller of callerNames.filter((name) => name !== "local")) {
      seen[caller] = (await read(caller)).dismissals.map(({ token }) => token.kind).toSorted();
    }
    expect(seen).toEqual({
      "view-": [],
      "view+": ["ingest", "view"],
      "organization-": [],
      "organization+": ["fleet", "organization", "view"],
      "system-": [],
      "system+": ["system"],
      user: [],
      delegate: ["ingest", "view"],
      member: ["ingest", "view"],
      owner: ["fleet", "ingest", "organization", "view"],
      root: ["fleet", "ingest", "organization", "personal", "system", "view"],
    });
    asked = 0;
    await read("owner");
    // Who it is; which tokens it may list is remembered.
    expect(asked).toBe(1);
  });

  it("is the same for two gateways, which change it one after the other, and the one that comes second is told", async () => {
    const changes = Array.from({ length: 6 }, (_, index) => dismissal(viewToken(), { note: `n${index}` }));
    const answers = await Promise.all(changes.map((change, index) => send(change, "root", gateways[index % 2])));
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1);
    const winner = answers.find(([status]) => status === 200)?.[1].dismissal;
    for (const [status, body] of answers) {
      if (status !== 200) expect([status, body.now]).toEqual([409, { dismissal: winner }]);
    }
    for (const gateway of gateways) expect((await read("root", gateway)).dismissals).toEqual([winner]);
    const seen = winner?.version ?? "";
    expect((await send({ type: "bring-back", token: viewToken(), rule, seen: "another" }, "root", gateways[1]))[0]).toBe(409);
    expect((await send({ type: "bring-back", token: viewToken(), rule, seen }, "root", gateways[1]))[0]).toBe(200);
    expect((await read()).dismissals).toEqual([]);
  });

  it("is there after a start anew", async () => {
    const [, { dismissal: made }] = await send(dismissal(viewToken()));
    await Promise.all(gateways.map((gateway) => gateway.close()));
    gateways = [await start()];
    expect((await read()).dismissals).toEqual([made]);
  });

  it("goes over to the token that a rotation made, once the audit log tells somebody of it", async () => {
    const { id: rotated } = await cluster.token({ kind: "organization", permissions: ["ViewUsage"] });
    const key: TokenKey = { kind: "organization", id: rotated, createdAt: cluster.now };
    const [, { dismissal: made }] = await send(dismissal(key));
    const rotate = async (id: string) => {
      const response = await fetch(new URL("/graphql", origin), {
        method: "POST",
        headers: { ...json, ...as("root") },
        body: JSON.stringify({ query: `mutation { rotateToken(input: { id: "${id}" }) }` }),
      });
      const { data } = (await response.json()) as { data: { rotateToken: string } };
      return data.rotateToken.split("~")[0] ?? "";
    };
    const start = cluster.now;
    cluster.now += 5000;
    const second = await rotate(rotated);
    const third = await rotate(second);
    log.rows = [
      { oldTokenId: rotated, newTokenId: second, _max: "1" },
      { oldTokenId: second, newTokenId: third, _max: "2" },
      { oldTokenId: "x", newTokenId: "x", _max: "3" },
    ];
    // Whoever may not search the log is not told, and nothing is lost.
    expect((await read()).dismissals).toEqual([]);
    log.readers.add(as("owner").authorization);
    expect((await read("owner")).dismissals).toEqual([{ ...made, token: { ...key, id: third, createdAt: cluster.now } }]);
    expect((await read("root", gateways[1])).dismissals).toHaveLength(1);
    const searched = log.asked.length;
    await read("owner");
    expect(log.asked.length).toBe(searched);
    cluster.now = start;
  });

  it("keeps nothing of a token that is gone where its successor has a note of its own", async () => {
    const store = await storeOf();
    const [former, successor] = [viewToken(), { ...viewToken(), id: "successor" }];
    const author = { by: "ada", at: 1 };
    for (const token of [former, successor]) await store.change(dismissal(token, { note: token.id }), author);
    await store.change(dismissal(former, { rule: "old" }), author);
    await store.carryOver(former, successor);
    const { dismissals } = await store.read();
    expect(dismissals).toHaveLength(2);
    expect(dismissals).toContainEqual(expect.objectContaining({ token: successor, rule, note: "successor" }));
    expect(dismissals).toContainEqual(expect.objectContaining({ token: successor, rule: "old" }));
    await store.close();
  });

  it("holds owners and links of tokens that the writer may list, and tells a link to whoever may list both", async () => {
    const createdAt = cluster.now;
    const next = await cluster.token({ kind: "view", permissions: ["ReadAccess"], viewIds: [world.sandbox] });
    const [token, replaces] = [{ ...viewToken(), id: next.id }, viewToken()];
    const own = { type: "own", token, owner: "Payments team", seen: null } as const;
    const link = { type: "link", token, replaces, seen: null } as const;
    expect((await send(own, "view+"))[0]).toBe(403);
    expect((await send(link, "user"))[0]).toBe(403);
    const organization: TokenKey = { kind: "organization", id: world.tokens.organization, createdAt };
    expect((await send({ ...own, token: organization }, "delegate"))[0]).toBe(404);
    expect((await send({ ...link, replaces: { ...replaces, createdAt: 1 } }))[0]).toBe(404);
    expect((await send(own, "delegate"))[0]).toBe(200);
    expect((await send(link))[0]).toBe(200);
    for (const gateway of gateways) {
      const { owners, links, mayAssign } = await read("delegate", gateway);
      expect(owners).toEqual([
        { token, owner: "Payments team", by: "delegate", at: expect.any(Number), version: expect.any(String) },
      ]);
      expect(links).toEqual([{ token, replaces, by: "admin", at: expect.any(Number), version: expect.any(String) }]);
      expect(mayAssign).toEqual(["view", "organization", "system", "ingest", "fleet"]);
    }
    expect((await read("view+")).mayAssign).toEqual([]);
    expect(await send(link)).toMatchObject([409, { now: { link: { replaces } } }]);
    expect(await send({ ...link, token: replaces, replaces: token })).toMatchObject([
      400,
      { message: expect.stringMatching(/Remove that link first/u) },
    ]);

    // The old one comes to name a repository that the delegate does not administer.
    const both = { viewIds: [world.sandbox, world.vault] };
    await cluster.store.db.updateTable("tokens").set(both).where("id", "=", replaces.id).execute();
    gateways = [...gateways, await start()];
    const elsewhere = gateways.at(-1);
    expect((await read("delegate", elsewhere)).links).toEqual([]);
    expect((await read("root", elsewhere)).links).toHaveLength(1);
    const third = await cluster.token({ kind: "view", permissions: ["ReadAccess"], viewIds: [world.sandbox] });
    expect(await send({ ...link, replaces: { ...replaces, id: third.id } }, "delegate", elsewhere)).toEqual([
      403,
      { message: expect.stringMatching(/^This token replaces another one already, which you may not list/u) },
    ]);
    const { db } = cluster.store;
    await db
      .updateTable("tokens")
      .set({ viewIds: [world.sandbox] })
      .where("id", "=", replaces.id)
      .execute();
    await db.deleteFrom("tokens").where("id", "in", [next.id, third.id]).execute();
  });

  it("loses what is noted of a deleted token to whoever read it before, and tells nobody else of it", async () => {
    const createdAt = cluster.now;
    const gone = await cluster.token({ kind: "view", permissions: ["ReadAccess"], viewIds: [world.sandbox] });
    const token: TokenKey = { kind: "view", id: gone.id, createdAt };
    const own = { type: "own", token, owner: "Payments team", seen: null } as const;
    expect((await send(own))[0]).toBe(200);
    expect((await send({ type: "link", token, replaces: viewToken(), seen: null }))[0]).toBe(200);
    const { owners, links } = await read();
    await cluster.store.db.deleteFrom("tokens").where("id", "=", gone.id).execute();
    gateways = [...gateways, await start()];
    const anew = gateways.at(-1);
    expect(await read("root", anew)).toMatchObject({ owners: [], links: [] });

    for (const type of ["disown", "unlink"] as const) {
      expect(await send({ type, token, seen: "guessed" }, "root", anew)).toEqual([
        404,
        { message: expect.stringMatching(/^There is no such token/u) },
      ]);
    }
    expect((await send({ ...own, seen: owners[0]?.version ?? "" }, "root", anew))[0]).toBe(404);
    expect((await send({ type: "disown", token, seen: owners[0]?.version ?? "" }, "view+", anew))[0]).toBe(403);
    expect((await send({ type: "disown", token, seen: owners[0]?.version ?? "" }, "root", anew))[0]).toBe(200);
    expect((await send({ type: "unlink", token, seen: links[0]?.version ?? "" }, "root", anew))[0]).toBe(200);
    expect((await send({ type: "unlink", token, seen: links[0]?.version ?? "" }, "root", anew))[0]).toBe(404);
  });

  it("takes owners along with a rotated token, and a link on both its sides", async () => {
    const store = await storeOf();
    const [old, next, successor] = [viewToken(), { ...viewToken(), id: "next" }, { ...viewToken(), id: "successor" }];
    const author = { by: "ada", at: 1 };
    await store.change({ type: "own", token: old, owner: "ops", seen: null }, author);
    await store.change({ type: "link", token: next, replaces: old, seen: null }, author);
    await store.carryOver(old, successor);
    await store.carryOver(next, { ...next, id: "next-again" });
    const { owners, links } = await store.read();
    // The link gave the new one the owner of the old.
    expect(owners.map(({ token, owner }) => `${"id" in token ? token.id : ""} ${owner}`).toSorted()).toEqual([
      "next-again ops",
      "successor ops",
    ]);
    expect(links).toMatchObject([{ token: { id: "next-again" }, replaces: successor }]);
    // One that its own successor replaces would replace itself.
    await store.carryOver(successor, { ...next, id: "next-again" });
    expect((await store.read()).links).toEqual([]);
    await store.close();
  });

  it("is nobody's without a credential, and in a session our own page's alone", async () => {
    const [gateway = expect.unreachable()] = gateways;
    expect((await gateway.inject({ url: findingNotesPath })).statusCode).toBe(401);
    const wrong = await gateway.inject({
      url: findingNotesPath,
      headers: { authorization: `Bearer ${"x".repeat(24)}~${"y".repeat(44)}` },
    });
    expect(wrong.statusCode).toBe(401);
    const signIn = await gateway.inject({
      method: "POST",
      url: "/session",
      headers: { ...json, origin: "http://localhost:80" },
      payload: JSON.stringify({ token: world.bearer.root }),
    });
    expect(signIn.json<{ extensions: string[] }>().extensions).toContain("findingNotes");
    const cookie = [signIn.headers["set-cookie"]].flat()[0]?.split(";", 1)[0] ?? "";
    const post = (headers: Record<string, string>) =>
      gateway.inject({
        method: "POST",
        url: findingNotesPath,
        headers: { ...json, cookie, ...headers },
        payload: JSON.stringify(dismissal(viewToken())),
      });
    expect((await post({})).statusCode).toBe(400);
    expect((await post({ origin: "http://evil.example.com" })).statusCode).toBe(400);
    expect((await post({ origin: "http://localhost:80" })).statusCode).toBe(200);
    const found = await gateway.inject({ url: findingNotesPath, headers: { cookie } });
    expect(findingNotesSchema.parse(found.json()).dismissals).toHaveLength(1);
  });

  it("is read by others while the cluster leaves open who many strangers are", async () => {
    const [gateway = expect.unreachable()] = gateways;
    const strangers = Array.from({ length: 8 }, (_, number) => `Bearer ${"x".repeat(24)}~${String(number).repeat(44)}`);
    for (const authorization of strangers) stalled.add(authorization);
    asked = 0;
    const answers = strangers.map((authorization) => gateway.inject({ url: findingNotesPath, headers: { authorization } }));
    await expect.poll(() => asked).toBe(strangers.length);
    expect((await read()).dismissals).toEqual([]);
    stalled.clear();
    front.closeAllConnections();
    await Promise.all(answers);
  });

  if (kind === "file") {
    const noted = () =>
      JSON.stringify({
        format: "tokenhouse-finding-notes",
        version: 1,
        thresholds: null,
        notes: [{ type: "of-tomorrow", x: 1 }],
      });

    it("is for its owner's eyes alone, and holds no credential", async () => {
      await send(dismissal(viewToken()));
      expect(statSync(path()).mode & 0o777).toBe(0o600);
      expect(readFileSync(path(), "utf8")).not.toContain(world.bearer.root.split("~")[1]);
    });

    it("keeps notes of a type that a later release makes", async () => {
      writeFileSync(path(), noted());
      expect((await read()).dismissals).toEqual([]);
      await send(dismissal(viewToken()));
      expect(JSON.parse(readFileSync(path(), "utf8"))).toMatchObject({
        notes: [{ type: "of-tomorrow", x: 1 }, { type: "dismissal" }],
      });
    });

    it("is read and written as it was by a release that knew dismissals alone", async () => {
      const old = { type: "dismissal", token: viewToken(), rule, note: "n", until: null, by: "ada", at: 1, version: "v" };
      const thresholds = { values: { olderThan: 5, unusedFor: 90, expiresWithin: 30 }, set: { by: "ada", at: 1, version: "v" } };
      writeFileSync(path(), JSON.stringify({ ...(JSON.parse(noted()) as object), thresholds, notes: [old] }));
      const found = await read();
      expect([found.dismissals.length, found.owners, found.links]).toEqual([1, [], []]);
      expect(found.thresholds.values).toEqual({ ...usualThresholds, olderThan: 5 });
      await send({ type: "own", token: viewToken(), owner: "ops", seen: null });
      expect(JSON.parse(readFileSync(path(), "utf8"))).toMatchObject({ notes: [old, { type: "owner", owner: "ops" }] });
    });

    it("says where it is full that what nobody sees counts, and who can remove it", async () => {
      const made = { type: "dismissal", rule, note: "n", until: null, by: "ada", at: 1, version: "v" };
      const notes = Array.from({ length: noteLimits.dismissals }, (_, number) => ({
        ...made,
        token: { kind: "view", id: `gone${number}`, createdAt: 1 },
      }));
      writeFileSync(path(), JSON.stringify({ ...(JSON.parse(noted()) as object), notes }));
      expect(await send(dismissal(viewToken()))).toEqual([
        400,
        { message: expect.stringMatching(/^There are 10,000 dismissals.* Those of deleted tokens count/u) },
      ]);
    });

    it.each([
      ["is cut off", () => noted().slice(0, -20)],
      ["is empty", () => ""],
      ["holds something else", () => '{"a":1}'],
      ["has a dismissal that is none", () => noted().replace('"of-tomorrow"', '"dismissal"')],
      ["is of a later release", () => noted().replace('"version":1', '"version":2')],
    ])("is refused with a clear sentence and left as it is where the file %s", async (_, text) => {
      writeFileSync(path(), text());
      const found = await gateways[0]?.inject({ url: findingNotesPath, headers: as("root") });
      const message = /^The file finding-notes\.json, .* is not as this release writes it\. It is left as it is/u;
      expect([found?.statusCode, found?.json<{ message: string }>().message]).toEqual([500, expect.stringMatching(message)]);
      expect(await send(dismissal(viewToken()))).toEqual([500, { message: expect.stringMatching(message) }]);
      expect(readFileSync(path(), "utf8")).toBe(text());
      writeFileSync(path(), noted());
      expect((await send(dismissal(viewToken())))[0]).toBe(200);
    });

    it("has all that was acknowledged after a process was killed that wrote without a pause, and is changed as before", async () => {
      const script = `
        import { fileNoteStore } from "#server/gateway/notes/noteFile.ts";
        const store = fileNoteStore(${JSON.stringify(path())});
        for (let n = 0; ; n++) {
          const token = { kind: "view", id: ${JSON.stringify(world.tokens.view)}, createdAt: ${cluster.now} };
          const change = { type: "dismiss", token, rule: "rule-" + n, note: "n", until: null, seen: null };
          const { ok } = await store.change(change, { by: "ada", at: n });
          if (ok) process.stdout.write(n + "\\n");
        }`;
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let acknowledged = -1;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        if (acknowledged >= 20) child.kill("SIGKILL");
      }
      const kept = (await read()).dismissals.map((found) => found.rule);
      expect(kept).toEqual(expect.arrayContaining(Array.from({ length: acknowledged + 1 }, (_, n) => `rule-${n}`)));
      expect(acknowledged).toBeGreaterThanOrEqual(20);
      expect((await send(dismissal(viewToken())))[0]).toBe(200);
    });

    it.skipIf(process.getuid?.() === 0)("says that it cannot write where the folder takes no file", async () => {
      chmodSync(folder, 0o500);
      expect(await send(dismissal(viewToken()))).toEqual([500, { message: expect.stringMatching(/^This server cannot write/u) }]);
      chmodSync(folder, 0o700);
    });
  }
});

import { afterEach, beforeAll, describe, expect, it } from "vitest";

import type { Dismissal, TokenKey } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { noteLimits } from "#domain/inventory/noteTexts.ts";
import { usualThresholds } from "#domain/inventory/thresholds.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { findingNotesSchema, noteRefusalSchema, type FindingNotesAnswer } from "#logscale/findingNotes.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import { purgeExpired } from "#server/auth/purge.ts";
import { buildApp } from "#server/app.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import {
  ask,
  askNotes,
  callerNames,
  dump,
  openCallers,
  openPolicies,
  restore,
  strangerNames,
  type CallerName,
  type Callers,
} from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { testTrail } from "#server/testing/mutate.ts";
import { cookieOf, type TestServer } from "#server/testing/server.ts";
import { createVault } from "#server/vault.ts";

const rule = "never-expires";

describeOnBothDatabases("What is kept about findings", (open) => {
  let server: TestServer;
  let world: Callers;
  let before: Awaited<ReturnType<typeof dump>>;
  /** One token of each kind, in the order of the kinds. */
  let keys: readonly TokenKey[];
  beforeAll(async () => {
    ({ server, world, initial: before } = await openCallers(open, { findingEditors: ["delegate", "nobody"] }));
    const createdAt = server.now;
    const { personal, view, organization, system } = world.tokens;
    keys = [
      { kind: "personal", id: personal, createdAt },
      { kind: "view", id: view, createdAt },
      { kind: "organization", id: organization, createdAt },
      { kind: "system", id: system, createdAt },
      { kind: "ingest", repository: "sandbox", name: "shipper" },
      { kind: "fleet", handle: handleOf(world.fleet.token) },
    ];
    return () => server.app.close();
  });
  afterEach(() => restore(server.store.db, before));

  const as = (caller: CallerName | "expired") => ({ authorization: `Bearer ${world.bearer[caller]}` });
  const send = (change: NoteChange, caller: CallerName = "root") => askNotes(server, as(caller), change);
  const dismissal = (token: TokenKey, given: Partial<Extract<NoteChange, { type: "dismiss" }>> = {}): NoteChange => ({
    type: "dismiss",
    token,
    rule,
    note: "Agreed with operations.",
    until: null,
    seen: null,
    ...given,
  });

  async function dismissed(token: TokenKey, given: Parameters<typeof dismissal>[1] = {}): Promise<Dismissal> {
    const { status, text } = await send(dismissal(token, given));
    expect(text).toMatch(/^\{"dismissal":\{/u);
    expect(status).toBe(200);
    return (JSON.parse(text) as { dismissal: Dismissal }).dismissal;
  }

  async function read(caller: CallerName = "root"): Promise<FindingNotesAnswer> {
    const response = await server.app.inject({ url: findingNotesPath, headers: as(caller) });
    expect([response.statusCode, response.headers["cache-control"]]).toEqual([200, "no-store"]);
    return findingNotesSchema.parse(response.json());
  }

  const kindsSeenBy = async (caller: CallerName) => (await read(caller)).dismissals.map(({ token }) => token.kind).toSorted();

  it("is the usual thresholds and no dismissals until somebody changes it", async () => {
    expect(await read()).toEqual({
      mayWrite: true,
      mayAssign: ["view", "organization", "system", "ingest", "fleet"],
      thresholds: { values: usualThresholds, set: null },
      dismissals: [],
      owners: [],
      links: [],
    });
  });

  it("is changed by root, owners and those whom the setting names, and by nobody else", async () => {
    const organization = keys[2] ?? expect.unreachable();
    const thresholds = { type: "thresholds", values: { ...usualThresholds, olderThan: 7 }, seen: null } as const;
    const writers: CallerName[] = ["delegate", "owner", "root", "local"];
    for (const caller of callerNames) {
      expect((await read(caller)).mayWrite, caller).toBe(writers.includes(caller));
      const answers = [await send(dismissal(organization), caller), await send(thresholds, caller)];
      // The delegate may not list organization tokens.
      const statuses = writers.includes(caller) ? [caller === "delegate" ? 404 : 200, 200] : [403, 403];
      const found = answers.map(({ status }) => status);
      expect(found, caller).toEqual(statuses);
      for (const { message } of answers.flatMap(({ status, errors }) => (status === 403 ? errors : []))) {
        expect(message).toMatch(/^Only root, an owner of the organization, or a user/u);
      }
      const { db } = server.store;
      const dismissals = await db.deleteFrom("tokenNotes").returning("version").execute();
      const changed = await db.deleteFrom("findingThresholds").returning("version").execute();
      expect([dismissals.length, changed.length], caller).toEqual(statuses.map((status) => Number(status === 200)));
    }
    expect(await dump(server.store.db)).toEqual(before);
  });

  it("is nobody's to read or change without a valid credential", async () => {
    for (const stranger of strangerNames) {
      const headers = stranger === "nobody" ? {} : { authorization: `Bearer ${world.bearer[stranger]}` };
      const status = stranger === "filtered out" ? 403 : 401;
      expect((await server.app.inject({ url: findingNotesPath, headers })).statusCode, stranger).toBe(status);
      const change = dismissal(keys[2] ?? expect.unreachable());
      const answer = await askNotes(server, headers, change).catch(() => ({ status }));
      expect(answer.status, stranger).toBe(status);
    }
    expect(await dump(server.store.db)).toEqual(before);
  });

  it("is changed in a session by our own page alone", async () => {
    const cookie = cookieOf(await server.signIn({ token: world.bearer.root }));
    const change = dismissal(keys[2] ?? expect.unreachable());
    const payload = JSON.stringify(change);
    for (const headers of [{}, { origin: "http://evil.example.com" }]) {
      const response = await server.app.inject({
        method: "POST",
        url: findingNotesPath,
        headers: { "content-type": "application/json", cookie, ...headers },
        payload,
      });
      expect(response.statusCode).toBe(400);
    }
    expect((await askNotes(server, { cookie, origin: "http://localhost:80" }, change)).status).toBe(200);
    const seen = await server.app.inject({ url: findingNotesPath, headers: { cookie } });
    expect(findingNotesSchema.parse(seen.json()).dismissals).toHaveLength(1);
    await server.store.db.deleteFrom("sessions").execute();
  });

  it("is read of each token by whoever may list it, whoever wrote it, with who it was and when", async () => {
    for (const token of keys) await dismissed(token, { until: server.now + 1000 });
    const { dismissals } = await read();
    expect(dismissals.map(({ token }) => token).toSorted(byKind)).toEqual([...keys].toSorted(byKind));
    for (const found of dismissals) {
      const { by, at, until, note } = found;
      expect({ by, at, until, note }).toEqual({
        by: "admin",
        at: server.now,
        until: server.now + 1000,
        note: "Agreed with operations.",
      });
    }
    const all = ["fleet", "ingest", "organization", "personal", "system", "view"];
    expect(
      Object.fromEntries(await Promise.all(callerNames.map(async (name) => [name, await kindsSeenBy(name)] as const))),
    ).toEqual({
      "view-": [],
      "view+": ["ingest", "view"],
      "organization-": [],
      "organization+": ["fleet", "organization", "view"],
      "system-": [],
      "system+": ["system"],
      user: [],
      delegate: ["ingest", "view"],
      member: ["ingest", "view"],
      owner: all.filter((kind) => !["personal", "system"].includes(kind)),
      root: all,
      local: all,
    });
  });

  it("is not changed of a token that is not there, is another, or is none that the caller may list", async () => {
    const createdAt = server.now;
    const wrong: readonly TokenKey[] = [
      { kind: "view", id: "x".repeat(32), createdAt },
      { kind: "view", id: world.tokens.organization, createdAt },
      { kind: "organization", id: world.tokens.organization, createdAt: createdAt - 1 },
      { kind: "ingest", repository: "sandbox", name: "Shipper" },
      { kind: "ingest", repository: "vault", name: "shipper" },
      { kind: "fleet", handle: "0".repeat(12) },
    ];
    for (const token of wrong) {
      const { status, errors } = await send(dismissal(token));
      expect([status, errors[0]?.message]).toEqual([404, expect.stringMatching(/^There is no such token/u)]);
    }
    for (const names of [
      { repository: "sandbox\0", name: "shipper" },
      { repository: "sandbox", name: "shipper\0" },
    ]) {
      const { status, text } = await send(dismissal({ kind: "ingest", ...names }));
      expect([status, text]).toEqual([400, expect.stringContaining("NUL")]);
    }
    for (const token of keys) {
      const { status } = await send(dismissal(token), "delegate");
      expect(status, token.kind).toBe(["view", "ingest"].includes(token.kind) ? 200 : 404);
    }
  });

  it("is brought back, and changed, only by who saw what is there", async () => {
    const [token = expect.unreachable()] = keys;
    const first = await dismissed(token);
    const stale = async (change: NoteChange) => {
      const response = await server.app.inject({
        method: "POST",
        url: findingNotesPath,
        headers: { ...as("root"), "content-type": "application/json" },
        payload: JSON.stringify(change),
      });
      return [response.statusCode, noteRefusalSchema.parse(response.json())] as const;
    };
    const refusal = [409, { message: expect.stringMatching(/^Somebody else changed this/u), now: { dismissal: first } }];
    expect(await stale(dismissal(token, { note: "Mine." }))).toEqual(refusal);
    expect(await stale(dismissal(token, { note: "Mine.", seen: "another" }))).toEqual(refusal);
    expect(await stale({ type: "bring-back", token, rule, seen: "another" })).toEqual(refusal);
    const second = await dismissed(token, { note: "Mine.", seen: first.version });
    expect(second.version).not.toBe(first.version);
    expect((await read()).dismissals).toEqual([second]);
    expect((await send({ type: "bring-back", token, rule, seen: second.version })).data).toEqual({ dismissal: null });
    expect(await stale({ type: "bring-back", token, rule, seen: second.version })).toEqual([
      409,
      { message: expect.any(String), now: { dismissal: null } },
    ]);
    expect(await dump(server.store.db)).toEqual(before);
  });

  it("has thresholds that only who saw those in force replaces", async () => {
    const values = { ...usualThresholds, unusedFor: 30 };
    const set = await send({ type: "thresholds", values, seen: null });
    const { thresholds } = await read();
    expect(set.data).toEqual({ thresholds });
    expect(thresholds).toEqual({ values, set: { by: "admin", at: server.now, version: expect.any(String) } });
    expect((await send({ type: "thresholds", values: usualThresholds, seen: null })).status).toBe(409);
    const seen = thresholds.set?.version ?? null;
    expect((await send({ type: "thresholds", values: usualThresholds, seen }, "owner")).status).toBe(200);
    // One that an older release did not keep is the usual one.
    await server.store.db.updateTable("findingThresholds").set({ days: '{"olderThan":5,"of-tomorrow":1}' }).execute();
    expect((await read("view-")).thresholds.values).toEqual({ ...usualThresholds, olderThan: 5 });
  });

  it("is bounded, and what is beyond is refused whole", async () => {
    const [token = expect.unreachable(), another = expect.unreachable()] = keys;
    const post = async (payload: string) => {
      const headers = { ...as("root"), "content-type": "application/json" };
      const response = await server.app.inject({ method: "POST", url: findingNotesPath, headers, payload });
      return [response.statusCode, response.json<{ message: string; field?: string }>()] as const;
    };
    const words = await post(JSON.stringify(dismissal(token, { note: "x".repeat(501) })));
    expect(words).toEqual([400, { message: "A note has at most 500 characters.", field: "note" }]);
    expect((await post("{}"))[0]).toBe(400);
    expect((await post("["))[0]).toBe(400);
    expect((await post(JSON.stringify({ ...dismissal(token), pad: "x".repeat(40_000) })))[0]).toBe(413);
    const { dismissals: most } = noteLimits;
    await server.store.db.transaction().execute(async (trx) => {
      for (let start = 1; start < most; start += 1000) {
        const rows = Array.from({ length: Math.min(1000, most - start) }, (_, index) => ({
          cluster: "",
          kind: "view" as const,
          tokenId: String(start + index),
          tokenCreatedAt: 0,
          type: "dismissal" as const,
          rule,
          text: "",
          until: null,
          writtenBy: "",
          writtenAt: 0,
          version: "1",
        }));
        await trx.insertInto("tokenNotes").values(rows).execute();
      }
    });
    const last = await dismissed(token);
    const full = await send(dismissal(another));
    expect([full.status, full.errors[0]?.message]).toEqual([400, expect.stringMatching(/^There are 10,000 dismissals/u)]);
    await dismissed(token, { note: "Otherwise.", seen: last.version });
  });

  it("goes over to the token that a rotation makes, of every kind, and to the personal token that replaces another", async () => {
    for (const token of keys.slice(0, 4)) await dismissed(token);
    server.now += 5000;
    const rotated: string[] = [];
    for (const kind of ["personal", "view", "organization", "system"] as const) {
      const { data } = await ask(server, world.bearer.root, `mutation { rotateToken(input: { id: "${world.tokens[kind]}" }) }`);
      rotated.push(String(data?.["rotateToken"]).split("~")[0] ?? "");
    }
    expect(rotated[0]).toBe(world.tokens.personal);
    const found = (await read()).dismissals.map(({ token }) => ("id" in token ? `${token.id} ${token.createdAt}` : ""));
    expect(found.toSorted()).toEqual(rotated.map((id) => `${id} ${server.now}`).toSorted());

    await dismissed({ kind: "personal", id: world.users.root, createdAt: server.now - 5000 });
    server.now += 5000;
    const { data } = await ask(server, world.bearer.root, "mutation { createPersonalUserToken(input: {}) }");
    const own = await server.app.inject({
      url: findingNotesPath,
      headers: { authorization: `Bearer ${String(data?.["createPersonalUserToken"])}` },
    });
    expect(findingNotesSchema.parse(own.json()).dismissals.map(({ token }) => token)).toContainEqual({
      kind: "personal",
      id: world.users.root,
      createdAt: server.now,
    });
    server.now -= 10_000;
  });

  it("goes with its token, whatever deletes it, and no other token's does", async () => {
    const text = (value: string) => JSON.stringify(value);
    const { personal, view, organization, system } = world.tokens;
    const { personalUserTokensEnabled: _, ...policies } = openPolicies;
    const restOf = (values: object) => Object.entries(values).map(([name, value]) => `${name}: ${String(value)}`);
    const mutation = (body: string) => () => ask(server, world.bearer.root, `mutation { ${body} }`);
    const ways: readonly (readonly [way: string, kinds: readonly string[], act: () => Promise<unknown>])[] = [
      ["deleted", ["view"], mutation(`deleteToken(input: { id: ${text(view)} })`)],
      ["deleted", ["system"], mutation(`deleteToken(input: { id: ${text(system)} })`)],
      [
        "deleted by a policy",
        ["organization"],
        mutation(
          `updateTokenSecurityPolicies(input: { personalUserTokensEnabled: true, ${restOf({ ...policies, organizationPermissionTokensEnabled: false }).join(", ")} }) { id }`,
        ),
      ],
      ["removed with its user", ["personal"], mutation(`removeUser(input: { username: "victim" }) { user { id } }`)],
      ["removed", ["ingest"], mutation(`removeIngestToken(repositoryName: "sandbox", name: "shipper") { result }`)],
      ["removed", ["fleet"], mutation(`deleteFleetInstallToken(token: ${text(world.fleet.token)})`)],
      ["deleted with its repository", ["ingest"], mutation(`deleteSearchDomain(name: "sandbox", deleteMessage: "x") { result }`)],
      [
        "purged",
        ["personal", "organization"],
        async () => {
          await server.store.db
            .updateTable("tokens")
            .set({ expireAt: server.now })
            .where("id", "in", [personal, organization])
            .execute();
          await purgeExpired(server.store.db, server.now, testTrail);
        },
      ],
    ];
    for (const token of keys) await dismissed(token);
    const noted = await dump(server.store.db);
    for (const [way, kinds, act] of ways) {
      await act();
      const left = await server.store.db.selectFrom("tokenNotes").select("kind").execute();
      expect(left.map(({ kind }) => kind).toSorted(), way).toEqual(
        keys.flatMap(({ kind }) => (kinds.includes(kind) ? [] : [kind])).toSorted(),
      );
      await restore(server.store.db, noted);
    }
  });

  it("is changed by one of two processes that change the same at once, and the other one is told", async () => {
    const other = await buildApp({
      store: server.store,
      now: () => server.now,
      localAdminHash: hashSecret("x"),
      vault: createVault(new Uint8Array(32).fill(7)),
    });
    const post = (app: TestServer["app"], change: NoteChange) =>
      app.inject({
        method: "POST",
        url: findingNotesPath,
        headers: { ...as("root"), "content-type": "application/json" },
        payload: JSON.stringify(change),
      });
    for (const token of [keys[1], keys[4], keys[5]]) {
      const changes = Array.from({ length: 6 }, (_, index) => dismissal(token ?? expect.unreachable(), { note: `n${index}` }));
      const answers = await Promise.all(changes.map((change, index) => post(index % 2 ? other : server.app, change)));
      expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(5);
      const winner = answers.find(({ statusCode }) => statusCode === 200)?.json<{ dismissal: Dismissal }>().dismissal;
      for (const answer of answers) {
        const { now } = answer.json<{ now?: { dismissal: Dismissal } }>();
        expect(now?.dismissal ?? winner).toEqual(winner);
      }
    }
    await other.close();
  });

  describe("with --strict-logscale", () => {
    it("is not served", async () => {
      const strict = await buildApp({
        store: server.store,
        now: () => server.now,
        localAdminHash: hashSecret("x"),
        vault: createVault(new Uint8Array(32).fill(7)),
        extensions: false,
      });
      expect((await strict.inject({ url: findingNotesPath, headers: as("root") })).statusCode).toBe(404);
      await strict.close();
    });
  });
});

function byKind(one: TokenKey, other: TokenKey): number {
  return one.kind < other.kind ? -1 : 1;
}

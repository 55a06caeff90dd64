import { expect, it } from "vitest";

import { readRights } from "#server/access/permissions.ts";
import { readAuditRecords } from "#server/services/auditTrail.ts";
import { ask, makeCallers } from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime } from "#server/testing/databases.ts";
import { testTrail } from "#server/testing/mutate.ts";
import { cookieOf, testServer, type TestServer } from "#server/testing/server.ts";
import { makeAuditTally } from "./tally.ts";
import { strangerAt, type Trail } from "./trail.ts";

/** Every record so far. */
async function records({ store }: TestServer) {
  const rows = await store.db.selectFrom("auditRecords").select("record").orderBy("number").execute();
  return rows.map(({ record }) => JSON.parse(record) as Record<string, unknown>);
}

describeOnBothDatabasesInTime("The audit trail, besides mutations,", (open) => {
  it("tells of each sign-in and its end, by one name of the session that tells nothing of its cookie", async () => {
    const server = await testServer(await open());
    const first = cookieOf(await server.signIn({ code: await server.code() }));
    const { tokenString } = await server.token();
    // The browser's former session ends as the next one begins.
    const second = cookieOf(await server.signIn({ token: tokenString }, { headers: { cookie: first } }));
    const leave = { method: "DELETE", url: "/session", headers: { origin: "http://localhost:80", cookie: second } } as const;
    expect((await server.app.inject(leave)).statusCode).toBe(204);
    // There is nothing left to end.
    expect((await server.app.inject(leave)).statusCode).toBe(204);
    const told = await records(server);
    expect(told).toMatchObject([
      { type: "user.signin", method: "link", outcome: "done", actor: { type: "orgUser", user: { username: "admin" } } },
      { type: "user.signout", actor: { type: "orgUser", user: { username: "admin" } } },
      { type: "user.signin", method: "token", actor: { type: "organizatioPermissionToken", tokenName: "a token" } },
      { type: "user.signout", actor: { type: "organizatioPermissionToken" } },
    ]);
    const names = told.map(({ actor }) => (actor as { sessionId: string }).sessionId);
    expect(names).toEqual([names[0], names[0], names[2], names[2]]);
    expect(new Set(names).size).toBe(2);
    for (const cookie of [first, second]) expect(JSON.stringify(told)).not.toContain(cookie.split("=")[1]);
    expect(told.map(({ subjects }) => subjects)).toEqual(names.map((name) => [name]));
    await server.app.close();
  });

  it("counts failed sign-ins, refused credentials and refused reads: one record an address and reason, when their minute is over", async () => {
    const server = await testServer(await open(), { limits: { failedSignIns: 1000, failedRequests: 1000 } });
    const world = await makeCallers(server);
    const before = (await records(server)).length;
    const wrong = `${"a".repeat(24)}~${"b".repeat(44)}`;
    for (let attempt = 0; attempt < 3; attempt++) {
      await server.signIn({ token: wrong }, { remoteAddress: "192.0.2.1" });
      await server.signIn({ code: "nonsense" }, { remoteAddress: "192.0.2.1" });
      await server.signIn({ token: wrong }, { remoteAddress: "192.0.2.2" });
      await ask(server, wrong, "{ meta { version } }");
      await ask(server, world.bearer["view-"], "{ users { id } }");
      server.now += 1000;
    }
    // Without a credential none was wrong.
    await ask(server, undefined, "{ meta { version } }");
    expect((await records(server)).length).toBe(before);
    await server.app.close();
    const told = (await records(server)).slice(before);
    const counted = told.filter(({ type }) => type !== "tokenhouse.localadministrator.use");
    expect(counted.map(({ type, actor, refusal, count }) => ({ type, actor, refusal, count }))).toEqual([
      {
        type: "user.signin",
        actor: expect.objectContaining({ ip: "192.0.2.1", type: "stranger" }) as object,
        refusal: { code: "401", field: null },
        count: 6,
      },
      {
        type: "user.signin",
        actor: expect.objectContaining({ ip: "192.0.2.2" }) as object,
        refusal: { code: "401", field: null },
        count: 3,
      },
      {
        type: "tokenhouse.read",
        actor: expect.objectContaining({ type: "stranger" }) as object,
        refusal: { code: "invalid", field: null },
        count: 3,
      },
      {
        type: "tokenhouse.read",
        actor: expect.objectContaining({ type: "viewPermissionToken", tokenName: "view token" }) as object,
        refusal: { code: "NOT_ALLOWED", field: null },
        count: 3,
      },
    ]);
    expect(counted[0]).toMatchObject({
      outcome: "refused",
      operation: "/session",
      until: new Date(server.now - 1000).toISOString(),
    });
    expect(JSON.stringify(told)).not.toMatch(/b{44}|nonsense/u);
  });

  it("keeps a crowd of strangers to a hundred records a minute, and counts the rest in one", async () => {
    const server = await testServer(await open(), { limits: { failedSignIns: 1e6, failedRequests: 1e6 } });
    for (let stranger = 0; stranger < 150; stranger++) {
      await server.app.inject({
        method: "POST",
        url: "/graphql",
        headers: { authorization: "Bearer wrong" },
        remoteAddress: `192.0.2.${stranger}`,
      });
    }
    await server.app.close();
    const told = await records(server);
    expect(told).toHaveLength(101);
    expect(told.reduce((sum, { count }) => sum + Number(count), 0)).toBe(150);
    expect(told.at(-1)).toMatchObject({ count: 50, actor: { type: "stranger" } });
    expect(told.at(-1)?.["actor"]).not.toHaveProperty("ip");
  });

  it("names callers with a valid credential, however many strangers fail at the same time", async () => {
    const server = await testServer(await open(), {
      limits: { failedSignIns: 1e6, failedRequests: 1e6 },
      localAdminFrom: ["198.51.100.7"],
    });
    const world = await makeCallers(server);
    for (let stranger = 0; stranger < 120; stranger++) {
      await server.signIn({ code: "wrong" }, { remoteAddress: `192.0.2.${stranger}` });
    }
    const before = (await records(server)).length;
    await ask(server, world.bearer["view-"], "{ users { id } }");
    const headers = { authorization: `Bearer ${server.localAdmin}` };
    await server.app.inject({ url: "/session", headers, remoteAddress: "198.51.100.7" });
    await server.app.close();
    const told = (await records(server)).slice(before);
    expect(told.find(({ type }) => type === "tokenhouse.read")).toMatchObject({
      actor: { type: "viewPermissionToken", tokenName: "view token", ip: "127.0.0.1" },
    });
    expect(told.filter(({ type }) => type === "tokenhouse.localadministrator.use").map(({ actor }) => actor)).toContainEqual(
      expect.objectContaining({ type: "localAdministrator", ip: "198.51.100.7" }),
    );
  });

  it("counts a network of IPv6 together, so that whoever has one crowds out nobody", async () => {
    const server = await testServer(await open(), { limits: { failedSignIns: 1e6, failedRequests: 1e6 } });
    const fail = (remoteAddress: string) => server.signIn({ code: "wrong" }, { remoteAddress });
    for (let host = 1; host <= 150; host++) await fail(`2001:db8:0:7::${host.toString(16)}`);
    await fail("2001:db8:0:8::1");
    await fail("::ffff:192.0.2.1");
    await server.app.close();
    const told = (await records(server)).map(({ actor, count, addresses }) => [(actor as { ip?: string }).ip, count, addresses]);
    expect(told).toEqual([
      ...[1, 2, 3, 4, 5].map((host) => [`2001:db8:0:7::${host}`, 1, undefined]),
      ["2001:db8:0:7::/64", 145, 1],
      ["2001:db8:0:8::1", 1, undefined],
      ["192.0.2.1", 1, undefined],
    ]);
    // Each of them is looked for by its own address, in any notation.
    const actor = { db: server.store.db, rights: await readRights(server.store.db, { type: "local-root" }), now: server.now };
    const page = { after: undefined, limit: 10, whole: false };
    const found = async (address: string) => (await readAuditRecords(actor, { addresses: [address] }, page)).records.length;
    expect(await Promise.all(["2001:db8:0:7::99", "2001:DB8:0:7:0::1", "2001:db8:0:8::1", "2001:db8:0:9::1"].map(found))).toEqual(
      [1, 2, 1, 0],
    );
  });

  it("keeps one caller's refused reads to fifty records a minute, whatever the addresses", async () => {
    const server = await testServer(await open());
    const { tokenString } = await server.token({ kind: "system", permissions: ["ReadHealthCheck"] });
    const headers = { authorization: `Bearer ${tokenString}`, "content-type": "application/json" };
    for (let host = 0; host < 80; host++) {
      const payload = JSON.stringify({ query: "{ users { id } }" });
      await server.app.inject({ method: "POST", url: "/graphql", headers, payload, remoteAddress: `192.0.2.${host}` });
    }
    await server.app.close();
    const told = await records(server);
    expect(told).toHaveLength(51);
    expect(told.at(-1)).toMatchObject({
      count: 30,
      addresses: 30,
      actor: { type: "systemPermissionToken", tokenName: "a token" },
    });
  });

  it("loses no count to a database that takes none for a while, and holds no more of them meanwhile", async () => {
    const { db } = await open();
    let now = Date.UTC(2030, 0, 1);
    const failures: unknown[] = [];
    let isFull = true;
    const trail: Trail = {
      ...testTrail,
      append: (...record) => (isFull ? Promise.reject(new Error("full")) : testTrail.append(...record)),
    };
    const tally = makeAuditTally(
      db,
      trail,
      () => now,
      (error) => void failures.push(error),
    );
    for (let minutes = 0; minutes < 4; minutes++) {
      for (let stranger = 0; stranger < 90; stranger++) {
        const actor = strangerAt(`192.0.${minutes}.${stranger}`);
        tally.note({ type: "user.signin", actor, reason: "401", operation: "/session" });
      }
      await tally.flush();
      now += 60_000;
    }
    expect(failures).toHaveLength(4);
    isFull = false;
    await tally.flush();
    await tally.flush();
    const rows = await db.selectFrom("auditRecords").select("record").execute();
    const counts = rows.map(({ record }) => (JSON.parse(record) as { count: number }).count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(360);
    expect(counts).toHaveLength(101);
  });

  it("tells apart the addresses of what is counted together also where some came while nothing could be written", async () => {
    const { db } = await open();
    const now = Date.UTC(2030, 0, 1);
    let isFull = true;
    const tally = makeAuditTally(
      db,
      {
        ...testTrail,
        append(...record) {
          if (!isFull) return testTrail.append(...record);
          isFull = false;
          fail(1);
          return Promise.reject(new Error("full"));
        },
      },
      () => now,
      () => undefined,
    );
    /** One address more than are recorded each by itself. */
    const fail = (network: number) => {
      for (let stranger = 0; stranger <= 100; stranger++) {
        const actor = strangerAt(`192.0.${network}.${stranger}`);
        tally.note({ type: "user.signin", actor, reason: "401", operation: "/session" });
      }
    };
    fail(0);
    await tally.flush();
    await tally.flush();
    const rows = await db.selectFrom("auditRecords").select("record").execute();
    const together = rows.map(({ record }) => JSON.parse(record) as object).filter((record) => "addresses" in record);
    expect(together).toEqual([expect.objectContaining({ count: 2, addresses: 2 })]);
  });

  it("tells of one end of a session, however many browser tabs sign out or in at the same moment", async () => {
    const server = await testServer(await open());
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    const leave = { method: "DELETE", url: "/session", headers: { origin: "http://localhost:80", cookie } } as const;
    const codes = [await server.code(), await server.code()];
    await Promise.all([
      ...[1, 2, 3].map(() => server.app.inject(leave)),
      ...codes.map((code) => server.signIn({ code }, { headers: { cookie } })),
    ]);
    const ends = (await records(server)).filter(({ type }) => type === "user.signout");
    expect(ends).toHaveLength(1);
    await server.app.close();
  });

  it("tells of each link that was refused, to whom and for whom, and counts the wrong credentials that asked for one", async () => {
    const server = await testServer(await open(), { limits: { failedSignIns: 1e6 } });
    const world = await makeCallers(server);
    const before = (await records(server)).length;
    const link = (bearer: string, user?: string) =>
      server.app.inject({
        method: "POST",
        url: "/session/link",
        headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
        payload: JSON.stringify(user === undefined ? {} : { user }),
      });
    expect((await link(world.bearer.root, "victim")).statusCode).toBe(403);
    expect((await link(server.localAdmin, "nobody at all")).statusCode).toBe(404);
    expect((await link(server.localAdmin, "x".repeat(900))).statusCode).toBe(404);
    expect((await link(`localroot~${"b".repeat(44)}`, "victim")).statusCode).toBe(401);
    await server.app.inject({ url: "/session", headers: { authorization: "Bearer wrong" } });
    const told = (await records(server)).slice(before);
    expect(
      told.map(({ type, outcome, target, refusal, actor }) => [type, outcome, target, refusal, (actor as { type: string }).type]),
    ).toEqual([
      ["tokenhouse.signinlink.create", "refused", null, { code: "NOT_ALLOWED", field: null }, "personalUserToken"],
      ["tokenhouse.signinlink.create", "refused", null, { code: "NOT_FOUND", field: "username" }, "localAdministrator"],
      ["tokenhouse.signinlink.create", "refused", null, { code: "NOT_FOUND", field: "username" }, "localAdministrator"],
    ]);
    await server.app.close();
    const counted = (await records(server)).slice(before + 3);
    expect(
      counted
        .filter(({ type }) => type === "tokenhouse.read")
        .map(({ operation, refusal, count }) => [operation, refusal, count]),
    ).toEqual([
      ["/session/link", { code: "invalid", field: null }, 1],
      ["/session", { code: "invalid", field: null }, 1],
    ]);
    expect(counted).toContainEqual(
      expect.objectContaining({ type: "tokenhouse.localadministrator.use", operation: "/session/link", count: 2 }),
    );
  });

  it("has the uses of the local administrator's token stand out: one record a minute and address", async () => {
    const server = await testServer(await open());
    for (let use = 0; use < 4; use++) await ask(server, server.localAdmin, "{ users { id } }");
    await ask(server, server.localAdmin, `mutation { createIPFilter(input: { name: "a", ipFilter: "allow all" }) { id } }`);
    await server.app.close();
    expect(await records(server)).toMatchObject([
      { operation: "createIPFilter", actor: { type: "localAdministrator", tokenName: "local administrator" } },
      {
        type: "tokenhouse.localadministrator.use",
        outcome: "done",
        count: 5,
        actor: { type: "localAdministrator", ip: "127.0.0.1" },
      },
    ]);
  });
});

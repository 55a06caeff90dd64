import { expect, it } from "vitest";

import { ask, makeCallers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { cookieOf, testServer, type TestServer } from "#server/testing/server.ts";

/** Every record so far. */
async function records({ store }: TestServer) {
  const rows = await store.db.selectFrom("auditRecords").select("record").orderBy("number").execute();
  return rows.map(({ record }) => JSON.parse(record) as Record<string, unknown>);
}

describeOnBothDatabases("The audit trail, besides mutations,", (open) => {
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

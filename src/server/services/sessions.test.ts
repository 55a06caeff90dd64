import { beforeAll, expect, it } from "vitest";
import { z } from "zod";

import { hour } from "#domain/duration.ts";
import { createSignInCode } from "#server/auth/sessions.ts";
import { randomId } from "#server/store/ids.ts";
import { ask, makeCallers, type Answer, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { cookieOf, testServer, type TestServer } from "#server/testing/server.ts";

const everything =
  "id isCurrent begun userId username tokenId tokenKind tokenName linkedBy linkedByName address userAgent createdAt lastSeenAt expiresAt";

/** The link in an answer. */
function linkIn({ data }: Pick<Answer, "data">): { readonly url: string; readonly expiresAt?: number | undefined } {
  return z.object({ createSignInLink: z.object({ url: z.string(), expiresAt: z.optional(z.number()) }) }).parse(data)
    .createSignInLink;
}

describeOnBothDatabases("the list of sessions", (open) => {
  let server: TestServer;
  let callers: Callers;
  beforeAll(async () => {
    server = await testServer(await open(), { limits: { failedSignIns: 1e6 } });
    callers = await makeCallers(server);
    return () => server.app.close();
  });

  interface Listed {
    readonly id: string;
    readonly username: string | null;
    readonly tokenName: string | null;
    readonly isCurrent: boolean;
  }
  async function listed(bearer: string, args = ""): Promise<readonly Listed[]> {
    const { data, text } = await ask(server, bearer, `{ browserSessions${args} { totalResults results { ${everything} } } }`);
    const found = data?.["browserSessions"] as { readonly totalResults: number; readonly results: readonly Listed[] } | undefined;
    if (found === undefined) throw new Error(text);
    expect(found.totalResults).toBe(found.results.length);
    return found.results;
  }
  const fresh = async () => {
    await server.store.db.deleteFrom("sessions").execute();
  };
  const end = (bearer: string, revocationType: string, id: string) =>
    ask(server, bearer, `mutation { revokeSession(input: { revocationType: ${revocationType}, id: "${id}" }) }`);

  it("says of each how it was begun, from where and as whom, and holds nothing by which one gets in", async () => {
    await fresh();
    const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };
    const byLink = await server.signIn(
      { code: await createSignInCode(server.store.db, callers.users.user, server.now) },
      { headers, remoteAddress: "192.0.2.7" },
    );
    await server.signIn({ token: callers.bearer.delegate });
    await server.signIn({ token: callers.bearer["system+"] });
    await server.signIn({ token: server.localAdmin });
    const made = await ask(server, callers.bearer.root, `mutation { createSignInLink(username: "victim") { url } }`);
    const { url } = linkIn(made);
    await server.signIn({ code: url.split("#code=")[1] ?? "" });
    const { text } = await ask(server, server.localAdmin, `{ browserSessions { results { ${everything} } } }`);
    const { results } = JSON.parse(text).data.browserSessions as { results: Record<string, unknown>[] };
    const plain = { isCurrent: false, linkedBy: null, linkedByName: null, tokenId: null, tokenKind: null, tokenName: null };
    const { delegate, user, victim, root } = callers.users;
    const of = (match: Record<string, unknown>) => expect.objectContaining({ ...plain, ...match }) as unknown;
    expect(results).toHaveLength(5);
    expect(results).toEqual(
      expect.arrayContaining([
        of({
          begun: "Link",
          userId: user,
          username: "user",
          address: "192.0.2.7",
          userAgent: headers["user-agent"],
          createdAt: server.now,
          lastSeenAt: server.now,
        }),
        of({
          begun: "Token",
          userId: delegate,
          username: "delegate",
          tokenId: delegate,
          tokenKind: "personal",
          tokenName: "delegate",
        }),
        of({
          begun: "Token",
          userId: null,
          tokenKind: "system",
          tokenId: callers.bearer["system+"].split("~")[0],
          tokenName: "system token",
        }),
        of({ begun: "LocalAdministrator", userId: null }),
        of({ begun: "Link", userId: victim, linkedBy: root, linkedByName: "admin" }),
      ]),
    );
    const { idHash } = await server.store.db
      .selectFrom("sessions")
      .select("idHash")
      .where("userId", "=", user)
      .executeTakeFirstOrThrow();
    for (const secret of [
      cookieOf(byLink).split("=")[1] ?? "",
      Buffer.from(idHash).toString("hex"),
      Buffer.from(idHash).toString("base64url"),
    ])
      expect(text).not.toContain(secret);
  });

  it("has everybody's for who administers users, and else one's own alone", async () => {
    await fresh();
    for (const name of ["user", "delegate", "root", "system-", "organization+", "local"] as const)
      await server.signIn({ token: callers.bearer[name] });
    const names = async (bearer: string) => (await listed(bearer)).map(({ username, tokenName }) => username ?? tokenName);
    for (const name of ["root", "owner", "local", "organization+"] as const)
      expect(await listed(callers.bearer[name])).toHaveLength(6);
    expect(await names(callers.bearer.user)).toEqual(["user"]);
    expect(await names(callers.bearer.delegate)).toEqual(["delegate"]);
    expect(await names(callers.bearer["system-"])).toEqual(["system token"]);
    expect(await names(callers.bearer["view-"])).toEqual([]);
    expect((await listed(callers.bearer.root, `(userId: "${callers.users.user}")`)).map(({ username }) => username)).toEqual([
      "user",
    ]);
    // Whoever may not see another's does not learn whether there are any.
    expect(await listed(callers.bearer.delegate, `(userId: "${callers.users.user}")`)).toEqual([]);
  });

  it("leaves out what is over: idle, too old, or without its token", async () => {
    await fresh();
    const { id, tokenString } = await server.token({ kind: "system", name: "short-lived" });
    await server.signIn({ token: tokenString });
    await server.signIn({ token: callers.bearer.user });
    expect(await listed(server.localAdmin)).toHaveLength(2);
    await server.store.db.updateTable("tokens").set({ expireAt: server.now }).where("id", "=", id).execute();
    expect((await listed(server.localAdmin)).map(({ username }) => username)).toEqual(["user"]);
    server.now += 12 * hour;
    expect(await listed(server.localAdmin)).toEqual([]);
  });

  it("knows which one asks", async () => {
    await fresh();
    const cookie = cookieOf(await server.signIn({ token: callers.bearer.user }));
    await server.signIn({ token: callers.bearer.user });
    const response = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json", origin: "http://localhost:80", cookie },
      payload: JSON.stringify({ query: "{ browserSessions { results { isCurrent } } }" }),
    });
    expect(response.body).toMatch(/^[^]*"isCurrent":true[^]*$/u);
    expect(response.body.match(/"isCurrent":true/gu)).toHaveLength(1);
    expect(response.body.match(/"isCurrent":false/gu)).toHaveLength(1);
  });

  it("lets everybody end one's own, and who administers users everybody's; others find none", async () => {
    await fresh();
    for (const name of ["user", "delegate", "system-"] as const) await server.signIn({ token: callers.bearer[name] });
    const all = await listed(server.localAdmin);
    const idOf = (name: string) =>
      all.find(({ username, tokenName }) => (username ?? tokenName) === name)?.id ?? expect.unreachable();
    const code = async (answer: ReturnType<typeof end>) => (await answer).errors[0]?.extensions.code;
    expect(await code(end(callers.bearer.user, "Session", idOf("delegate")))).toBe("NOT_FOUND");
    expect(await code(end(callers.bearer["system-"], "Session", idOf("delegate")))).toBe("NOT_FOUND");
    expect(await code(end(callers.bearer.user, "User", callers.users.delegate))).toBe("NOT_ALLOWED");
    expect(await code(end(callers.bearer.delegate, "Organization", "SINGLE_ORGANIZATION_ID"))).toBe("NOT_ALLOWED");
    expect(await code(end(callers.bearer.root, "Organization", "another"))).toBe("NOT_FOUND");
    expect(await listed(server.localAdmin)).toHaveLength(3);
    expect(await code(end(callers.bearer.user, "Session", idOf("user")))).toBeUndefined();
    expect(await code(end(callers.bearer["system-"], "Session", idOf("system token")))).toBeUndefined();
    expect(await code(end(callers.bearer.delegate, "User", callers.users.delegate))).toBeUndefined();
    expect(await listed(server.localAdmin)).toEqual([]);
    expect(await code(end(callers.bearer.root, "Session", idOf("user")))).toBe("NOT_FOUND");
  });
});

describeOnBothDatabases("a sign-in link for another user", (open) => {
  let server: TestServer;
  let callers: Callers;
  beforeAll(async () => {
    server = await testServer(await open(), { limits: { failedSignIns: 1e6 } });
    callers = await makeCallers(server);
    await server.store.db.deleteFrom("signInCodes").execute();
    return () => server.app.close();
  });

  const link = (bearer: string, username: string) =>
    ask(server, bearer, "mutation ($username: String!) { createSignInLink(username: $username) { url expiresAt } }", {
      username,
    });
  const refusal = async (bearer: string, username: string) => {
    const { errors } = await link(bearer, username);
    expect(await server.store.db.selectFrom("signInCodes").select("hash").execute()).toEqual([]);
    return [errors[0]?.extensions.code, errors[0]?.message];
  };
  /** A user who administers users, with further rights, by a personal token. */
  async function manager(view: readonly string[] = [], organization: readonly string[] = []): Promise<string> {
    const id = randomId(24);
    const roleId = randomId(32);
    const { db } = server.store;
    await db
      .insertInto("users")
      .values({ id, username: `manager-${id}`, createdAt: server.now })
      .execute();
    await db
      .insertInto("roles")
      .values({
        id: roleId,
        displayName: roleId,
        viewPermissions: [...view],
        organizationPermissions: ["ManageUsers", ...organization],
      })
      .execute();
    await db.insertInto("userRoles").values({ userId: id, searchDomainId: callers.sandbox, roleId }).execute();
    return (await server.token({ id, kind: "personal", userId: id })).tokenString;
  }

  it("lets in as that user, once, and the session keeps who made it", async () => {
    const { data } = await link(await manager(), "user");
    const { url, expiresAt } = linkIn({ data });
    expect(expiresAt).toBe(server.now + 600_000);
    const [page, code = ""] = url.split("#code=");
    expect(page).toBe("http://localhost:80/sign-in");
    const response = await server.signIn({ code });
    expect(response.json()).toMatchObject({ user: { username: "user" } });
    expect((await server.signIn({ code })).statusCode).toBe(401);
    const session = await server.store.db
      .selectFrom("sessions")
      .select(["linkedBy", "linkedByName"])
      .where("userId", "=", callers.users.user)
      .executeTakeFirstOrThrow();
    expect(session.linkedByName).toMatch(/^manager-/u);
    expect(session.linkedBy).toBe(session.linkedByName?.slice("manager-".length));
    expect(server.log()).not.toContain(code);
  });

  it("is refused to whoever lacks a right of that user, with which right", async () => {
    const plain = await manager();
    const words = (who: string, rights: string) => [
      "NOT_ALLOWED",
      `You cannot let somebody in as ${who}, who has rights that you do not hold: ${rights}`,
    ];
    expect(await refusal(plain, "admin")).toEqual(words("admin", "root"));
    expect(await refusal(callers.bearer.owner, "admin")).toEqual(words("admin", "root"));
    expect(await refusal(plain, "owner")).toEqual(words("owner", "owner of the organization"));
    const [code, message] = await refusal(await manager(["ReadAccess"], ["ChangeIPFilters"]), "delegate");
    expect(code).toBe("NOT_ALLOWED");
    expect(message).toContain("ChangeSecurityPolicies");
    expect(message).toContain(" on sandbox");
    expect(message).not.toContain("ChangeIPFilters");
    expect(message).not.toContain("ReadAccess on");
    expect(message).toMatch(/ and \d+ more$/u);
  });

  it("is made by whoever holds all of that, an owner for who is none and root for everybody", async () => {
    for (const [maker, user] of [
      ["owner", "delegate"],
      ["owner", "user"],
      ["root", "owner"],
      ["root", "delegate"],
      ["local", "admin"],
      ["local", "owner"],
    ] as const) {
      expect((await link(callers.bearer[maker], user)).errors).toEqual([]);
    }
    await server.store.db.deleteFrom("signInCodes").execute();
  });

  it("is refused to who does not administer users, to tokens without a user, for nobody and for oneself", async () => {
    expect(await refusal(callers.bearer.user, "victim")).toEqual(["NOT_ALLOWED", "Manage users not allowed"]);
    expect(await refusal(callers.bearer.delegate, "victim")).toEqual(["NOT_ALLOWED", "Manage users not allowed"]);
    expect((await refusal(callers.bearer["organization+"], "victim"))[0]).toBe("NOT_ALLOWED");
    expect((await refusal(callers.bearer.root, "nobody"))[0]).toBe("NOT_FOUND");
    expect((await refusal(callers.bearer.root, "admin"))[0]).toBe("BAD_INPUT");
  });

  it("is not made in a session that somebody else's link began", async () => {
    const { data } = await link(callers.bearer.root, "owner");
    const { url } = linkIn({ data });
    const cookie = cookieOf(await server.signIn({ code: url.split("#code=")[1] ?? "" }));
    const response = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json", origin: "http://localhost:80", cookie },
      payload: JSON.stringify({ query: `mutation { createSignInLink(username: "user") { url } }` }),
    });
    expect(response.json()).toMatchObject({
      errors: [{ message: "A session that somebody else's link began makes no sign-in links." }],
    });
  });

  it("comes from the local administrator's route by name, too", async () => {
    const asked = async (body: object) => {
      const response = await server.app.inject({
        method: "POST",
        url: "/session/link",
        headers: { authorization: `Bearer ${server.localAdmin}`, "content-type": "application/json" },
        payload: JSON.stringify(body),
      });
      return { status: response.statusCode, ...response.json<{ url?: string; message?: string }>() };
    };
    const { url = "" } = await asked({ user: "user" });
    expect((await server.signIn({ code: url.split("#code=")[1] ?? "" })).json()).toMatchObject({ user: { username: "user" } });
    expect(await asked({ user: "nobody" })).toEqual({ status: 404, message: "There is no such user." });
    expect((await asked({ user: 1 })).status).toBe(400);
    expect((await asked({})).status).toBe(200);
  });
});

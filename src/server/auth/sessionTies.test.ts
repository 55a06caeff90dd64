import { beforeAll, describe, expect, it } from "vitest";

import { minute } from "#domain/duration.ts";
import { isSignedIn } from "#logscale/session.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { randomId } from "#server/store/ids.ts";
import { lockTokensExclusive } from "#server/store/locks.ts";
import { ask, type Answer } from "#server/testing/callers.ts";
import { describeOnBothDatabases, openTestStore, waitingForLocks } from "#server/testing/databases.ts";
import { testTrail } from "#server/testing/mutate.ts";
import { administrator, cookieOf, testServer, type TestServer } from "#server/testing/server.ts";
import { registerLocalAdmin } from "./localAdminRow.ts";
import { createSignInCode, linkOfLocalAdmin, sessionName } from "./sessions.ts";
import { hashSecret } from "./secrets.ts";

const origin = { "content-type": "application/json", origin: "http://localhost:80" };

/** Asks in a session, at one of the processes. */
async function askIn(server: TestServer, cookie: string, query: string): Promise<Answer> {
  const response = await server.app.inject({
    method: "POST",
    url: "/graphql",
    headers: { ...origin, cookie },
    payload: JSON.stringify({ query }),
  });
  const { data = null, errors = [] } = response.statusCode === 200 ? response.json<Partial<Answer>>() : {};
  return { status: response.statusCode, text: response.body, data, errors };
}

/** Somebody in the organization, by a personal token. */
interface Person {
  readonly id: string;
  readonly username: string;
  readonly bearer: string;
}

/** People and what they do, at one process. */
function worldOf(server: TestServer) {
  const { db } = server.store;
  const root = (query: string) => ask(server, server.localAdmin, `mutation { ${query} }`).then(succeeded);
  const quoted = (text: string) => JSON.stringify(text);

  async function person(
    rights: { readonly isRoot?: boolean; readonly isOrgRoot?: boolean; readonly roleId?: string } = {},
  ): Promise<Person> {
    const { roleId, ...flags } = rights;
    const id = randomId(24);
    const username = `person-${id}`;
    await db
      .insertInto("users")
      .values({ id, username, createdAt: server.now, ...flags })
      .execute();
    if (roleId !== undefined)
      await db
        .insertInto("userRoles")
        .values({ userId: id, searchDomainId: await sandbox(), roleId })
        .execute();
    const { tokenString } = await server.token({ id, kind: "personal", userId: id, name: username });
    return { id, username, bearer: tokenString };
  }
  async function sandbox(): Promise<string> {
    return (await db.selectFrom("searchDomains").select("id").where("name", "=", "sandbox").executeTakeFirstOrThrow()).id;
  }
  async function role(organizationPermissions: string[], viewPermissions: string[] = []): Promise<string> {
    const id = randomId(32);
    await db.insertInto("roles").values({ id, displayName: id, organizationPermissions, viewPermissions }).execute();
    return id;
  }
  /** A group with a role for the organization. */
  async function group(members: readonly Person[], roleId: string): Promise<string> {
    const groupId = randomId(32);
    await db.insertInto("groups").values({ id: groupId, displayName: groupId, lookupName: null }).execute();
    for (const { id } of members) await db.insertInto("groupMembers").values({ groupId, userId: id }).execute();
    await db.insertInto("groupRoles").values({ groupId, kind: "organization", searchDomainId: null, roleId }).execute();
    return groupId;
  }
  const byToken = async (bearer: string) => cookieOf(await server.signIn({ token: bearer }));
  const byCode = async (code: string) => cookieOf(await server.signIn({ code }));
  const linkField = (user: Person) => `createSignInLink(username: ${quoted(user.username)}) { url expiresAt }`;
  const codeIn = ({ data, text }: Answer) => {
    const url = (data?.["createSignInLink"] as { readonly url?: string } | null)?.url;
    if (url === undefined) throw new Error(text);
    return url.split("#code=")[1] ?? "";
  };
  /** The session that begins by a link for somebody, which another makes by token. */
  const linked = async (maker: Person, user: Person) =>
    byCode(codeIn(await ask(server, maker.bearer, `mutation { ${linkField(user)} }`)));
  return { server, db, root, quoted, person, sandbox, role, group, byToken, byCode, linkField, codeIn, linked };
}

/** What was done, by the records, but for the count of the local administrator's uses that comes when its minute is over. */
function recorded(db: World["db"]) {
  return db
    .selectFrom("auditRecords")
    .select("record")
    .where("outcome", "=", "done")
    .where("type", "<>", "tokenhouse.localadministrator.use");
}

function succeeded(answer: Answer): Answer {
  if (answer.errors.length > 0 || answer.status !== 200) throw new Error(answer.text);
  return answer;
}

type World = ReturnType<typeof worldOf>;

/** A session, the change that it is to notice, and what it may do until then and no more (absent: it ends). */
interface Tie {
  readonly cookie: string;
  readonly change: () => Promise<unknown>;
  readonly narrows?: string;
}

/** All that a session hangs on. One begun by token hangs on the token and its user, one begun by link on its user, and on who made it by what. */
const ties: Readonly<Record<string, (world: World) => Promise<Tie>>> = {
  "by token, whose token is deleted": async ({ person, byToken, root, quoted }) => {
    const user = await person();
    return { cookie: await byToken(user.bearer), change: () => root(`deleteToken(input: { id: ${quoted(user.id)} })`) };
  },
  "by token, whose token somebody else rotates": async ({ server, root, quoted }) => {
    const { id, tokenString } = await server.token({ kind: "system", permissions: ["ReadHealthCheck"] });
    return {
      cookie: cookieOf(await server.signIn({ token: tokenString })),
      change: () => root(`rotateToken(input: { id: ${quoted(id)} })`),
    };
  },
  "by token, whose user replaces it by another way": async ({ server, person, byToken }) => {
    const user = await person();
    return {
      cookie: await byToken(user.bearer),
      change: () => ask(server, user.bearer, "mutation { createPersonalUserTokenV2(input: {}) { token } }").then(succeeded),
    };
  },
  "by token, whose permission is taken": async ({ server, db }) => {
    const { id, tokenString } = await server.token({ kind: "organization", permissions: ["ManageUsers"] });
    return {
      cookie: cookieOf(await server.signIn({ token: tokenString })),
      change: () => db.updateTable("tokens").set({ permissions: [] }).where("id", "=", id).execute(),
      narrows: "{ users { id } }",
    };
  },
  "by token, whose IP filter shuts the address out": async ({ server, db }) => {
    const id = randomId(32);
    await db.insertInto("ipFilters").values({ id, name: id, ipFilter: "allow all", createdAt: 0 }).execute();
    const { tokenString } = await server.token({ ipFilterId: id });
    return {
      cookie: cookieOf(await server.signIn({ token: tokenString })),
      change: () =>
        ask(server, server.localAdmin, `mutation { updateIPFilter(input: { id: "${id}", ipFilter: "deny all" }) { id } }`).then(
          succeeded,
        ),
    };
  },
  "by personal token, whose user is removed": async ({ person, byToken, root, quoted }) => {
    const user = await person();
    return {
      cookie: await byToken(user.bearer),
      change: () => root(`removeUser(input: { username: ${quoted(user.username)} }) { user { id } }`),
    };
  },
  "by personal token, whose user loses root": async ({ person, byToken, root, quoted }) => {
    const user = await person({ isRoot: true });
    return {
      cookie: await byToken(user.bearer),
      change: () => root(`updateUser(input: { username: ${quoted(user.username)}, isRoot: false }) { user { id } }`),
      narrows: "{ users { id } }",
    };
  },
  "by link, whose user is removed": async ({ server, db, person, byCode, root, quoted }) => {
    const user = await person();
    return {
      cookie: await byCode(await createSignInCode(db, user.id, server.now)),
      change: () => root(`removeUser(input: { username: ${quoted(user.username)} }) { user { id } }`),
    };
  },
  "by link, whose user loses root": async ({ server, db, person, byCode, root, quoted }) => {
    const user = await person({ isRoot: true });
    return {
      cookie: await byCode(await createSignInCode(db, user.id, server.now)),
      change: () => root(`updateUser(input: { username: ${quoted(user.username)}, isRoot: false }) { user { id } }`),
      narrows: "{ users { id } }",
    };
  },
  "by link, whose user loses a role": async ({ server, db, person, role, sandbox, byCode, root, quoted }) => {
    const user = await person({ roleId: await role(["ManageUsers"]) });
    const domain = await sandbox();
    return {
      cookie: await byCode(await createSignInCode(db, user.id, server.now)),
      change: () =>
        root(
          `assignUserRolesInSearchDomain(input: { searchDomainId: ${quoted(domain)}, roleAssignments: [{ userId: ${quoted(user.id)}, roleIds: [] }] }) { id }`,
        ),
      narrows: "{ users { id } }",
    };
  },
  "by personal token, whose user is taken out of a group": async ({ person, group, role, byToken, root, quoted }) => {
    const user = await person();
    const groupId = await group([user], await role(["ManageUsers"]));
    return {
      cookie: await byToken(user.bearer),
      change: () =>
        root(`removeUsersFromGroup(input: { groupId: ${quoted(groupId)}, users: [${quoted(user.id)}] }) { group { id } }`),
      narrows: "{ users { id } }",
    };
  },
  "by link, whose user's group loses a role": async ({ server, db, person, group, role, byCode, root, quoted }) => {
    const user = await person();
    const roleId = await role(["ManageUsers"]);
    const groupId = await group([user], roleId);
    return {
      cookie: await byCode(await createSignInCode(db, user.id, server.now)),
      change: () =>
        root(
          `unassignOrganizationRoleFromGroup(input: { groupId: ${quoted(groupId)}, roleId: ${quoted(roleId)} }) { group { id } }`,
        ),
      narrows: "{ users { id } }",
    };
  },
  "by link, whose user's role is changed": async ({ server, db, person, role, byCode, root, quoted }) => {
    const roleId = await role(["ManageUsers"]);
    const user = await person({ roleId });
    return {
      cookie: await byCode(await createSignInCode(db, user.id, server.now)),
      change: () =>
        root(
          `updateRole(input: { roleId: ${quoted(roleId)}, displayName: "x", viewPermissions: [], organizationPermissions: [] }) { role { id } }`,
        ),
      narrows: "{ users { id } }",
    };
  },
  "by somebody's link, whose role is removed": async ({ person, role, linked, root, quoted }) => {
    const roleId = await role(["ManageUsers"]);
    const [maker, user] = [await person({ roleId }), await person()];
    return { cookie: await linked(maker, user), change: () => root(`removeRole(roleId: ${quoted(roleId)}) { result }`) };
  },
  "by somebody's link, the role of whose user is changed to more than that": async (world) => {
    const { person, role, linked, root, quoted } = world;
    const roleId = await role([]);
    const [maker, user] = [await person({ roleId: await role(["ManageUsers"]) }), await person({ roleId })];
    return {
      cookie: await linked(maker, user),
      change: () =>
        root(`updateRole(input: { roleId: ${quoted(roleId)}, displayName: "x", viewPermissions: [ReadAccess] }) { role { id } }`),
    };
  },
  "by link, whose user's group is removed": async ({ server, db, person, group, role, byCode, root, quoted }) => {
    const user = await person();
    const groupId = await group([user], await role(["ManageUsers"]));
    return {
      cookie: await byCode(await createSignInCode(db, user.id, server.now)),
      change: () => root(`removeGroup(groupId: ${quoted(groupId)}) { group { id } }`),
      narrows: "{ users { id } }",
    };
  },
  "by somebody's link, who is taken out of the group that administers users": async (world) => {
    const { person, group, role, linked, root, quoted } = world;
    const [maker, user] = [await person(), await person()];
    const groupId = await group([maker], await role(["ManageUsers"]));
    return {
      cookie: await linked(maker, user),
      change: () =>
        root(`removeUsersFromGroup(input: { groupId: ${quoted(groupId)}, users: [${quoted(maker.id)}] }) { group { id } }`),
    };
  },
  "by somebody's link, whose user joins a group that gives more than that": async (world) => {
    const { person, group, role, linked, root, quoted } = world;
    const [maker, user] = [await person({ roleId: await role(["ManageUsers"]) }), await person()];
    const groupId = await group([], await role(["ViewUsage"]));
    return {
      cookie: await linked(maker, user),
      change: () => root(`addUsersToGroup(input: { groupId: ${quoted(groupId)}, users: [${quoted(user.id)}] }) { group { id } }`),
    };
  },
  "by a local administrator's link, whose token is replaced": async ({ server, db, byCode }) => {
    const [instance, hash] = [randomId(24), hashSecret(randomId(44))];
    await registerLocalAdmin(db, instance, hash, testTrail, server.now);
    return {
      cookie: await byCode(await createSignInCode(db, await administrator(server.store), server.now, linkOfLocalAdmin(hash))),
      change: () => registerLocalAdmin(db, instance, hashSecret(randomId(44)), testTrail, server.now),
    };
  },
  "by somebody's link, who is removed": async ({ person, linked, root, quoted }) => {
    const [maker, user] = [await person({ isRoot: true }), await person({ isRoot: true })];
    return {
      cookie: await linked(maker, user),
      change: () => root(`removeUser(input: { username: ${quoted(maker.username)} }) { user { id } }`),
    };
  },
  "by somebody's link, who loses root": async ({ person, linked, root, quoted }) => {
    const [maker, user] = [await person({ isRoot: true }), await person({ isOrgRoot: true })];
    return {
      cookie: await linked(maker, user),
      change: () => root(`updateUser(input: { username: ${quoted(maker.username)}, isRoot: false }) { user { id } }`),
    };
  },
  "by somebody's link, who administers users no more": async ({ person, role, sandbox, linked, root, quoted }) => {
    const [maker, user] = [await person({ roleId: await role(["ManageUsers"]) }), await person()];
    const domain = await sandbox();
    return {
      cookie: await linked(maker, user),
      change: () =>
        root(
          `assignUserRolesInSearchDomain(input: { searchDomainId: ${quoted(domain)}, roleAssignments: [{ userId: ${quoted(maker.id)}, roleIds: [] }] }) { id }`,
        ),
    };
  },
  "by somebody's link, whose user is given more than that": async ({ person, role, linked, root, quoted }) => {
    const [maker, user] = [await person({ roleId: await role(["ManageUsers"]) }), await person()];
    return {
      cookie: await linked(maker, user),
      change: () => root(`updateOrganizationRoot(userId: ${quoted(user.id)}, organizationRoot: true) { id }`),
    };
  },
  "by a link made with a token, which is deleted": async ({ person, linked, root, quoted }) => {
    const [maker, user] = [await person({ isRoot: true }), await person()];
    return { cookie: await linked(maker, user), change: () => root(`deleteToken(input: { id: ${quoted(maker.id)} })`) };
  },
  "by a link made with a token, which its user replaces": async ({ server, person, linked }) => {
    const [maker, user] = [await person({ isRoot: true }), await person()];
    return {
      cookie: await linked(maker, user),
      change: () => ask(server, maker.bearer, "mutation { createPersonalUserTokenV2(input: {}) { token } }").then(succeeded),
    };
  },
  "by a link made with a token, which expires": async ({ server, db, person, linked }) => {
    const [maker, user] = [await person({ isRoot: true }), await person()];
    return {
      cookie: await linked(maker, user),
      change: () => db.updateTable("tokens").set({ expireAt: server.now }).where("id", "=", maker.id).execute(),
    };
  },
  "by a link made in a session by token, which is deleted": async ({
    server,
    person,
    byToken,
    byCode,
    codeIn,
    linkField,
    root,
    quoted,
  }) => {
    const [maker, user] = [await person({ isRoot: true }), await person()];
    const cookie = await byToken(maker.bearer);
    const code = codeIn(await askIn(server, cookie, `mutation { ${linkField(user)} }`));
    return { cookie: await byCode(code), change: () => root(`deleteToken(input: { id: ${quoted(maker.id)} })`) };
  },
  "by a link made in a session by a local administrator's link, whose token is replaced": async (world) => {
    const { server, db, person, byCode, codeIn, linkField } = world;
    const [instance, hash] = [randomId(24), hashSecret(randomId(44))];
    await registerLocalAdmin(db, instance, hash, testTrail, server.now);
    const [maker, user] = [await person({ isRoot: true }), await person()];
    const first = await byCode(await createSignInCode(db, maker.id, server.now, linkOfLocalAdmin(hash)));
    const code = codeIn(await askIn(server, first, `mutation { ${linkField(user)} }`));
    return {
      cookie: await byCode(code),
      change: () => registerLocalAdmin(db, instance, hashSecret(randomId(44)), testTrail, server.now),
    };
  },
  "that is ended by its id": async ({ server, db, person, byToken, root, quoted }) => {
    const user = await person();
    const cookie = await byToken(user.bearer);
    const { id } = await db.selectFrom("sessions").select("id").where("tokenId", "=", user.id).executeTakeFirstOrThrow();
    void server;
    return { cookie, change: () => root(`revokeSession(input: { id: ${quoted(id)}, revocationType: Session })`) };
  },
  "that is ended with all of its user": async ({ server, db, person, byCode, root, quoted }) => {
    const user = await person();
    return {
      cookie: await byCode(await createSignInCode(db, user.id, server.now)),
      change: () => root(`revokeSession(input: { id: ${quoted(user.id)}, revocationType: User })`),
    };
  },
  "that is ended with all": async ({ server, db, person, byCode, root }) => {
    const user = await person();
    return {
      cookie: await byCode(await createSignInCode(db, user.id, server.now)),
      change: () => root(`revokeSession(input: { id: "SINGLE_ORGANIZATION_ID", revocationType: Organization })`),
    };
  },
};

describeOnBothDatabases("a session", (open) => {
  let world: World;
  /** Another process on the same database, where there can be one. */
  let other: TestServer;
  beforeAll(async () => {
    const store = await open();
    const limits = { failedSignIns: 1e6, failedRequests: 1e6 };
    const server = await testServer(store, { limits });
    world = worldOf(server);
    const second: Store =
      store.databaseUrl === undefined ? store : await openStore({ databaseUrl: store.databaseUrl }, { upToDate: true });
    other = await testServer(second, { limits });
    return async () => {
      await Promise.all([server.app.close(), other.app.close()]);
      if (second !== store) await second.close();
    };
  });

  it.each(Object.keys(ties))("%s ends or may no more what it may not, at its next request in another process", async (name) => {
    const { cookie, change, narrows } = await (ties[name] ?? expect.unreachable())(world);
    const asked = narrows ?? "{ meta { version } }";
    for (const server of [world.server, other]) expect((await askIn(server, cookie, asked)).errors).toEqual([]);
    await change();
    for (const server of [other, world.server]) {
      const after = await askIn(server, cookie, asked);
      if (narrows === undefined) expect(after.status).toBeOneOf([401, 403]);
      else expect([after.status, after.errors[0]?.extensions.code]).toEqual([200, "NOT_ALLOWED"]);
      if (after.status === 401) expect(isSignedIn(await server.session({ cookie }))).toBe(false);
    }
  });

  it("does not begin by a link whose maker may no more let its user in", async () => {
    const { server, db, person, codeIn, linkField } = world;
    const [maker, user] = [await person({ isRoot: true }), await person({ isRoot: true })];
    const code = codeIn(await ask(server, maker.bearer, `mutation { ${linkField(user)} }`));
    await db.updateTable("users").set({ isRoot: false }).where("id", "=", maker.id).execute();
    const before = await begun(user.id);
    const response = await server.signIn({ code });
    expect([response.statusCode, response.cookies]).toEqual([401, []]);
    // Nor does it leave a session, or a record of one.
    expect(await begun(user.id)).toEqual(before);
    // The link is of no more use.
    await db.updateTable("users").set({ isRoot: true }).where("id", "=", maker.id).execute();
    expect((await server.signIn({ code })).statusCode).toBe(401);

    async function begun(userId: string) {
      const count = async (table: "sessions" | "auditRecords", column: "userId" | "actorId") =>
        (
          await db
            .selectFrom(table)
            .select("id")
            .where(column as never, "=", userId as never)
            .execute()
        ).length;
      return [await count("sessions", "userId"), await count("auditRecords", "actorId")];
    }
  });

  it("does not begin by a link that was there when all of its user's sessions were ended", async () => {
    const { server, person, codeIn, linkField, root, quoted } = world;
    const [maker, user] = [await person({ isRoot: true }), await person()];
    const code = codeIn(await ask(server, maker.bearer, `mutation { ${linkField(user)} }`));
    await root(`revokeSession(input: { id: ${quoted(user.id)}, revocationType: User })`);
    expect((await server.signIn({ code })).statusCode).toBe(401);
  });

  it("does not begin by a link that was there when all sessions of who made it were ended", async () => {
    const { server, person, codeIn, linkField, root, quoted } = world;
    const [maker, user] = [await person({ isRoot: true }), await person()];
    const code = codeIn(await ask(server, maker.bearer, `mutation { ${linkField(user)} }`));
    await root(`revokeSession(input: { id: ${quoted(maker.id)}, revocationType: User })`);
    expect((await server.signIn({ code })).statusCode).toBe(401);
  });

  it("goes on when its user's rights grow within those of who made its link", async () => {
    const { person, role, sandbox, linked, root, quoted } = world;
    const [maker, user] = [await person({ isRoot: true }), await person()];
    const cookie = await linked(maker, user);
    const [roleId, domain] = [await role(["ManageUsers"]), await sandbox()];
    await root(
      `assignUserRolesInSearchDomain(input: { searchDomainId: ${quoted(domain)}, roleAssignments: [{ userId: ${quoted(user.id)}, roleIds: [${quoted(roleId)}] }] }) { id }`,
    );
    expect((await askIn(other, cookie, "{ users { id } }")).errors).toEqual([]);
  });

  it("is recorded with both, who acts and who made its link", async () => {
    const { db, person, linked } = world;
    const [maker, user] = [await person({ isRoot: true }), await person({ isOrgRoot: true })];
    const cookie = await linked(maker, user);
    const name = `made-by-${user.id}`;
    expect((await askIn(other, cookie, `mutation { addUserV2(input: { username: "${name}" }) { __typename } }`)).errors).toEqual(
      [],
    );
    const rows = await recorded(db).orderBy("number").execute();
    const records = rows.map(({ record }) => JSON.parse(record) as Record<string, unknown>);
    const session = await db.selectFrom("sessions").select("id").where("userId", "=", user.id).executeTakeFirstOrThrow();
    expect(records.at(-1)).toMatchObject({
      operation: "addUserV2",
      actor: { type: "orgUser", user: { id: user.id }, sessionId: session.id, linkedBy: { id: maker.id, name: maker.username } },
    });
    expect(records.at(-1)?.["subjects"]).toContain(maker.id);
    expect(records.findLast(({ type }) => type === "tokenhouse.signinlink.create")).toMatchObject({
      actor: { user: { id: maker.id } },
      target: { kind: "user", id: user.id, name: user.username },
    });
  });

  it("is recorded as ended where the local administrator's token is replaced on which it hangs", async () => {
    const { server, db, byCode } = world;
    const [instance, hash] = [randomId(24), hashSecret(randomId(44))];
    await registerLocalAdmin(db, instance, hash, testTrail, server.now);
    const cookie = await byCode(
      await createSignInCode(db, await administrator(server.store), server.now, linkOfLocalAdmin(hash)),
    );
    const { number } = await db
      .selectFrom("auditRecords")
      .select((eb) => eb.fn.max("number").as("number"))
      .executeTakeFirstOrThrow();
    await registerLocalAdmin(db, instance, hash, testTrail, server.now);
    await registerLocalAdmin(db, instance, hashSecret(randomId(44)), testTrail, server.now);
    const rows = await recorded(db).where("number", ">", number).execute();
    expect(rows.map(({ record }) => JSON.parse(record) as object)).toEqual([
      expect.objectContaining({
        type: "tokenhouse.sessions.revoke",
        actor: expect.objectContaining({ type: "server" }) as object,
        sessions: [sessionName(hashSecret(cookie.split("=")[1] ?? ""))],
        count: 1,
      }),
    ]);
  });

  it("outlives the sign-out of who made its link", async () => {
    const { server, person, byCode, codeIn, linkField, db } = world;
    const [maker, user] = [await person({ isRoot: true }), await person()];
    const makers = await byCode(await createSignInCode(db, maker.id, server.now));
    const cookie = await byCode(codeIn(await askIn(server, makers, `mutation { ${linkField(user)} }`)));
    await server.app.inject({ method: "DELETE", url: "/session", headers: { origin: origin.origin, cookie: makers } });
    expect((await askIn(other, cookie, "{ meta { version } }")).errors).toEqual([]);
  });
});

describe("a mutation in a session begun by somebody's link, on PostgreSQL", () => {
  it.each(["token is replaced", "token expires", "root is taken"] as const)(
    "is refused and changes nothing when its maker's %s while it waits for its lock",
    async (name) => {
      const store = await openTestStore("postgres");
      const others = await openStore({ databaseUrl: store.databaseUrl ?? "" }, { upToDate: true });
      const server = await testServer(store);
      const { person, linked } = worldOf(server);
      const [maker, user] = [await person({ isRoot: true }), await person({ isOrgRoot: true })];
      const cookie = await linked(maker, user);
      let asked: Promise<Answer> | undefined;
      await others.db.transaction().execute(async (trx) => {
        await lockTokensExclusive(trx);
        asked = askIn(server, cookie, `mutation { addUserV2(input: { username: "new" }) { __typename } }`);
        await expect.poll(() => waitingForLocks(others.db), { interval: 5 }).toBe(1);
        const tokens = trx.updateTable("tokens").where("id", "=", maker.id);
        if (name === "token is replaced") await tokens.set({ secretHash: new Uint8Array(32) }).execute();
        else if (name === "token expires") await tokens.set({ expireAt: server.now - minute }).execute();
        else await trx.updateTable("users").set({ isRoot: false }).where("id", "=", maker.id).execute();
      });
      expect((await asked)?.errors[0]?.extensions.code).toBe("NOT_ALLOWED");
      expect(await store.db.selectFrom("users").select("id").where("username", "=", "new").execute()).toEqual([]);
      await server.app.close();
      await others.close();
      await store.close();
    },
  );
});

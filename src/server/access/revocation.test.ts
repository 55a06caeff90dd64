import { openAsBlob } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";

import { sql, type Kysely, type KyselyPlugin, type Transaction } from "kysely";
import { afterEach, beforeAll, describe, expect, inject, it } from "vitest";

import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import { graphqlLimits } from "#server/graphql/limits.ts";
import { makeSchema } from "#server/graphql/schema.ts";
import { noteTurnLimits } from "#server/http/findingNotes.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { randomId } from "#server/store/ids.ts";
import { lockTokensExclusive } from "#server/store/locks.ts";
import { openPglite } from "#server/store/pglite.ts";
import type { Engine } from "#server/store/pool.ts";
import type { Database } from "#server/store/schema.ts";
import { askNotes, dump, makeCallers, restore, type Answer, type Callers } from "#server/testing/callers.ts";
import { openTestStore, waitingForLocks } from "#server/testing/databases.ts";
import { neverCarriedOut, noteChanges, requests } from "#server/testing/requests.ts";
import { cookieOf, testServer, type TestServer } from "#server/testing/server.ts";

/** Changes that come by a route of their own, and run through the same wrapper. */
const routed = ["dismiss a finding", "write an owner down", "set thresholds of findings"];

const mutations = [...Object.keys(makeSchema({ extensions: true }).getMutationType()?.getFields() ?? {}), ...routed].filter(
  (name) => !neverCarriedOut.includes(name),
);

/** As many as one caller may have under way. */
const atOnce = graphqlLimits.mutations.perCaller;

/** Mutations in groups of as many as one caller may have under way, by GraphQL and by the route of notes. */
function groupsOf(names: readonly string[]): readonly (readonly string[])[] {
  const inGroups = (some: readonly string[], size: number) =>
    Array.from({ length: Math.ceil(some.length / size) }, (_, group) => some.slice(group * size, (group + 1) * size));
  const byRoute = names.filter((name) => routed.includes(name));
  const byGraphql = names.filter((name) => !routed.includes(name));
  return [...inGroups(byGraphql, atOnce), ...inGroups(byRoute, noteTurnLimits.perCaller)];
}

/** Mutations that no role gives a right to, and those that every user may call without one. */
const forRootAlone = ["updateOrganizationRoot"];
const forEveryUser = ["createPersonalUserToken", "createPersonalUserTokenV2"];

/** One that a setting of the server gives a right to, by name. */
const bySetting = ["set thresholds of findings"];

/** Somebody who signs in by pasting a token: no other caller's judgement rests on more. */
interface Person {
  readonly userId: string;
  readonly roleId: string;
  readonly filterId: string;
  readonly tokenString: string;
}

type Revocation = (db: Kysely<Database>, person: Person) => Promise<unknown>;

/** Every way to take from somebody what a request rests on. Each takes it in the row that its name says, by as little as can be. */
const revocations = {
  "a policy deletes the token": (db, { userId }) => db.deleteFrom("tokens").where("id", "=", userId).execute(),
  "the token is replaced": (db, { userId }) =>
    db
      .updateTable("tokens")
      .set({ secretHash: new Uint8Array(32) })
      .where("id", "=", userId)
      .execute(),
  "a policy lets the token expire": (db, { userId }) =>
    db.updateTable("tokens").set({ expireAt: 1 }).where("id", "=", userId).execute(),
  "the token's filter shuts the address out": (db, { filterId }) =>
    db.updateTable("ipFilters").set({ ipFilter: "deny all" }).where("id", "=", filterId).execute(),
  "the session is ended": (db) => db.deleteFrom("sessions").execute(),
  "the user is removed": (db, { userId }) => db.deleteFrom("users").where("id", "=", userId).execute(),
  "the role is taken": (db, { userId }) => db.deleteFrom("userRoles").where("userId", "=", userId).execute(),
  "the role is emptied": (db, { roleId }) =>
    db
      .updateTable("roles")
      .set({ viewPermissions: [], organizationPermissions: [], systemPermissions: [] })
      .where("id", "=", roleId)
      .execute(),
  "root is taken": (db, { userId }) => db.updateTable("users").set({ isRoot: false }).where("id", "=", userId).execute(),
} satisfies Record<string, Revocation>;

type RevocationName = keyof typeof revocations;

/** What takes from somebody who has all rights by a group. */
const groupRevocations = {
  "the user is taken out of the group": (db, { userId }) => db.deleteFrom("groupMembers").where("userId", "=", userId).execute(),
  "the group loses its roles": (db, { roleId }) => db.deleteFrom("groupRoles").where("roleId", "=", roleId).execute(),
  "the group is removed": (db) => db.deleteFrom("groups").where("displayName", "=", "chiefs").execute(),
  "the group's role is emptied": revocations["the role is emptied"],
} satisfies Record<string, Revocation>;

const groupRevocationNames = Object.keys(groupRevocations) as (keyof typeof groupRevocations)[];

/** Tried with these: the same judgement stands before every mutation. */
const byGroup = ["createRepository", "createViewPermissionsToken", "addUsersToGroup", "assignRoleToGroup"];

const revocationNames = Object.keys(revocations) as RevocationName[];
const ofRoles: readonly RevocationName[] = ["the role is taken", "the role is emptied"];

/** Tried with every mutation; the others, which take the same from a caller by other columns, with a few. */
const chiefKinds: readonly RevocationName[] = [
  "a policy deletes the token",
  "the session is ended",
  "the user is removed",
  "the role is taken",
];

/** Whether a revocation takes from whoever calls a mutation here the right to it: root has it without roles, others without root. */
function concerns(revocation: RevocationName, mutation: string): boolean {
  if (forRootAlone.includes(mutation)) return !ofRoles.includes(revocation);
  return revocation !== "root is taken" && !([...forEveryUser, ...bySetting].includes(mutation) && ofRoles.includes(revocation));
}

interface World {
  readonly server: TestServer;
  readonly callers: Callers;
  readonly chief: Person;
  /** Has the chief's rights by a group. */
  readonly member: Person;
  readonly root: Person;
  readonly before: Awaited<ReturnType<typeof dump>>;
}

async function makeWorld(store: Store): Promise<World> {
  const { db } = store;
  const server = await testServer(store, { limits: { failedRequests: 1e6 }, findingEditors: ["chief"] });
  const callers = await makeCallers(server);
  const chiefId = randomId(24);
  await db.insertInto("users").values({ id: chiefId, username: "chief", createdAt: server.now }).execute();
  const roleId = randomId(32);
  const names = (catalogue: readonly { readonly name: string }[]) => catalogue.map(({ name }) => name);
  await db
    .insertInto("roles")
    .values({
      id: roleId,
      displayName: "everything",
      viewPermissions: names(viewPermissions),
      organizationPermissions: names(organizationPermissions),
      systemPermissions: names(systemPermissions),
    })
    .execute();
  await db
    .insertInto("userRoles")
    .values([callers.sandbox, callers.overview].map((searchDomainId) => ({ userId: chiefId, searchDomainId, roleId })))
    .execute();
  const memberId = randomId(24);
  await db.insertInto("users").values({ id: memberId, username: "member of chiefs", createdAt: server.now }).execute();
  const groupId = randomId(32);
  await db.insertInto("groups").values({ id: groupId, displayName: "chiefs", lookupName: null }).execute();
  await db.insertInto("groupMembers").values({ groupId, userId: memberId }).execute();
  for (const kind of ["view", "organization", "system"] as const) {
    const searchDomainId = kind === "view" ? callers.sandbox : null;
    await db.insertInto("groupRoles").values({ groupId, kind, searchDomainId, roleId }).execute();
  }
  const person = async (userId: string): Promise<Person> => {
    const filterId = randomId(32);
    await db
      .insertInto("ipFilters")
      .values({ id: filterId, name: "own", ipFilter: "allow all", createdAt: server.now })
      .execute();
    await db.deleteFrom("tokens").where("id", "=", userId).execute();
    const { tokenString } = await server.token({ id: userId, kind: "personal", userId, ipFilterId: filterId });
    return { userId, roleId, filterId, tokenString };
  };
  const [chief, member, root] = [await person(chiefId), await person(memberId), await person(callers.users.root)];
  return { server, callers, chief, member, root, before: await dump(db) };
}

/** Signs somebody in and returns what sends a mutation in that session. */
async function signedIn({ server, callers }: World, { tokenString }: Person): Promise<(mutation: string) => Promise<Answer>> {
  const cookie = cookieOf(await server.signIn({ token: tokenString }));
  return async (mutation) => {
    const change = noteChanges(callers, server.now)[mutation];
    if (change !== undefined) return askNotes(server, { origin: "http://localhost:80", cookie }, change);
    const response = await server.app.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json", origin: "http://localhost:80", cookie },
      payload: JSON.stringify({ query: `mutation { ${requests(callers)[mutation]} }` }),
    });
    const { data = null, errors = [] } = response.statusCode === 200 ? response.json<Partial<Answer>>() : {};
    return { status: response.statusCode, text: response.body, data, errors };
  };
}

/** Users without roles may still call what works on tokens, and then find none but their own. */
function isRefusal({ status, errors }: Answer): boolean {
  return (
    [200, 403, 404].includes(status) && errors.length === 1 && /^NOT_(?:ALLOWED|FOUND)$/u.test(errors[0]?.extensions.code ?? "")
  );
}

/** Pauses what a server writes after its first write, which comes after the judgement and before the commit. */
function pausing(): {
  readonly plugin: KyselyPlugin;
  arm: () => { readonly reached: Promise<void>; readonly release: () => void };
} {
  const writes = new WeakSet();
  let pause: { readonly reach: () => void; readonly released: Promise<void> } | undefined;
  return {
    plugin: {
      transformQuery({ node, queryId }) {
        const table = node.kind === "UpdateQueryNode" && JSON.stringify(node.table).includes('"sessions"');
        if (["InsertQueryNode", "UpdateQueryNode", "DeleteQueryNode"].includes(node.kind) && !table) writes.add(queryId);
        return node;
      },
      async transformResult({ queryId, result }) {
        if (pause !== undefined && writes.has(queryId)) {
          const { reach, released } = pause;
          pause = undefined;
          reach();
          await released;
        }
        return result;
      },
    },
    arm() {
      let reach = () => {};
      let release = () => {};
      const reached = new Promise<void>((resolve) => (reach = resolve));
      const released = new Promise<void>((resolve) => (release = resolve));
      pause = { reach, released };
      return { reached, release };
    },
  };
}

describe("A mutation on PostgreSQL", () => {
  const pause = pausing();
  let store: Awaited<ReturnType<typeof openTestStore>>;
  /** Others' connections. */
  let others: Store;
  let world: World;
  beforeAll(async () => {
    store = await openTestStore("postgres");
    others = await openStore({ databaseUrl: store.databaseUrl ?? "" });
    world = await makeWorld({ ...store, db: store.db.withPlugin(pause.plugin) });
    return async () => {
      await world.server.app.close();
      await others.close();
      await store.close();
    };
  });
  afterEach(() => restore(others.db, world.before));

  const waiting = () => waitingForLocks(others.db);

  /** Holds in a transaction what mutations need, sends some at a time, revokes what they rest on, and commits. */
  async function revokedWhileWaiting(
    names: readonly string[],
    person: Person,
    hold: (trx: Transaction<Database>) => Promise<unknown>,
    revoke: Revocation,
  ): Promise<{ readonly name: string; readonly answer: Answer }[]> {
    const found = [];
    for (const some of groupsOf(names)) {
      const send = await signedIn(world, person);
      let asked: Promise<Answer>[] = [];
      const revoked = await others.db.transaction().execute(async (trx) => {
        await hold(trx);
        asked = some.map(send);
        await expect.poll(waiting, { interval: 5 }).toBe(some.length);
        await revoke(trx, person);
        return dump(trx);
      });
      const answers = await Promise.all(asked);
      expect(await dump(others.db)).toEqual(revoked);
      await restore(others.db, world.before);
      found.push(...some.map((name, index) => ({ name, answer: answers[index] ?? expect.unreachable() })));
    }
    return found;
  }

  it.each(revocationNames)(
    "is refused and changes nothing, whichever it is, when %s while it waits for its lock",
    async (name) => {
      for (const person of [world.chief, world.root]) {
        const names = mutations.filter((mutation) => forRootAlone.includes(mutation) === (person === world.root));
        const concerned = names
          .filter((mutation) => concerns(name, mutation))
          .slice(0, chiefKinds.includes(name) ? undefined : atOnce);
        const answers = await revokedWhileWaiting(concerned, person, lockTokensExclusive, revocations[name]);
        expect(answers.filter(({ answer }) => !isRefusal(answer))).toEqual([]);
      }
    },
  );

  it("is refused and changes nothing when the credential goes while it waits for the row that it is about", async () => {
    const tables = [
      ["users", "id"],
      ["search_domains", "id"],
      ["groups", "id"],
      ["roles", "id"],
      ["parsers", "id"],
      ["ingest_tokens", "id"],
      ["feature_flags", "name"],
      ["fleet_tokens", "id"],
      ["collector_configurations", "id"],
    ] as const;
    const { chief } = world;
    const own = [chief.userId, chief.roleId];
    const about = mutations.filter(
      (name) =>
        !forRootAlone.includes(name) &&
        /^(?:delete|remove|update|publish|assign|unassign|disable|addIngestToken|createParser|createView)/u.test(name) &&
        // Those about tokens and filters lock what they are about together with what the judgement rests on.
        !/^createView$|deleteToken|IPFilter|TokenPermissions|Policies/u.test(name),
    );
    const answers = await revokedWhileWaiting(
      about,
      chief,
      async (trx) => {
        for (const [table, key] of tables) {
          await sql`select 1 from ${sql.table(table)} where ${sql.ref(key)} <> all(${own}) for update`.execute(trx);
        }
      },
      revocations["a policy deletes the token"],
    );
    expect(answers.filter(({ answer }) => !isRefusal(answer))).toEqual([]);
    expect(about.length).toBeGreaterThan(15);
  });

  it.each(mutations)("has its caller's revocation wait until it is committed, once it was judged: %s", async (name) => {
    const person = forRootAlone.includes(name) ? world.root : world.chief;
    // One for each row; of those that a row can suffer, the one that takes the weakest lock.
    const kinds = (
      [
        "the token is replaced",
        "the token's filter shuts the address out",
        "the session is ended",
        "the role is taken",
        "the role is emptied",
        "root is taken",
      ] as const
    ).filter((kind) => kind === "root is taken" || concerns(kind, name));
    await expectToWait(
      name,
      person,
      kinds.map((kind) => revocations[kind]),
    );
  });

  it.each(groupRevocationNames)("is refused and changes nothing when %s while it waits for its lock", async (name) => {
    const answers = await revokedWhileWaiting(byGroup, world.member, lockTokensExclusive, groupRevocations[name]);
    expect(answers.filter(({ answer }) => !isRefusal(answer))).toEqual([]);
  });

  it.each(byGroup)("has what takes its caller's rights by a group wait until it is committed, once it was judged: %s", (name) =>
    expectToWait(name, world.member, Object.values(groupRevocations)),
  );

  /** Sends a mutation and expects revocations to wait for it from its first write to its commit. */
  async function expectToWait(name: string, person: Person, kinds: readonly Revocation[]): Promise<void> {
    const send = await signedIn(world, person);
    const { reached, release } = pause.arm();
    const answer = send(name);
    const order: string[] = [];
    void answer.then(() => order.push("answered"));
    await Promise.race([reached, answer]);
    expect(order).toEqual([]);
    // Whether they wait is all that is asked.
    const undone = new Error("undone");
    const revoked = kinds.map(async (revoke) => {
      const done = others.db.transaction().execute(async (trx) => {
        await revoke(trx, person);
        order.push("revoked");
        throw undone;
      });
      await expect(done).rejects.toBe(undone);
    });
    await expect.poll(waiting, { interval: 5 }).toBe(kinds.length);
    expect(order).toEqual([]);
    release();
    const { errors, data } = await answer;
    expect(errors).toEqual([]);
    expect(data).not.toBeNull();
    await Promise.all(revoked);
  }
});

describe("A mutation on PGlite", () => {
  const pause = pausing();
  /** Run on the one connection before the next transaction of a mutation begins, as if it had come first in the queue. */
  let first: (() => Promise<unknown>) | undefined;
  const statements: string[] = [];
  let store: Store;
  let world: World;
  let direct: Kysely<Database>;
  beforeAll(async () => {
    const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
    direct = (await openStore({ engine })).db;
    const watched: Engine = {
      async query(text, parameters) {
        if (text.startsWith("start transaction isolation level read committed") && first !== undefined) {
          const before = first;
          first = undefined;
          await before();
        }
        statements.push(text);
        return engine.query(text, parameters);
      },
      close: () => engine.close(),
    };
    store = await openStore({ engine: watched });
    const { inParts } = store;
    world = await makeWorld({
      ...store,
      db: store.db.withPlugin(pause.plugin),
      // What an act keeps of the connection is not reached by the plugin of the others'.
      inParts:
        inParts &&
        ((work) =>
          inParts((act) =>
            work({
              ...act,
              db: act.db.withPlugin(pause.plugin),
              part: (write) => act.part((db) => write(db.withPlugin(pause.plugin))),
              finish: (last) => act.finish((trx) => last(trx.withPlugin(pause.plugin))),
            }),
          )),
    });
    return async () => {
      await world.server.app.close();
      await store.close();
    };
  });
  afterEach(() => restore(direct, world.before));

  it.each(mutations.map((name, index) => [name, index] as const))(
    "is refused and changes nothing when its credential goes before its turn on the one connection: %s",
    async (name, index) => {
      const person = forRootAlone.includes(name) ? world.root : world.chief;
      const kinds = revocationNames.filter((kind) => concerns(kind, name));
      const kind = kinds[index % kinds.length] ?? expect.unreachable();
      const send = await signedIn(world, person);
      let revoked: unknown;
      first = async () => {
        await revocations[kind](direct, person);
        revoked = await dump(direct);
      };
      const answer = await send(name);
      expect(answer, kind).toSatisfy(isRefusal);
      expect(await dump(direct)).toEqual(revoked);
    },
  );

  it.each(mutations)("has its caller's revocation wait until it is committed, once it was judged: %s", async (name) => {
    const person = forRootAlone.includes(name) ? world.root : world.chief;
    const send = await signedIn(world, person);
    const { reached, release } = pause.arm();
    const answer = send(name);
    await Promise.race([reached, answer]);
    statements.length = 0;
    const revoked = store.db.deleteFrom("sessions").execute();
    for (let count = 0; count < 20; count++) await turn();
    expect(statements).toEqual([]);
    release();
    expect((await answer).errors).toEqual([]);
    await revoked;
    expect(statements.indexOf("commit")).toBeGreaterThanOrEqual(0);
    expect(statements.indexOf("commit")).toBeLessThan(statements.indexOf('delete from "sessions"'));
  });
});

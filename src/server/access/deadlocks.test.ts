import { expect, it } from "vitest";

import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import { chanceFrom } from "#server/demo/random.ts";
import { makeSchema } from "#server/graphql/schema.ts";
import { randomId } from "#server/store/ids.ts";
import { ask, dump, makeCallers, restore, type Answer, type Callers } from "#server/testing/callers.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { requests } from "#server/testing/requests.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const mutations = Object.keys(makeSchema({ extensions: true }).getMutationType()?.getFields() ?? {});
const rounds = 8;

/** Somebody who may do nearly everything, above all take from the others what their rights rest on. */
interface Person {
  readonly username: string;
  readonly userId: string;
  readonly filterId: string;
  readonly tokenString: string;
}

async function makePerson(
  server: TestServer,
  { sandbox, vault, group, holders }: Callers,
  roleId: string,
  number: number,
): Promise<Person> {
  const { db } = server.store;
  const [userId, username, filterId] = [randomId(24), `person ${number}`, randomId(32)];
  await db.insertInto("users").values({ id: userId, username, createdAt: 0 }).execute();
  await db
    .insertInto("userRoles")
    .values([sandbox, vault].map((searchDomainId) => ({ userId, searchDomainId, roleId })))
    .execute();
  // What others are judged by, too, goes with these groups and their roles.
  await db
    .insertInto("groupMembers")
    .values([group, holders].map((groupId) => ({ groupId, userId })))
    .execute();
  await db.insertInto("ipFilters").values({ id: filterId, name: username, ipFilter: "allow all", createdAt: 0 }).execute();
  const { tokenString } = await server.token({ id: userId, kind: "personal", userId, ipFilterId: filterId });
  return { username, userId, filterId, tokenString };
}

it("Mutations of all types that work on each other's callers at once never wait in a ring", async () => {
  const store = await openTestStore("postgres");
  const { db } = store;
  const server = await testServer(store, { limits: { failedRequests: 1e6 } });
  const world = await makeCallers(server);
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
  const people: Person[] = [];
  for (let number = 0; number < 5; number++) people.push(await makePerson(server, world, roleId, number));
  const before = await dump(db);
  const text = (value: string) => JSON.stringify(value);

  /** A request of a mutation that is about somebody, where it can be. */
  function requestAbout(mutation: string, { username, userId, filterId }: Person, other: Person): string {
    switch (mutation) {
      case "removeUser":
        return `removeUser(input: { username: ${text(username)} }) { user { id } }`;
      case "updateUser":
        return `updateUser(input: { username: ${text(username)}, fullName: "renamed" }) { user { id } }`;
      case "updateOrganizationRoot":
        return `updateOrganizationRoot(userId: ${text(userId)}, organizationRoot: true) { id }`;
      case "rotateToken":
      case "deleteToken":
        return `${mutation}(input: { id: ${text(userId)} })`;
      case "updateIPFilter":
        return `updateIPFilter(input: { id: ${text(filterId)}, ipFilter: "allow all # again" }) { id }`;
      case "deleteIPFilter":
        return `deleteIPFilter(input: { id: ${text(filterId)} })`;
      case "assignUserRolesInSearchDomain": {
        const list = [userId, other.userId].map((id) => `{ userId: ${text(id)}, roleIds: [${text(roleId)}] }`).join(", ");
        return `assignUserRolesInSearchDomain(input: { searchDomainId: ${text(world.vault)}, roleAssignments: [${list}] }) { id }`;
      }
      case "addUsersToGroup":
      case "removeUsersFromGroup":
        return `${mutation}(input: { groupId: ${text(world.group)}, users: [${text(userId)}, ${text(other.userId)}] }) { group { id } }`;
      default:
        return requests(world)[mutation] ?? expect.unreachable();
    }
  }

  const chance = chanceFrom(1);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const shuffled = mutations.map((mutation) => ({ mutation, at: chance.between(0, 1e6) })).toSorted((a, b) => a.at - b.at);
    const answers = await Promise.all(
      shuffled.map(async ({ mutation }): Promise<readonly [string, Answer]> => {
        // Root in a few, since some is for root alone.
        const bearer = chance.likely(0.2) ? world.bearer.root : chance.pick(people).tokenString;
        const document = `mutation { ${requestAbout(mutation, chance.pick(people), chance.pick(people))} }`;
        return [mutation, await ask(server, bearer, document)];
      }),
    );
    expect(answers.filter(([, { text: body }]) => body.includes("Internal error"))).toEqual([]);
    for (const [mutation, { errors, status }] of answers) {
      if (status === 200 && errors.length === 0) outcomes.set(mutation, (outcomes.get(mutation) ?? 0) + 1);
    }
    await restore(db, before);
  }
  expect(server.log()).not.toContain("deadlock");
  // It is no rest that nobody disturbs: nearly every one was carried out in some round.
  expect(outcomes.size).toBeGreaterThan(mutations.length / 2);
  await server.app.close();
  await store.close();
});

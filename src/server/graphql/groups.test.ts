import { beforeEach, describe, expect, it } from "vitest";

import { dump, type Answer, type CallerName } from "#server/testing/callers.ts";
import { callersForEach, codeOf, refusedField } from "#server/testing/callersForEach.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";

describeOnBothDatabases("Groups", (open) => {
  const org = callersForEach(open);
  const { as } = org;
  const root = async (query: string, variables?: object) => {
    const answer = await as("root", query, variables);
    expect(answer.errors).toEqual([]);
    return answer.data;
  };
  const text = (value: string) => JSON.stringify(value);
  const whole = "group { id displayName lookupName userCount users { username } }";
  const byName = (name: string) => `groupByDisplayName(displayName: ${text(name)}) { id displayName lookupName }`;

  describe("by themselves", () => {
    it("are created, found by name, renamed and removed", async () => {
      const made = await root(`mutation { addGroup(displayName: " ops ", lookupName: "cn=ops") { ${whole} } }`);
      expect(made).toEqual({
        addGroup: {
          group: {
            id: expect.stringMatching(/^[A-Za-z0-9]{32}$/u),
            displayName: "ops",
            lookupName: "cn=ops",
            userCount: 0,
            users: [],
          },
        },
      });
      const { groupByDisplayName } = (await root(`{ ${byName("ops")} }`)) as { groupByDisplayName: { id: string } };
      const id = text(groupByDisplayName.id);
      expect(await root(`{ group(groupId: ${id}) { displayName } }`)).toEqual({ group: { displayName: "ops" } });
      const renamed = await root(`mutation { updateGroup(input: { groupId: ${id}, displayName: "platform" }) { ${whole} } }`);
      expect(renamed).toMatchObject({ updateGroup: { group: { displayName: "platform", lookupName: "cn=ops" } } });
      expect(codeOf(await as("root", `{ ${byName("ops")} }`))).toBe("NOT_FOUND");
      const removed = await root(`mutation { removeGroup(groupId: ${id}) { group { displayName } } }`);
      expect(removed).toEqual({ removeGroup: { group: { displayName: "platform" } } });
      expect(codeOf(await as("root", `{ group(groupId: ${id}) { id } }`))).toBe("NOT_FOUND");
    });

    it("have no lookup name where an empty one is given, as the operator takes one away", async () => {
      const groupId = text(org.world.group);
      const change = (lookupName: string) =>
        root(`mutation { updateGroup(input: { groupId: ${groupId}, lookupName: ${lookupName} }) { group { lookupName } } }`);
      expect(await change('"cn=staff"')).toEqual({ updateGroup: { group: { lookupName: "cn=staff" } } });
      expect(await change("null")).toEqual({ updateGroup: { group: { lookupName: "cn=staff" } } });
      expect(await change('""')).toEqual({ updateGroup: { group: { lookupName: null } } });
      const made = await root(`mutation { addGroup(displayName: "x", lookupName: "") { group { lookupName } } }`);
      expect(made).toEqual({ addGroup: { group: { lookupName: null } } });
    });

    it("have each another name, upper and lower case being different", async () => {
      const add = (name: string) => as("root", `mutation { addGroup(displayName: ${text(name)}) { group { id } } }`);
      const again = await add("staff");
      expect([codeOf(again), refusedField(again)]).toEqual(["BAD_INPUT", "displayName"]);
      expect(codeOf(await add("Staff"))).toBe("");
      const rename = await as(
        "root",
        `mutation { updateGroup(input: { groupId: ${text(org.world.group)}, displayName: "Staff" }) { group { id } } }`,
      );
      expect([codeOf(rename), refusedField(rename)]).toEqual(["BAD_INPUT", "displayName"]);
      for (const name of ["", " ", "a\u202Eb", "a".repeat(201)]) expect(codeOf(await add(name))).toBe("BAD_INPUT");
    });

    it("are told from those that there are not", async () => {
      for (const mutation of [
        `updateGroup(input: { groupId: "none", displayName: "x" }) { group { id } }`,
        `removeGroup(groupId: "none") { group { id } }`,
        `addUsersToGroup(input: { groupId: "none", users: [] }) { group { id } }`,
        `removeUsersFromGroup(input: { groupId: "none", users: [] }) { group { id } }`,
      ]) {
        const answer = await as("root", `mutation { ${mutation} }`);
        expect([codeOf(answer), refusedField(answer)]).toEqual(["NOT_FOUND", "groupId"]);
      }
      expect(await dump(org.server.store.db)).toEqual(org.initial);
    });
  });

  describe("in pages", () => {
    const page = (args: string) => `groupsPage(${args}) { pageInfo { number total totalNumberOfRows } page { displayName } }`;
    beforeEach(async () => {
      for (const name of ["beta", "alpha", "gamma"]) await root(`mutation { addGroup(displayName: "${name}") { group { id } } }`);
    });

    it("come by name, as many as there are where more are asked for, as humioctl does", async () => {
      expect(await root(`{ ${page("pageNumber: 1, pageSize: 2147483647")} }`)).toEqual({
        groupsPage: {
          pageInfo: { number: 1, total: 1, totalNumberOfRows: 6 },
          page: ["alpha", "beta", "crew", "gamma", "holders", "staff"].map((displayName) => ({ displayName })),
        },
      });
      expect(await root(`{ ${page("pageNumber: 2, pageSize: 5")} }`)).toEqual({
        groupsPage: { pageInfo: { number: 2, total: 2, totalNumberOfRows: 6 }, page: [{ displayName: "staff" }] },
      });
      expect(await root(`{ ${page("pageNumber: 2147483647, pageSize: 2147483647")} }`)).toMatchObject({
        groupsPage: { page: [] },
      });
    });

    it("are searched by what they are called, whichever case", async () => {
      await root(
        `mutation { updateGroup(input: { groupId: ${text(org.world.group)}, lookupName: "CN=Alpha" }) { group { id } } }`,
      );
      const found = await root(`{ ${page('search: "ALPHA", pageNumber: 1, pageSize: 10')} }`);
      expect(found).toMatchObject({ groupsPage: { page: [{ displayName: "alpha" }, { displayName: "staff" }] } });
    });

    it("are refused by the argument that names no page", async () => {
      const refused = async (args: string) => refusedField(await as("root", `{ ${page(args)} }`));
      expect(await refused("pageNumber: 0, pageSize: 1")).toBe("pageNumber");
      expect(await refused("pageNumber: 1, pageSize: 0")).toBe("pageSize");
    });
  });

  describe("have members", () => {
    const change = (caller: CallerName, which: "addUsersToGroup" | "removeUsersFromGroup", users: readonly string[]) =>
      as(
        caller,
        `mutation ($users: [String!]!) { ${which}(input: { groupId: ${text(org.world.group)}, users: $users }) { ${whole} } }`,
        {
          users,
        },
      );
    const members = ({ data }: Answer) =>
      (Object.values(data ?? {}) as { group: { userCount: number; users: { username: string }[] } }[]).flatMap(({ group }) => {
        expect(group.users).toHaveLength(group.userCount);
        return group.users.map(({ username }) => username);
      });

    it("who are added and taken out by id, each once, whether or not they are in already", async () => {
      const { user, owner, victim } = org.world.users;
      expect(members(await change("root", "addUsersToGroup", [user, owner, user, victim]))).toEqual(["owner", "user", "victim"]);
      expect(members(await change("root", "removeUsersFromGroup", [user, victim]))).toEqual(["owner"]);
      expect(members(await change("root", "removeUsersFromGroup", [user]))).toEqual(["owner"]);
      expect(await root(`{ user(id: ${text(owner)}) { groups { displayName } } }`)).toEqual({
        user: { groups: [{ displayName: "staff" }] },
      });
    });

    it("who exist, 1,000 at most at once", async () => {
      for (const which of ["addUsersToGroup", "removeUsersFromGroup"] as const) {
        const unknown = await change("root", which, [org.world.users.user, "nobody"]);
        expect([codeOf(unknown), refusedField(unknown)]).toEqual(["NOT_FOUND", "users"]);
        const many = await change(
          "root",
          which,
          Array.from({ length: 1001 }, (_, number) => `u${number}`),
        );
        expect([codeOf(many), refusedField(many)]).toEqual(["BAD_INPUT", "users"]);
      }
      expect(await dump(org.server.store.db)).toEqual(org.initial);
    });

    it("who are gone from it when they are removed", async () => {
      await root(`mutation { removeUser(input: { username: "victim" }) { user { id } } }`);
      expect(await root(`{ group(groupId: ${text(org.world.group)}) { userCount users { id } } }`)).toEqual({
        group: { userCount: 0, users: [] },
      });
    });
  });
});

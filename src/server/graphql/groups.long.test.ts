import { expect, it } from "vitest";

import { effectOf } from "#domain/people/access.ts";
import { readAccess } from "#logscale/readAccess.ts";
import { callersForEach } from "#server/testing/callersForEach.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";

const text = (value: string) => JSON.stringify(value);

describeOnBothDatabases("Large groups", (open) => {
  const org = callersForEach(open);

  it("have 10,000 members, who are told, judged and left behind", async () => {
    const { db } = org.server.store;
    const { group, sandbox, role } = org.world;
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      id: `m${String(index).padStart(23, "0")}`,
      username: `member-${index}`,
      isRoot: false,
      isOrgRoot: false,
      createdAt: org.server.now,
    }));
    for (let from = 0; from < many.length; from += 1000) {
      const part = many.slice(from, from + 1000);
      await db.insertInto("users").values(part).execute();
      await db
        .insertInto("groupMembers")
        .values(part.map(({ id }) => ({ groupId: group, userId: id })))
        .execute();
    }
    const ask = async (query: string, variables?: object) => {
      const answer = await org.as("root", query, variables);
      expect(answer.errors).toEqual([]);
      return answer.data as never;
    };
    await ask(
      `mutation { assignRoleToGroup(input: { groupId: ${text(group)}, roleId: ${text(role)}, viewId: ${text(sandbox)} }) { group { role { id } } } }`,
    );
    const { group: told } = (await ask(`{ group(groupId: ${text(group)}) { userCount users { id username fullName } } }`)) as {
      group: { userCount: number; users: readonly unknown[] };
    };
    expect([told.userCount, told.users.length]).toEqual([10_001, 10_001]);
    const { access } = await readAccess(ask, new AbortController().signal);
    const { differences } = effectOf(access, { type: "group-removed", groupId: group });
    expect(differences.map(({ users, lost }) => [users.length, lost.length])).toEqual([[10_001, 1]]);
    await ask(`mutation { removeGroup(groupId: ${text(group)}) { group { id } } }`);
    expect(await db.selectFrom("groupMembers").select("userId").where("groupId", "=", group).execute()).toEqual([]);
  });
});

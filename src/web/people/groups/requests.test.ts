import { describe, expect, it } from "vitest";

import { groupAdditionOf, groupAssignmentOf, groupChangeOf, groupFormSchema, groupTakingOf } from "./requests.ts";

const group = { id: "g", displayName: "Staff", lookupName: "cn=staff" };

describe("what is sent of a group", () => {
  it("is only what was changed, and an empty lookup name takes it away", () => {
    expect(groupChangeOf(group, { displayName: "Crew", lookupName: "cn=staff" }).variables).toEqual({
      input: { groupId: "g", displayName: "Crew" },
    });
    expect(groupChangeOf(group, { displayName: "Staff", lookupName: "" }).variables).toEqual({
      input: { groupId: "g", lookupName: "" },
    });
  });

  it("names no lookup name where there is none", () => {
    expect(groupAdditionOf({ displayName: "x", lookupName: "" }).variables).toEqual({ displayName: "x" });
  });

  it("assigns and takes a role by the operation of its kind", () => {
    const view = { kind: "view", roleId: "r", placeId: "w" } as const;
    const organization = { kind: "organization", roleId: "r", placeId: null } as const;
    const system = { kind: "system", roleId: "r", placeId: null } as const;
    const sent = [view, organization, system].flatMap((one) => [groupAssignmentOf("g", one), groupTakingOf("g", one)]);
    expect(sent.map(({ document }) => /^mutation (\w+)/u.exec(document)?.[1])).toEqual([
      "AssignRoleToGroup",
      "UnassignRoleFromGroup",
      "AssignOrganizationRoleToGroup",
      "UnassignOrganizationRoleFromGroup",
      "AssignSystemRoleToGroup",
      "UnassignSystemRoleFromGroup",
    ]);
    expect(sent[0]?.variables).toEqual({ input: { groupId: "g", roleId: "r", viewId: "w" } });
    expect(sent[2]?.variables).toEqual({ input: { groupId: "g", roleId: "r" } });
  });

  it("is refused where the name is empty or holds what cannot be seen; a former name may stay", () => {
    const parses = (displayName: string, former?: string) =>
      groupFormSchema(former).safeParse({ displayName, lookupName: "" }).success;
    expect([parses(" "), parses("a\u202Eb"), parses("a\u202Eb", "a\u202Eb"), parses("Crew")]).toEqual([false, false, true, true]);
  });
});

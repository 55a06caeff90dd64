import { describe, expect, it } from "vitest";

import { expandPermissions, permissionDifference, risksOf, wordPermissions } from "./permissionWords.ts";

const labels = (names: readonly string[]) =>
  wordPermissions("view", names).groups.flatMap(({ entries }) => entries.map(({ name }) => name));

describe("permissions in words", () => {
  it("let a composed permission stand for all of its parts", () => {
    expect(labels(["DeleteDashboards", "CreateDashboards", "UpdateDashboards"])).toEqual(["ChangeDashboards"]);
    expect(labels(["ChangeDashboards"])).toEqual(["ChangeDashboards"]);
  });

  it("name the parts where one is missing", () => {
    expect(labels(["DeleteDashboards", "CreateDashboards"])).toEqual(["CreateDashboards", "DeleteDashboards"]);
  });

  it("stand under their headings, in the order of the catalogue", () => {
    const { groups } = wordPermissions("view", ["ChangeParsers", "ReadAccess", "ChangeIngestTokens"]);
    expect(groups.map(({ title, entries }) => [title, entries.map(({ name }) => name)])).toEqual([
      ["Reading", ["ReadAccess"]],
      ["Data coming in", ["ChangeParsers", "ChangeIngestTokens"]],
    ]);
  });

  it("keep names that the catalogue does not have apart", () => {
    expect(wordPermissions("organization", ["ViewUsage", "TurnTime"]).unknown).toEqual(["TurnTime"]);
    expect(expandPermissions("organization", ["TurnTime", "ViewUsage"])).toEqual(["ViewUsage", "TurnTime"]);
  });
});

describe("the risks of permissions", () => {
  it("are told by their reason", () => {
    const risks = risksOf("view", ["ReadAccess", "ChangeUserAccess", "DeleteEvents", "ChangeIngestTokens"]);
    expect(risks.escalates.map(({ name }) => name)).toEqual(["ChangeUserAccess"]);
    expect(risks.destroys.map(({ name }) => name)).toEqual(["DeleteEvents"]);
    expect(risks.leaks.map(({ name }) => name)).toEqual(["ChangeIngestTokens"]);
  });

  it("are none where there is none", () => {
    expect(risksOf("view", ["ReadAccess", "ChangeDashboards"])).toEqual({ escalates: [], destroys: [], leaks: [] });
  });
});

describe("the difference between permissions", () => {
  it("is none between a composed permission and its parts", () => {
    expect(permissionDifference("view", ["ChangeFiles"], ["DeleteFiles", "UpdateFiles", "CreateFiles"])).toEqual({
      added: [],
      removed: [],
    });
  });

  it("names what is gained and what is lost", () => {
    expect(permissionDifference("view", ["ChangeFiles", "ReadAccess"], ["CreateFiles", "ReadAccess", "DeleteEvents"])).toEqual({
      added: ["DeleteEvents"],
      removed: ["UpdateFiles", "DeleteFiles"],
    });
  });
});

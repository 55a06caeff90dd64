import { describe, expect, it } from "vitest";

import { rightsInterner } from "./readRights.ts";

describe("the rights of many tokens", () => {
  const views = (...ids: string[]) => ids.map((id) => ({ id }));

  it("are one value where they are equal, and share the parts that are", () => {
    const intern = rightsInterner("view");
    const one = intern(["ReadAccess", "ChangeFiles"], views("a", "b"));
    expect(intern(["ReadAccess", "ChangeFiles"], views("a", "b"))).toBe(one);
    const other = intern(["ReadAccess", "ChangeFiles"], views("b"));
    expect(other).not.toBe(one);
    expect(other.permissions).toBe(one.permissions);
    expect(intern(["ReadAccess"], views("a", "b")).views).toBe(one.views);
    expect(intern.numberOf(one)).not.toBe(intern.numberOf(other));
  });

  it("are equal whatever order or composition they come in", () => {
    const intern = rightsInterner("view");
    const parts = intern(["DeleteDashboards", "CreateDashboards", "UpdateDashboards"], views("a"));
    expect(parts.permissions).toEqual(["CreateDashboards", "UpdateDashboards", "DeleteDashboards"]);
    expect(intern(["ChangeDashboards"], views("a"))).toBe(parts);
    expect(intern(["CreateDashboards", "UpdateDashboards", "DeleteDashboards"], views("a"))).toBe(parts);
  });
});

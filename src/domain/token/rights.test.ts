import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { carriesPermissions, tokenKinds, type PermissionKind } from "./kinds.ts";
import { permissionCatalogues } from "./permissionWords.ts";
import {
  administeredViews,
  administersKind,
  administersView,
  holdingsOfToken,
  holdingsOfUser,
  holds,
  isOwner,
  isRoot,
  mayGive,
  onView,
  reachOf,
  rootHoldings,
  unknownHoldings,
  viewsWith,
  roleOfGroup,
  type AssignedRole,
  type Holdings,
} from "./rights.ts";

const plain = { isRoot: false, isOrgRoot: false };
const owner = { isRoot: false, isOrgRoot: true };
const kinds = tokenKinds.filter(carriesPermissions);

function role(searchDomainId: string, permissions: Partial<Omit<AssignedRole, "searchDomainId">>): AssignedRole {
  return { searchDomainId, viewPermissions: [], organizationPermissions: [], systemPermissions: [], ...permissions };
}

describe("root", () => {
  it("holds everything everywhere, even what no catalogue names", () => {
    expect(holdingsOfUser({ isRoot: true, isOrgRoot: false }, [])).toBe(rootHoldings);
    for (const kind of kinds) {
      expect(administersKind(rootHoldings, kind)).toBe(true);
      expect(holds(rootHoldings, kind, "OfTomorrow", ["a"])).toBe(true);
    }
    expect(isRoot(rootHoldings)).toBe(true);
    expect(reachOf(rootHoldings)).toBe("all");
  });
});

describe("an owner", () => {
  it("holds everything but system permissions, which take a role", () => {
    const holdings = holdingsOfUser(owner, [role("a", { systemPermissions: ["ReadHealthCheck"] })]);
    expect([isRoot(holdings), isOwner(holdings)]).toEqual([false, true]);
    expect(holds(holdings, "organization", "ManageUsers", [])).toBe(true);
    expect(viewsWith(holdings, "DeleteEvents")).toBe("all");
    expect(holds(holdings, "system", "ReadHealthCheck", [])).toBe(true);
    expect(holds(holdings, "system", "ChangeSystemPermissions", [])).toBe(false);
  });
});

describe("a role of a group", () => {
  const everything = {
    viewPermissions: ["ReadAccess"],
    organizationPermissions: ["ManageUsers"],
    systemPermissions: ["ReadHealthCheck"],
  };
  const heldBy = (kind: PermissionKind) =>
    holdingsOfUser(plain, [roleOfGroup({ kind, searchDomainId: kind === "view" ? "a" : null, ...everything })]);

  it("gives the members its permissions of the kind that it is assigned for, and no others", () => {
    const names = { view: "ReadAccess", organization: "ManageUsers", system: "ReadHealthCheck" } as const;
    for (const given of kinds) {
      for (const kind of kinds) expect(holds(heldBy(given), kind, names[kind], ["a"]), `${given} ${kind}`).toBe(given === kind);
    }
    expect(reachOf(heldBy("view"))).toEqual(new Set(["a"]));
    expect(reachOf(heldBy("organization"))).toEqual(new Set());
  });

  it("adds to what somebody holds otherwise", () => {
    const holdings = holdingsOfUser(plain, [
      role("a", { viewPermissions: ["DeleteEvents"] }),
      roleOfGroup({ kind: "view", searchDomainId: "a", ...everything }),
    ]);
    expect(viewsWith(holdings, "DeleteEvents")).toEqual(new Set(["a"]));
    expect(viewsWith(holdings, "ReadAccess")).toEqual(new Set(["a"]));
  });
});

describe("a role", () => {
  const holdings = holdingsOfUser(plain, [
    role("a", { viewPermissions: ["ReadAccess", "ChangeDashboards"], organizationPermissions: ["ViewUsage"] }),
    role("b", { viewPermissions: ["ReadAccess"] }),
    role("c", { organizationPermissions: ["ManageUsers"] }),
  ]);

  it("gives its view permissions where it is assigned, and the others wherever that is", () => {
    expect(viewsWith(holdings, "ReadAccess")).toEqual(new Set(["a", "b"]));
    expect(holds(holdings, "view", "ReadAccess", ["a", "b"])).toBe(true);
    expect(holds(holdings, "view", "ReadAccess", ["a", "c"])).toBe(false);
    expect(holds(holdings, "organization", "ManageUsers", [])).toBe(true);
  });

  it("gives a composed permission by its parts, and its parts by the composed one", () => {
    expect(onView(holdings, "a", "DeleteDashboards")).toBe(true);
    expect(onView(holdings, "a", "ChangeDashboards")).toBe(true);
    expect(onView(holdings, "b", "ChangeDashboards")).toBe(false);
  });

  it("without view permissions opens no repository and no view", () => {
    expect(reachOf(holdings)).toEqual(new Set(["a", "b"]));
  });
});

describe("whoever changes permissions everywhere", () => {
  const holdings = holdingsOfUser(plain, [
    role("a", { viewPermissions: ["ReadAccess"], organizationPermissions: ["ChangeAllViewOrRepositoryPermissions"] }),
  ]);

  it("administers every repository and view, those to come included, and may hand out the right to", () => {
    expect(administersView(holdings, "b")).toBe(true);
    expect(administersKind(holdings, "view")).toBe(true);
    expect(administeredViews(holdings)).toBe("all");
    expect(viewsWith(holdings, "ChangeUserAccess")).toBe("all");
    expect(mayGive(holdings, "view", "ChangeUserAccess", ["a", "b"])).toBe(true);
    expect(reachOf(holdings)).toBe("all");
  });

  it("holds nothing else there", () => {
    expect(mayGive(holdings, "view", "ReadAccess", ["a", "b"])).toBe(false);
    expect(viewsWith(holdings, "ReadAccess")).toEqual(new Set(["a"]));
  });
});

describe("whoever may change permissions or user access", () => {
  const holdings = holdingsOfUser(plain, [
    role("a", { viewPermissions: ["ChangeViewOrRepositoryPermissions"] }),
    role("b", { viewPermissions: ["ChangeUserAccess"] }),
    role("c", { viewPermissions: ["ReadAccess"] }),
  ]);

  it("administers just the repositories and views where that is", () => {
    expect(administeredViews(holdings)).toEqual(new Set(["a", "b"]));
    expect(["a", "b", "c"].map((id) => administersView(holdings, id))).toEqual([true, true, false]);
    expect(administersKind(holdings, "view")).toBe(true);
  });
});

describe("a token", () => {
  it("of each kind holds its own permissions, and none of another kind", () => {
    for (const kind of kinds) {
      for (const { name } of permissionCatalogues[kind]) {
        const holdings = holdingsOfToken(kind, [name], ["a"]);
        expect(holds(holdings, kind, name, ["a"])).toBe(true);
        for (const other of kinds) {
          if (other !== kind) expect(holds(holdings, other, permissionCatalogues[other][0]?.name ?? "", ["a"])).toBe(false);
        }
      }
    }
  });

  it("administers tokens of the kind whose permissions it may change, and of no other", () => {
    const administered = (kind: PermissionKind, permission: string) => {
      const holdings = holdingsOfToken(kind, [permission], ["a"]);
      return kinds.filter((each) => administersKind(holdings, each) === true);
    };
    expect(administered("view", "ChangeUserAccess")).toEqual(["view"]);
    expect(administered("organization", "ChangeOrganizationPermissions")).toEqual(["organization"]);
    expect(administered("system", "ChangeSystemPermissions")).toEqual(["system"]);
  });

  it("without permissions reaches no repository and no view", () => {
    expect(reachOf(holdingsOfToken("view", [], ["a"]))).toEqual(new Set());
  });

  it("is owner of nothing", () => {
    for (const kind of kinds) expect(isOwner(holdingsOfToken(kind, [], []))).toBe(false);
  });
});

describe("a permission that no catalogue names", () => {
  it("is certainly held by root alone, and certainly not by whoever lacks its name", () => {
    const holdings = holdingsOfToken("organization", ["OfTomorrow"], []);
    expect(holds(holdings, "organization", "OfTomorrow", [])).toBe("unknown");
    expect(holds(holdings, "organization", "OfTheDayAfter", [])).toBe(false);
    expect(holds(holdingsOfUser(owner, []), "organization", "OfTomorrow", [])).toBe("unknown");
  });
});

describe("what every view token gets unasked", () => {
  it("may be handed out by everybody, and is held by nobody for that", () => {
    const holdings = holdingsOfUser(plain, []);
    expect(mayGive(holdings, "view", "OrganizationOwnedQueries", ["a"])).toBe(true);
    expect(holds(holdings, "view", "OrganizationOwnedQueries", ["a"])).toBe(false);
    expect(mayGive(holdings, "organization", "OrganizationOwnedQueries", [])).toBe(false);
  });
});

describe("where nothing is known", () => {
  it("no answer is given, neither yes nor no", () => {
    for (const kind of kinds) {
      expect(administersKind(unknownHoldings, kind)).toBe("unknown");
      for (const { name } of permissionCatalogues[kind]) expect(holds(unknownHoldings, kind, name, ["a"])).toBe("unknown");
    }
  });

  it("nothing is counted as certainly held", () => {
    expect(viewsWith(unknownHoldings, "ReadAccess")).toEqual(new Set());
    const someKnown = { ...unknownHoldings, views: new Map([["a", new Set(["ReadAccess"])]]) };
    expect(viewsWith(someKnown, "ReadAccess")).toEqual(new Set(["a"]));
    expect(viewsWith(someKnown, "ChangeUserAccess")).toEqual(new Set());
    expect(reachOf(unknownHoldings)).toEqual(new Set());
    expect([isRoot(unknownHoldings), isOwner(unknownHoldings)]).toEqual([false, false]);
  });

  it("in part, no answer that is given changes once the rest is known", () => {
    const names = permissionCatalogues.view.map(({ name }) => name);
    const views = ["a", "b", "c"];
    const assigned = fc.record({
      searchDomainId: fc.constantFrom(...views),
      viewPermissions: fc.subarray(names),
      organizationPermissions: fc.subarray(["ChangeAllViewOrRepositoryPermissions", "ChangeOrganizationPermissions"]),
      systemPermissions: fc.constant([]),
    });
    const hidden = fc.subarray(["organization", "system", "elsewhere"] as const);
    fc.assert(
      fc.property(fc.array(assigned, { maxLength: 4 }), hidden, fc.constantFrom(...names), (roles, parts, name) => {
        const whole = holdingsOfUser(plain, roles);
        const part: Holdings = { ...whole, ...Object.fromEntries(parts.map((key) => [key, "unknown"])) };
        for (const id of views) {
          const answer = onView(part, id, name);
          if (answer !== "unknown") expect(answer).toBe(onView(whole, id, name));
        }
      }),
    );
  });
});

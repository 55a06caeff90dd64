import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { tokenId } from "#domain/testing.ts";
import { viewPermissions } from "#domain/token/permissions.ts";
import { holdingsOfUser, rootHoldings, unknownHoldings } from "#domain/token/rights.ts";

import { beyond, compareTokens, type ComparedToken } from "./compare.ts";
import type { InventoryKind, TokenRights } from "./item.ts";
import { anInventoryToken } from "./testing.ts";

let number = 0;
const compared = (kind: InventoryKind, rights?: Partial<TokenRights>, user?: ComparedToken["user"]): ComparedToken => ({
  token: anInventoryToken({ kind, key: `${kind}:${++number}`, ...(kind === "view" && { id: tokenId("view", number) }) }),
  rights: rights && { permissions: [], views: [], ...rights },
  user,
});
const view = (permissions: readonly string[], views: readonly string[]) => compared("view", { permissions, views });
const ingest = (repository: string): ComparedToken => ({
  ...compared("ingest"),
  token: anInventoryToken({
    kind: "ingest",
    ingest: { repository, parser: null, isCustom: false, weakness: null, events: 0 },
  }),
});
const rowsOf = (...tokens: readonly ComparedToken[]) =>
  compareTokens(tokens).sections.flatMap(({ sort, groups }) =>
    groups.flatMap(({ rows }) =>
      rows.map(({ permission, cells }) => [
        sort,
        permission,
        ...cells.map(({ held, on }) => (on === undefined ? held : `${held} on ${on}`)),
      ]),
    ),
  );

describe("tokens side by side", () => {
  it("show each right that one of them has, and whether the others have it", () => {
    expect(rowsOf(view(["ReadAccess"], ["a"]), view(["ReadAccess", "DeleteEvents"], ["b"]))).toEqual([
      ["view", "ReadAccess", "yes", "yes"],
      ["view", "DeleteEvents", "no", "yes"],
    ]);
  });

  it("show a composed permission as one where nobody has a part of it alone, and else its parts", () => {
    const files = ["CreateFiles", "UpdateFiles", "DeleteFiles"];
    expect(rowsOf(view(files, ["a"]), view([], ["a"]))).toEqual([["view", "ChangeFiles", "yes", "no"]]);
    expect(rowsOf(view(["ChangeFiles"], ["a"]), view(files, ["a"]))).toEqual([["view", "ChangeFiles", "yes", "yes"]]);
    expect(rowsOf(view(files, ["a"]), view(["UpdateFiles"], ["a"])).map(([, name, ...cells]) => [name, ...cells])).toEqual([
      ["CreateFiles", "yes", "no"],
      ["UpdateFiles", "yes", "yes"],
      ["DeleteFiles", "yes", "no"],
    ]);
  });

  it("say of a token of another sort that there is nothing to compare, never that it lacks the right", () => {
    const tokens = [view(["ReadAccess"], ["a"]), compared("organization", { permissions: ["ManageUsers"] }), compared("fleet")];
    expect(rowsOf(...tokens)).toEqual([
      ["view", "ReadAccess", "yes", "other", "other"],
      ["organization", "ManageUsers", "other", "yes", "other"],
    ]);
    expect(compareTokens(tokens).places).toEqual([{ id: "a", cells: ["yes", "other", "other"] }]);
  });

  it("say of rights that were not read that they are not known", () => {
    expect(rowsOf(view(["ReadAccess"], ["a"]), compared("view"))).toEqual([["view", "ReadAccess", "yes", "unknown"]]);
    expect(compareTokens([view([], ["a"]), compared("view")]).places).toEqual([{ id: "a", cells: ["yes", "unknown"] }]);
  });

  it("say of a personal token what its user is known to hold", () => {
    const role = {
      searchDomainId: "a",
      viewPermissions: ["ReadAccess"],
      organizationPermissions: ["ManageUsers"],
      systemPermissions: [],
    };
    const user = holdingsOfUser({ isRoot: false, isOrgRoot: false }, [role]);
    const other = view(["ReadAccess", "DeleteEvents"], ["a", "b"]);
    expect(rowsOf(compared("personal", undefined, user), other)).toEqual([
      ["view", "ReadAccess", "yes on 1", "yes"],
      ["view", "DeleteEvents", "no", "yes"],
      ["organization", "ManageUsers", "yes", "other"],
    ]);
    expect(compareTokens([compared("personal", undefined, user), other]).places).toEqual([
      { id: "a", cells: ["yes", "yes"] },
      { id: "b", cells: ["no", "yes"] },
    ]);
    expect(rowsOf(compared("personal", undefined, rootHoldings), view(["ReadAccess"], ["a"]))).toEqual([
      ["view", "ReadAccess", "yes", "yes"],
    ]);
    for (const nobodyKnows of [undefined, unknownHoldings])
      expect(rowsOf(compared("personal", undefined, nobodyKnows), view(["ReadAccess"], ["a"]))).toEqual([
        ["view", "ReadAccess", "unknown", "yes"],
      ]);
  });

  it("keep a permission that this page does not know", () => {
    expect(rowsOf(view(["TurnTime"], ["a"]), view([], ["a"]))).toEqual([["view", "TurnTime", "yes", "no"]]);
  });
});

describe("what a token has beyond another", () => {
  it("is its further permissions, and the places that the other does not reach", () => {
    expect(beyond(view(["ReadAccess", "DeleteEvents"], ["a", "b"]), view(["ReadAccess"], ["b"]))).toEqual({
      type: "known",
      permissions: ["Delete events"],
      places: ["a"],
    });
  });

  it("is nothing where it can do nothing", () => {
    for (const idle of [view([], ["a"]), view(["ReadAccess"], [])])
      expect(beyond(idle, view([], []))).toEqual({ type: "known", permissions: [], places: [] });
  });

  it("is nothing exactly where each of its permissions holds for the other on each of its places", () => {
    const some = (from: readonly string[]) => fc.subarray([...from]);
    const any = fc.tuple(some(["ReadAccess", "DeleteEvents", "ChangeFiles"]), some(["a", "b", "c"]));
    fc.assert(
      fc.property(any, any, (one, other) => {
        const [may, places] = one;
        const nothing = may.every((right) => places.every((place) => other[0].includes(right) && other[1].includes(place)));
        const difference = beyond(view(...one), view(...other));
        expect(difference.type === "known" && difference.permissions.length + difference.places.length === 0).toBe(nothing);
      }),
    );
  });

  it("is a repository between ingest tokens, and nothing between fleet tokens", () => {
    expect(beyond(ingest("x"), ingest("y"))).toEqual({ type: "known", permissions: [], places: ["x"] });
    expect(beyond(ingest("x"), ingest("x"))).toEqual({ type: "known", permissions: [], places: [] });
    expect(beyond(compared("fleet"), compared("fleet"))).toEqual({ type: "known", permissions: [], places: [] });
  });

  it("is not told across sorts of rights, of a user's rights, or of what was not read", () => {
    expect(beyond(view([], []), compared("organization", {}))).toEqual({ type: "incomparable" });
    expect(beyond(compared("personal"), view([], []))).toEqual({ type: "of-user" });
    expect(beyond(view([], []), compared("view"))).toEqual({ type: "unknown" });
  });

  it("never names a part of a permission where all of it is there", () => {
    const all = viewPermissions.map(({ name }) => name);
    const difference = beyond(view(all, ["a"]), view([], ["a"]));
    expect(difference.type === "known" && difference.permissions).toContain("Manage files");
    expect(difference.type === "known" && difference.permissions).not.toContain("Upload files");
  });
});

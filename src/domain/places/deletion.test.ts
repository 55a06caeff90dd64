import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { anInventoryToken } from "#domain/inventory/testing.ts";
import { testNow } from "#domain/testing.ts";
import { holdingsOfUser, rootHoldings } from "#domain/token/rights.ts";

import { deletionOf, type DeletionFacts } from "./deletion.ts";

/** So long ago that what was never used since is not in use. */
const long = testNow - 90 * day;

const used = { at: testNow - hour, from: null, source: "recorded" } as const;

function ingestToken(repository: string, name: string, overrides: Partial<InventoryToken> = {}): InventoryToken {
  const ingest = { repository, parser: null, isCustom: false, weakness: null, events: 0 };
  return anInventoryToken({ kind: "ingest", createdAt: long, key: `ingest:${repository}:${name}`, name, ingest, ...overrides });
}

function judge(overrides: Partial<DeletionFacts>, views: Readonly<Record<string, readonly string[]>> = {}) {
  const facts: DeletionFacts = {
    place: { id: "web", name: "web", isView: false },
    tokens: [],
    viewsOf: ({ name }) => views[name],
    views: [],
    holders: [],
    holdings: rootHoldings,
    ...overrides,
  };
  return deletionOf(facts, testNow);
}

describe("the deletion of a repository or view", () => {
  it("ends the repository's ingest tokens and no others, and none where it is a view of the same name", () => {
    const tokens = [ingestToken("web", "a", { lastUse: used }), ingestToken("web", "b"), ingestToken("other", "c")];
    const { ingest } = judge({ tokens });
    expect(ingest.tokens.map(({ name }) => name)).toEqual(["a", "b"]);
    expect([ingest.inUse, ingest.unknown]).toEqual([1, 0]);
    expect(judge({ tokens, place: { id: "v", name: "web", isView: true } }).ingest.tokens).toEqual([]);
  });

  it("narrows the view tokens that name it with others, and leaves those that name it alone without any", () => {
    const tokens = ["both", "only", "other", "unknown"].map((name) =>
      anInventoryToken({ name, createdAt: long, key: `view:${name}` }),
    );
    const { narrowed, emptied } = judge({ tokens }, { both: ["web", "x"], only: ["web"], other: ["x"] });
    expect(narrowed.tokens.map(({ name }) => name)).toEqual(["both"]);
    expect(emptied.tokens.map(({ name }) => name)).toEqual(["only"]);
  });

  it("takes its events from the views that show it, and leaves those bare that show nothing else", () => {
    const views = [
      { id: "1", name: "both", repositoryIds: ["web", "x"] },
      { id: "2", name: "only", repositoryIds: ["web"] },
      { id: "3", name: "other", repositoryIds: ["x"] },
      { id: "4", name: "empty", repositoryIds: [] },
    ];
    const deletion = judge({ views });
    expect(deletion.views.map(({ name }) => name)).toEqual(["both"]);
    expect(deletion.bareViews.map(({ name }) => name)).toEqual(["only"]);
  });

  it("takes what roles give beyond it from those who have them there by themselves, whom only a holder may take it from", () => {
    const role = (id: string, organizationPermissions: readonly string[]) => ({
      id,
      name: id,
      viewPermissions: ["ReadAccess"],
      organizationPermissions,
      systemPermissions: [],
    });
    const somebody = [{ id: "u", username: "u" }];
    const holders = [
      { role: role("reader", []), users: somebody, groups: [] },
      { role: role("people", ["ManageUsers", "ViewUsage"]), users: somebody, groups: [] },
      { role: role("by group", ["ManageUsers"]), users: [], groups: [{ id: "g", name: "g", members: somebody }] },
    ];
    const holdings = holdingsOfUser({ isRoot: false, isOrgRoot: false }, [
      { searchDomainId: "web", viewPermissions: [], organizationPermissions: ["ViewUsage"], systemPermissions: [] },
    ]);
    expect(judge({ holders }).widerRoles.map(({ role: { id } }) => id)).toEqual(["people"]);
    expect(judge({ holders }).lacking).toEqual([]);
    expect(judge({ holders, holdings }).lacking).toEqual(["ManageUsers"]);
  });
});

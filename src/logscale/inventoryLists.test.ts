import { describe, expect, it } from "vitest";

import { neverUsed } from "#domain/token/lastUse.ts";

import { fleetList, governedList, hiddenList, ingestList, merged } from "./inventoryLists.ts";
import type { AllIngestTokens } from "./readIngestTokens.ts";

const none: AllIngestTokens = { tokens: [], readable: 2, unreadable: 0, failed: [], loadedAt: 5 };

describe("ingest tokens in the inventory", () => {
  it("are hidden where no repository shows any, which is not the same as none existing", () => {
    expect(ingestList({ ...none, readable: 0, unreadable: 3 })).toMatchObject({ visibility: "hidden", listable: "hidden" });
    expect(ingestList(none)).toMatchObject({ visibility: "complete", listable: "complete", seen: 0 });
  });

  it("are some of them where a repository does not show its own, or failed", () => {
    expect(ingestList({ ...none, unreadable: 1 })).toMatchObject({ visibility: "partial", listable: "partial" });
    const failure = { kind: "refused", message: "No." } as const;
    expect(ingestList({ ...none, failed: [{ repository: "web", failure }] })).toMatchObject({
      visibility: "partial",
      listable: "complete",
    });
  });

  it("are told apart by repository and name, and say nothing where the backend does not", () => {
    const plain = { parser: null, use: undefined };
    const { tokens } = ingestList({
      ...none,
      tokens: [
        { repository: "a", name: "b,c", ...plain },
        { repository: "a,b", name: "c", ...plain },
      ],
    });
    expect(new Set(tokens.map(({ key }) => key)).size).toBe(2);
    expect(tokens[0]).toMatchObject({
      createdAt: undefined,
      lastUse: undefined,
      firstUse: undefined,
      owner: { kind: "unknown", name: null },
    });
    expect(tokens[0]?.ingest).toMatchObject({ isCustom: undefined, weakness: undefined, events: undefined });
  });

  it("know that they were never used where the backend counts their use", () => {
    const use = {
      events: 0,
      bytes: 0,
      eventsInLastDay: 0,
      lastUsedAt: null,
      lastUsedFrom: null,
      firstUse: null,
      createdAt: 3,
      createdBy: "ada",
      isCustom: true,
      weakness: "Short",
    } as const;
    const [token] = ingestList({ ...none, tokens: [{ repository: "a", name: "b", parser: "json", use }] }).tokens;
    expect(token).toMatchObject({
      createdAt: 3,
      lastUse: neverUsed,
      firstUse: null,
      owner: { kind: "unknown", id: null, name: "ada" },
    });
    expect(token?.ingest).toMatchObject({ repository: "a", parser: "json", isCustom: true, weakness: "Short", events: 0 });
  });
});

describe("the inventory", () => {
  it("has the tokens of all kinds in the order of their names, and those of one name in that of the kinds", () => {
    const governed = governedList(
      {
        tokens: ["web-10", "web-2"].map((name) => ({
          kind: "view",
          id: name,
          name,
          createdAt: 1,
          expireAt: null,
          ipFilter: null,
        })),
        seen: 2,
        total: 2,
        visibility: "complete",
        listable: "complete",
        unknown: 0,
        steady: true,
        loadedAt: 5,
      },
      undefined,
    );
    const fleet = fleetList({ rows: [{ handle: "h", name: "web-2", configuration: null }], steady: true, loadedAt: 5 });
    expect(merged([undefined, governed, hiddenList, fleet]).map(({ key }) => key)).toEqual([
      "view:web-2",
      "fleet:h",
      "view:web-10",
    ]);
  });

  it("takes the user of a personal token for its owner", () => {
    const list = {
      seen: 1,
      total: 1,
      visibility: "complete",
      listable: "complete",
      unknown: 0,
      steady: true,
      loadedAt: 5,
    } as const;
    const token = { kind: "personal", id: "u1", name: "ada", createdAt: 1, expireAt: null, ipFilter: null } as const;
    expect(governedList({ ...list, tokens: [token] }, undefined).tokens[0]?.owner).toEqual({
      kind: "user",
      id: "u1",
      name: "ada",
    });
  });
});

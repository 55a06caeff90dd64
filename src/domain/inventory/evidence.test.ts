import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { isoInstant } from "#domain/instant.ts";
import { longestLong } from "#domain/long.ts";
import { testNow } from "#domain/testing.ts";
import { unknownCreator } from "#domain/token/creator.ts";
import { neverUsed } from "#domain/token/lastUse.ts";

import {
  evidenceCells,
  evidenceColumnNames,
  evidenceHeadings,
  evidenceLine,
  evidenceRow,
  type EvidenceContext,
  type EvidenceRow,
} from "./evidence.ts";
import { anInventoryToken } from "./testing.ts";
import type { InventoryToken } from "./item.ts";

const context: EvidenceContext = {
  now: testNow,
  filterName: (id) => (id === "office" ? "Office" : undefined),
  viewName: (id) => (id === "v1" ? "payments, eu" : undefined),
  rightsOf: ({ id }) => (id === "unread" ? undefined : { permissions: ["ReadAccess", "DeleteEvents"], views: ["v1", "v2"] }),
  findingsOf: () => ({ found: [], dismissed: [], notJudged: [] }),
  ownersRead: true,
};
const row = (token: Partial<InventoryToken>, changed: Partial<EvidenceContext> = {}): EvidenceRow =>
  evidenceRow(anInventoryToken(token), { ...context, ...changed });
const cell = (of: EvidenceRow, column: (typeof evidenceColumnNames)[number]) =>
  evidenceCells(of)[evidenceColumnNames.indexOf(column)];

describe("a row of the evidence", () => {
  it("says of what is not known that it is unknown, and of what is not there that it never is", () => {
    expect(row({ createdAt: undefined, expireAt: undefined, lastUse: undefined, owner: unknownCreator })).toMatchObject({
      created: "unknown",
      expires: "unknown",
      state: "unknown",
      lastUsed: "unknown",
      lastUsedFrom: "unknown",
      lastUseKnownBy: null,
      owner: "unknown",
      ownerKind: "unknown",
    });
    expect(row({ expireAt: null, lastUse: neverUsed, ipFilter: null })).toMatchObject({
      expires: "never",
      state: "active",
      lastUsed: "never",
      lastUsedFrom: null,
      ipFilter: null,
      ipFilterId: null,
    });
  });

  it("tells the written owner beside the creator, and that it is unknown where owners could not be read", () => {
    const written = { owner: "Team\u202EBlue", by: "grace", at: testNow };
    expect(row({ written }, { ownersRead: true })).toMatchObject({
      owner: "ada",
      writtenOwner: "Team⟨U+202E⟩Blue",
      writtenBy: "grace",
      writtenAt: isoInstant(testNow),
    });
    const nothing = (value: string | null) => ({ writtenOwner: value, writtenBy: value, writtenAt: value });
    expect(row({})).toMatchObject(nothing(null));
    expect(row({}, { ownersRead: false })).toMatchObject(nothing("unknown"));
    expect(row({ kind: "personal" }, { ownersRead: false })).toMatchObject(nothing(null));
  });

  it("gives times in UTC, and one beyond the calendar to the ms", () => {
    expect(row({ createdAt: testNow - day, expireAt: longestLong })).toMatchObject({
      created: "2024-10-03T00:00:00.000Z",
      expires: "9223372036854775807 ms",
    });
  });

  it("counts a token as expired from the very instant on", () => {
    expect(row({ expireAt: testNow }).state).toBe("expired");
    expect(row({ expireAt: testNow + 1 }).state).toBe("active");
  });

  it("says what the rights rest on, and names no permission where none were read", () => {
    expect(row({ kind: "view" })).toMatchObject({
      rights: "token",
      permissions: ["ReadAccess", "DeleteEvents"],
      views: ["payments, eu", "unknown"],
      viewIds: ["v1", "v2"],
    });
    expect(row({ id: "unread" })).toMatchObject({ rights: "unknown", permissions: [], views: [] });
    expect(row({ kind: "personal" })).toMatchObject({ rights: "user", permissions: [] });
    expect(row({ kind: "ingest" }).rights).toBe("sends-events");
    expect(row({ kind: "fleet" }).rights).toBe("enrols-collectors");
  });

  it("counts events exactly, whatever their number", () => {
    const ingest = {
      repository: "sandbox",
      parser: null,
      isCustom: undefined,
      weakness: undefined,
      events: longestLong,
      eventsInLastDay: undefined,
    };
    expect(row({ kind: "ingest", ingest })).toMatchObject({
      repository: "sandbox",
      parser: null,
      events: "9223372036854775807",
      eventsInLastDay: "unknown",
      customValue: "unknown",
      customValueWeakness: "unknown",
    });
    expect(row({ kind: "ingest", ingest: { ...ingest, events: undefined } }).events).toBe("unknown");
    expect(row({}).events).toBe(null);
  });

  it("shows what is hidden in a name, and names a filter by its id where it has no name", () => {
    expect(row({ name: "safe-\u202Egpj" }).name).toBe("safe-⟨U+202E⟩gpj");
    expect(row({ ipFilter: "office" })).toMatchObject({ ipFilter: "Office", ipFilterId: "office" });
    expect(row({ ipFilter: "gone" })).toMatchObject({ ipFilter: "unknown", ipFilterId: "gone" });
  });

  it("tells the findings with their reasons, and which rules could not be judged", () => {
    const finding = {
      rule: "never-expires",
      title: "Never expires",
      severity: "high",
      reason: "It has no expiry.",
      judged: "By it.",
      todo: "Rotate it.",
    };
    const dismissal = { ...finding, note: "Known.\nReally.", dismissedBy: "ada", until: "never" };
    const findingsOf = () => ({ found: [finding], dismissed: [dismissal], notJudged: ["unused"] });
    const judged = row({}, { findingsOf });
    expect(judged).toMatchObject({ findings: [finding], findingsDismissed: [dismissal], findingsNotJudged: ["unused"] });
    expect(cell(judged, "findings")).toBe("high never-expires: It has no expiry.");
    expect(cell(judged, "findingsDismissed")).toBe("never-expires: Known.\nReally.");
    expect(cell(judged, "findingsNotJudged")).toBe("unused");
  });
});

describe("a row as text", () => {
  it("has the columns in one order, in the line and in the table", () => {
    const made = row({});
    expect(Object.keys(made)).toEqual(evidenceColumnNames);
    expect(evidenceHeadings()).toHaveLength(evidenceColumnNames.length);
    expect(evidenceCells(made)).toHaveLength(evidenceColumnNames.length);
    expect(new Set(evidenceHeadings()).size).toBe(evidenceColumnNames.length);
  });

  it("is one line that gives the row back and holds nothing hidden", () => {
    const made = row({ name: "a\u2028b\u007F\uD800\nc" });
    const line = evidenceLine(made);
    expect(JSON.parse(line)).toEqual(made);
    expect(line).not.toMatch(/[\n\r\p{Cc}\p{Cs}\u2028]/u);
  });
});

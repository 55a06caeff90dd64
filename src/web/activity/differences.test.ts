import { describe, expect, it } from "vitest";

import { auditTypes } from "#domain/audit/types.ts";
import type { AuditRecord } from "#logscale/audit.ts";
import { localAndUtcTime } from "#web/ui/times.ts";

import { differences, fieldLabels } from "./differences.ts";

const between = (before: AuditRecord["before"], after: AuditRecord["after"]) =>
  differences({ before, after } as AuditRecord).map(({ label, before: from, after: to, added, removed }) => [
    label,
    added.length + removed.length > 0 ? [...removed.map((item) => `-${item}`), ...added.map((item) => `+${item}`)] : [from, to],
  ]);

describe("What a record says of before and after", () => {
  it("is what changed, a list by what came and went", () => {
    const end = Date.UTC(2026, 0, 2);
    expect(
      between(
        { name: "ci", permissions: ["ReadAccess", "ChangeFiles"], ipFilterId: null, expireAt: null },
        { name: "ci", permissions: ["ReadAccess", "DeleteEvents"], ipFilterId: "f1", expireAt: end },
      ),
    ).toEqual([
      ["Permissions", ["-ChangeFiles", "+DeleteEvents"]],
      ["IP filter", ["none", "f1"]],
      ["Expires", ["never", localAndUtcTime(end)]],
    ]);
  });

  it("is the lines of a filter that came and went", () => {
    expect(between({ ipFilter: "allow 10.0.0.0/8\ndeny all" }, { ipFilter: "allow all\ndeny all" })).toEqual([
      ["Rules", ["-allow 10.0.0.0/8", "+allow all"]],
    ]);
  });

  it("is each setting of a policy, with a lifetime that numbers cannot hold", () => {
    const policy = { enabled: true, maximumLifetime: null, ipFilter: null, allowPermissionUpdates: true };
    expect(
      between({ view: policy, system: policy }, { view: { ...policy, maximumLifetime: "9223372036854775807" }, system: policy }),
    ).toEqual([["View tokens: longest life", ["no maximum", "9,223,372,036,854,775,807 ms"]]]);
  });

  it("is everything of what came or went, and nothing where nothing changed", () => {
    expect(between(null, { name: "ci", expireAt: null })).toEqual([
      ["Name", [null, "ci"]],
      ["Expires", [null, "never"]],
    ]);
    expect(between({ enabled: true }, null)).toEqual([["On", ["yes", null]]]);
    expect(between({ name: "ci" }, { name: "ci" })).toEqual([]);
    expect(between(null, null)).toEqual([]);
  });

  it("has a name for every field of every type", () => {
    const fields = Object.values(auditTypes).flatMap(({ state }) => Object.keys(state));
    expect(Object.keys(fieldLabels).toSorted()).toEqual([...new Set(fields)].toSorted());
  });

  it("takes what a newer server tells, and what looks like code, as text", () => {
    expect(between({ moon: { phase: [1] } }, { moon: { phase: [2] } })).toEqual([["moon: phase", ["[1]", "[2]"]]]);
    expect(between({ constructor: 1 }, { constructor: 2 })).toEqual([["constructor", ["1", "2"]]]);
  });
});

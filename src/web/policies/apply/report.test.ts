import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { applyPlan } from "#domain/testing.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";

import { draftOf } from "#web/policies/draft/draft.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { propose, reportOn, type Proposal, type Reading } from "./proposal.ts";
import { reportCsv, reportJson, reportRows } from "./report.ts";

const now = Date.UTC(2026, 0, 1);
const filterName = (id: string) => `filter ${id}`;

function aToken(values: Partial<SeenToken> & { readonly id: string }): SeenToken {
  return { kind: "view", name: values.id, createdAt: now - day, expireAt: null, ipFilter: null, ...values };
}

const doomed = aToken({ id: "doomed", name: '=HYPERLINK("http://example.org")', createdAt: now - 40 * day });
const kept = aToken({ id: "kept", lastUse: { at: now - day, from: null, source: "recorded" } });
const elsewhere = aToken({ id: "elsewhere", kind: "personal" });

const reading: Reading = {
  policies: defaultPolicies,
  tokens: [doomed, kept, elsewhere],
  complete: tokenKinds,
  read: tokenKinds,
  now,
};
const draft = { ...defaultPolicies, view: { ...defaultPolicies.view, maximumLifetime: 30 * day, ipFilter: "f1" } };

function aProposal(): Proposal {
  const proposal = propose(reading, draftOf(draft));
  if (proposal === undefined) throw new Error("The form is valid.");
  return proposal;
}

const proposal = aProposal();
const judge = filterJudge(() => "allow 10.0.0.0/8");
const after: Reading = { ...reading, policies: draft, tokens: applyPlan(reading.tokens, proposal.plan), now: now + 1000 };

describe("the report", () => {
  it("lists each predicted change with what was found", () => {
    const rows = reportRows(reportOn(proposal, after, false));
    expect(rows.map(({ result, token, found }) => [result, token.id, found?.ipFilter ?? null])).toEqual([
      ["as-predicted", "doomed", null],
      ["as-predicted", "kept", "f1"],
    ]);
  });

  it("lists differences first, each with the states before, predicted and found", () => {
    const found = { ...kept, expireAt: now + 5 * day };
    const [row] = reportRows(reportOn(proposal, { ...after, tokens: [found, elsewhere] }, false));
    expect(row).toMatchObject({ result: "differs", before: kept, predicted: { expireAt: now + 29 * day }, found });
  });

  it("does not call tokens deleted whose kind was not read afterwards", () => {
    const report = reportOn(
      proposal,
      { ...after, tokens: after.tokens.filter(({ kind }) => kind === "view"), read: ["view"] },
      false,
    );
    expect(report.compared).toEqual(["view"]);
    expect(report.outcome.differences).toEqual([]);
  });

  it("is a file with times in UTC that no spreadsheet runs as formulas", () => {
    const csv = reportCsv(reportOn(proposal, after, false), filterName, judge);
    expect(csv).toContain(
      `"as predicted","'=HYPERLINK(""http://example.org"")","view","doomed","stops now","never","none","deleted"`,
    );
    expect(csv).toContain(`"2026-01-30T00:00:00.000Z","filter f1"`);
    const hidden = { ...doomed, name: "safe-\u202Egpj.nekot" };
    const another = propose({ ...reading, tokens: [hidden] }, draftOf(draft)) ?? proposal;
    expect(reportCsv(reportOn(another, after, false), filterName, judge)).toContain(`"safe-⟨U+202E⟩gpj.nekot","view","doomed"`);
  });

  it("is also a JSON file", () => {
    const json: unknown = JSON.parse(reportJson(reportOn(proposal, after, true), judge));
    expect(json).toMatchObject({
      answerLost: true,
      policies: { applied: draft, differences: [] },
      tokens: [
        { result: "as-predicted", id: "doomed", harm: "at-once", predicted: null, found: null },
        { id: "kept", harm: "may-be-locked-out" },
      ],
    });
  });
});

import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { FilterJudge, Verdict } from "#domain/filter/judge.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { applyPlan } from "#domain/testing.ts";
import { defaultPolicies, type KindPolicy, type Policies } from "#domain/policy/policy.ts";
import type { Failure } from "#logscale/errors.ts";

import { createApply, reactionTo, type ApplyOptions, type ApplyStep } from "./apply.ts";
import { draftOf, type DraftForm } from "#web/policies/draft/draft.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { harmOf } from "./consent.ts";
import { asPredicted, inForceAfter, propose, type Proposal, type Reading, type Report } from "./proposal.ts";

const now = 1000 * day;

const old: SeenToken = { id: "old", kind: "view", name: "old", createdAt: now - 40 * day, expireAt: null, ipFilter: null };
const young: SeenToken = { id: "young", kind: "view", name: "young", createdAt: now - day, expireAt: null, ipFilter: null };

function view(values: Partial<KindPolicy>, base: Policies = defaultPolicies): Policies {
  return { ...base, view: { ...base.view, ...values } };
}

function aReading(values: Partial<Reading> = {}): Reading {
  return { policies: defaultPolicies, tokens: [old, young], complete: tokenKinds, read: tokenKinds, now, ...values };
}

const draft = view({ maximumLifetime: 30 * day });

function aProposal(reading = aReading(), form: DraftForm = draftOf(draft)): Proposal {
  const proposal = propose(reading, form);
  if (proposal === undefined) throw new Error("The form is valid.");
  return proposal;
}

/** What the server has once a proposal is carried out. */
function carriedOut({ reading, plan, draft }: Proposal): Reading {
  return { ...reading, policies: draft, tokens: applyPlan(reading.tokens, plan), now: now + 1000 };
}

class Failed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Applying against a scripted server: each answer serves once, in order. An Error is thrown. */
function scripted(script: {
  readings: (Reading | Error)[];
  sends?: (Error | "done")[];
  checked?: boolean;
  later?: number;
  judge?: FilterJudge;
}) {
  const sent: Proposal[] = [];
  const reports: Report[] = [];
  const bases: { reading: Reading; form: DraftForm | undefined }[] = [];
  const steps: ApplyStep["at"][] = [];
  const { readings, sends = [], checked = true, later = 0, judge = () => "accepts" } = script;
  const options: ApplyOptions = {
    read: async () => {
      const next = readings.shift() ?? new Error("read more often than expected");
      if (next instanceof Error) throw next;
      return next;
    },
    send: async (proposal) => {
      sent.push(proposal);
      const next = sends.shift() ?? new Error("sent more often than expected");
      if (next instanceof Error) throw next;
    },
    checked: () => checked,
    harmOf: (proposal) => harmOf(proposal, judge),
    now: () => now + later,
    failureOf: (error) => (error instanceof Failed ? error.failure : { kind: "unexpected", message: String(error) }),
    onBase: (reading, form) => bases.push({ reading, form }),
    onReport: (report) => reports.push(report),
  };
  const apply = createApply(options);
  apply.step.subscribe(() => steps.push(apply.step.get().at));
  /** Waits until applying stands still; every answer of the script comes in a microtask. */
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    return apply.step.get();
  };
  return { apply, sent, reports, bases, steps, settle };
}

const unknown = new Failed({ kind: "unknown-outcome", message: "The answer was lost." });

describe("applying a draft", () => {
  it("reads again, asks, sends once and reports what is in force", async () => {
    const shown = aProposal();
    const run = scripted({ readings: [aReading(), carriedOut(shown)], sends: ["done"] });
    run.apply.press(shown);
    run.apply.press(shown);
    expect((await run.settle()).at).toBe("confirming");
    run.apply.confirm();
    run.apply.confirm();
    expect((await run.settle()).at).toBe("editing");
    expect(run.sent).toHaveLength(1);
    expect(run.steps).toEqual(["checking", "confirming", "sending", "verifying", "editing"]);
    const [report] = run.reports;
    expect(report && asPredicted(report)).toBe(true);
    expect(report?.outcome.confirmed.map(({ type }) => type)).toEqual(["delete", "restrict"]);
    expect(run.bases).toEqual([{ reading: report?.reading, form: undefined }]);
  });

  it("asks again when a token was created meanwhile, and only then sends the new plan", async () => {
    const late = { ...old, id: "late", name: "late" };
    const reading = aReading({ tokens: [old, young, late] });
    const run = scripted({ readings: [reading, carriedOut(aProposal(reading))], sends: ["done"] });
    run.apply.press(aProposal());
    const step = await run.settle();
    if (step.at !== "changed") throw new Error(step.at);
    expect(step.meanwhile.difference.added.map(({ token }) => token.id)).toEqual(["late"]);
    expect(step.meanwhile.rebase).toBeUndefined();
    run.apply.confirm();
    expect(run.sent).toEqual([]);
    run.apply.accept(draftOf(draft));
    run.apply.confirm();
    await run.settle();
    expect(run.sent[0]?.plan.changes).toHaveLength(3);
  });

  it("takes over what another administrator changed meanwhile, after showing it", async () => {
    const theirs = view({ allowPermissionUpdates: true });
    const run = scripted({ readings: [aReading({ policies: theirs })] });
    run.apply.press(aProposal());
    const step = await run.settle();
    if (step.at !== "changed" || step.meanwhile.rebase === undefined) throw new Error(step.at);
    expect(step.meanwhile.rebase.theirs).toMatchObject([{ kind: "view", field: "allowPermissionUpdates", to: true }]);
    run.apply.accept(step.meanwhile.rebase.draft);
    const confirming = run.apply.step.get();
    expect(confirming.at === "confirming" && confirming.shown.draft).toEqual(view({ maximumLifetime: 30 * day }, theirs));
    expect(run.bases).toHaveLength(1);
  });

  it("asks again when a kind is no longer seen completely", async () => {
    const run = scripted({ readings: [aReading({ complete: ["view"] })] });
    run.apply.press(aProposal());
    const step = await run.settle();
    expect(step.at === "changed" && step.meanwhile.lost).toEqual(["personal", "organization", "system"]);
  });

  it("reads once more right before sending where the server does not check", async () => {
    const late = { ...old, id: "late" };
    const run = scripted({ readings: [aReading(), aReading({ tokens: [old, young, late] })], checked: false });
    run.apply.press(aProposal());
    await run.settle();
    run.apply.confirm();
    expect((await run.settle()).at).toBe("changed");
    expect(run.sent).toEqual([]);
  });

  describe.each([true, false])("where the server checks the plan: %s", (checked) => {
    // Ends in 7 days and a moment when it is shown.
    const form = draftOf(view({ maximumLifetime: 47 * day + 30_000 }));
    const used = { ...old, lastUse: { at: now, from: null, source: "recorded" } as const };
    const shown = () => aProposal(aReading({ tokens: [used] }), form);

    it("asks once more when time makes the same plan stop what is in use", async () => {
      const readings = [aReading({ tokens: [used] }), aReading({ tokens: [used], now: now + 60_000 })];
      const run = scripted({ readings, checked, later: 60_000 });
      run.apply.press(shown());
      await run.settle();
      run.apply.confirm();
      expect(await run.settle()).toMatchObject({ at: "confirming", worse: 1, shown: { reading: { now: now + 60_000 } } });
      expect(run.sent).toEqual([]);
    });

    it("sends once time has passed that makes no difference", async () => {
      const later = aReading({ tokens: [used], now: now + 60_000 });
      const calm = aProposal(aReading({ tokens: [used] }), draftOf(view({ maximumLifetime: 60 * day })));
      const run = scripted({
        readings: [aReading({ tokens: [used] }), later, carriedOut(calm)],
        sends: ["done"],
        checked,
        later: 60_000,
      });
      run.apply.press(calm);
      await run.settle();
      run.apply.confirm();
      expect((await run.settle()).at).toBe("editing");
      expect(run.sent).toHaveLength(1);
    });

    it("asks once more when a filter locks out what it did not, also after reading failed at first", async () => {
      let verdict: Verdict = "accepts";
      const read = aReading({ tokens: [used] });
      const gone = new Failed({ kind: "unreachable", message: "The server does not answer." });
      const run = scripted({
        readings: [read, gone, read],
        checked,
        later: 60_000,
        judge: (filter) => (filter === null ? "accepts" : verdict),
      });
      run.apply.press(aProposal(read, draftOf(view({ ipFilter: "office" }))));
      await run.settle();
      run.apply.confirm();
      verdict = "refuses";
      expect((await run.settle()).at).toBe("stuck");
      run.apply.readAgain();
      expect(await run.settle()).toMatchObject({ at: "confirming", worse: 1 });
      expect(run.sent).toEqual([]);
    });
  });

  it("shows what changed when the server refuses the plan, even where nothing can be seen to differ", async () => {
    const refusal = new Failed({ kind: "refused", message: "The plan changed.", code: "PLAN_CHANGED" });
    const run = scripted({ readings: [aReading(), aReading()], sends: [refusal] });
    run.apply.press(aProposal());
    await run.settle();
    run.apply.confirm();
    expect(await run.settle()).toMatchObject({ at: "changed", saidByServer: true, meanwhile: { difference: { added: [] } } });
  });

  it("keeps the draft when the server refuses, and can be tried again", async () => {
    const refusal = new Failed({ kind: "refused", message: "Not allowed.", code: "NOT_ALLOWED" });
    const shown = aProposal();
    const run = scripted({ readings: [aReading(), carriedOut(shown)], sends: [refusal, "done"] });
    run.apply.press(shown);
    await run.settle();
    run.apply.confirm();
    expect(await run.settle()).toMatchObject({ at: "confirming", failure: { message: "Not allowed." } });
    expect(run.bases).toEqual([]);
    run.apply.confirm();
    await run.settle();
    expect(run.reports).toHaveLength(1);
  });

  it("never repeats a change whose answer was lost", async () => {
    const run = scripted({ readings: [aReading(), aReading(), aReading()], sends: [unknown] });
    run.apply.press(aProposal());
    await run.settle();
    run.apply.confirm();
    const step = await run.settle();
    if (step.at !== "lost") throw new Error(step.at);
    expect(inForceAfter(step.report)).toBe("base");
    run.apply.confirm();
    run.apply.readAgain();
    expect((await run.settle()).at).toBe("lost");
    expect(run.sent).toHaveLength(1);
    run.apply.leave();
    expect(run.apply.step.get().at).toBe("editing");
    // The draft stays, from where it started.
    expect(run.bases).toEqual([]);
    expect(run.reports).toEqual([]);
  });

  it("ends the draft when the answer was lost but the change is found in force", async () => {
    const shown = aProposal();
    const run = scripted({ readings: [aReading(), carriedOut(shown)], sends: [unknown] });
    run.apply.press(shown);
    await run.settle();
    run.apply.confirm();
    const step = await run.settle();
    expect(step.at === "lost" && inForceAfter(step.report)).toBe("draft");
    run.apply.leave();
    expect(run.reports).toMatchObject([{ answerLost: true }]);
    expect(run.bases).toMatchObject([{ form: undefined }]);
  });

  it("does not send when reading again fails, and can read again", async () => {
    const gone = new Failed({ kind: "unreachable", message: "The server does not answer." });
    const run = scripted({ readings: [gone, aReading()] });
    run.apply.press(aProposal());
    expect(await run.settle()).toMatchObject({ at: "stuck", failure: { kind: "unreachable" } });
    run.apply.readAgain();
    expect((await run.settle()).at).toBe("confirming");
  });

  it("sends nothing when it is cancelled while reading", async () => {
    const run = scripted({ readings: [aReading()] });
    run.apply.press(aProposal());
    run.apply.leave();
    expect((await run.settle()).at).toBe("editing");
  });

  it("cannot be cancelled once the change is sent", async () => {
    const shown = aProposal();
    const run = scripted({ readings: [aReading(), carriedOut(shown)], sends: ["done"] });
    run.apply.press(shown);
    await run.settle();
    run.apply.confirm();
    run.apply.leave();
    expect(run.apply.step.get().at).toBe("sending");
    await run.settle();
    expect(run.reports).toHaveLength(1);
  });
});

describe("the report", () => {
  it("names tokens that differ from the prediction, and compares no kind that was not seen", async () => {
    const shown = aProposal();
    const after = { ...carriedOut(shown), tokens: [old, { ...young, id: "new" }] };
    const run = scripted({ readings: [aReading(), after], sends: ["done"] });
    run.apply.press(shown);
    await run.settle();
    run.apply.confirm();
    await run.settle();
    const [report] = run.reports;
    expect(report && asPredicted(report)).toBe(false);
    expect(report?.outcome.differences.map(({ type }) => type)).toEqual(["survived", "missing", "appeared"]);
  });
});

describe("a refusal", () => {
  it.each([
    [{ kind: "refused", message: "", code: "PLAN_CHANGED" }, "explain"],
    [{ kind: "unknown-outcome", message: "" }, "verify"],
    [{ kind: "refused", message: "", code: "NOT_ALLOWED" }, "confirm"],
    [{ kind: "unauthenticated", message: "" }, "confirm"],
    [
      { kind: "refused", message: "", field: "input.viewPermissionTokensEnforceIpFilterId" },
      { kind: "view", field: "ipFilter" },
    ],
    [
      { kind: "refused", message: "", field: "personalUserTokensEnforceExpirationAfterMs" },
      { kind: "personal", field: "maximumLifetime" },
    ],
    [{ kind: "refused", message: "", field: "somethingElse" }, "confirm"],
  ] as const)("%o leads to %o", (failure, reaction) => {
    expect(reactionTo(failure)).toEqual(reaction);
  });
});

describe("a proposal", () => {
  it("is not made from a form that is not valid", () => {
    const form = draftOf(draft);
    expect(propose(aReading(), form)).toBeDefined();
    expect(propose(aReading(), { ...form, view: { ...form.view, amount: "" } })).toBeUndefined();
  });
});

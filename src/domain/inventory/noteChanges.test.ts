import { describe, expect, it } from "vitest";

import { testNow } from "#domain/testing.ts";
import { noFindingNotes } from "./noNotes.ts";
import {
  applyChange,
  carryOver,
  noteRefusalWords,
  refusalOfChange,
  type AppliedChange,
  type NoteRefusal,
} from "./noteChanges.ts";
import { noteLimits } from "./noteTexts.ts";
import type { Dismissal, FindingNotes, TokenKey } from "./notes.ts";
import type { NoteChange } from "./noteSchemas.ts";
import { usualThresholds } from "./thresholds.ts";

const view: TokenKey = { kind: "view", id: "v".repeat(32), createdAt: 1000 };
const [a, b, c]: readonly [TokenKey, TokenKey, TokenKey] = [
  { ...view, id: "a" },
  { ...view, id: "b" },
  { ...view, id: "c" },
];
const kept = { by: "ada", at: testNow, version: "1" };
const author = { by: "ada", at: testNow };

const dismiss: NoteChange = { type: "dismiss", token: view, rule: "never-expires", note: "Agreed.", until: null, seen: null };
const bringBack: NoteChange = { type: "bring-back", token: view, rule: "old", seen: "1" };
const own: NoteChange = { type: "own", token: view, owner: "ops", seen: null };
const disown: NoteChange = { type: "disown", token: view, seen: "1" };
const link = (token: TokenKey, replaces: TokenKey): NoteChange => ({ type: "link", token, replaces, seen: null });
const unlink: NoteChange = { type: "unlink", token: view, seen: "1" };

function aDismissal(given: Partial<Dismissal> = {}): Dismissal {
  return { token: view, rule: "never-expires", note: "n", until: null, ...kept, ...given };
}

/** The notes after changes that must all succeed. */
function after(changes: readonly NoteChange[], notes: FindingNotes = noFindingNotes): FindingNotes {
  return changes.reduce((present, change, index) => {
    const done = applyChange(present, change, author, `${index + 1}`);
    return done.ok ? done.notes : expect.unreachable(done.refusal);
  }, notes);
}

const refusalOf = (done: AppliedChange): NoteRefusal | undefined => (done.ok ? undefined : done.refusal);

describe("a change of what is kept", () => {
  it("is refused where something else is there than its sender saw", () => {
    expect(refusalOfChange(dismiss, null, 0)).toBeUndefined();
    for (const change of [dismiss, own, link(a, b)]) {
      expect(refusalOfChange(change, "1", 0)).toBe("stale");
      expect(refusalOfChange({ ...change, seen: "1" }, "1", 0)).toBeUndefined();
      expect(refusalOfChange({ ...change, seen: "1" }, "2", 0)).toBe("stale");
    }
    for (const change of [bringBack, disown, unlink]) expect(refusalOfChange(change, null, 0)).toBe("stale");
    expect(refusalOfChange({ type: "thresholds", values: usualThresholds, seen: "1" }, "2", 0)).toBe("stale");
  });

  it("is refused where there is no room for another of its type, and only then", () => {
    const most = 10_000;
    expect([noteLimits.dismissals, noteLimits.owners, noteLimits.links]).toEqual([most, most, most]);
    for (const change of [dismiss, own, link(a, b)]) {
      expect(refusalOfChange(change, null, most - 1)).toBeUndefined();
      expect(refusalOfChange(change, null, most)).toBe("full");
      expect(refusalOfChange({ ...change, seen: "1" }, "1", most)).toBeUndefined();
    }
    for (const change of [bringBack, disown, unlink]) expect(refusalOfChange(change, "1", most)).toBeUndefined();
    expect(noteRefusalWords("full", own, true)).toBe(
      "There are 10,000 owners, and no more are kept. Take some away first. Nothing was saved.",
    );
    expect(noteRefusalWords("full", dismiss, false)).toMatch(/^There are 10,000 dismissals.* Those of deleted tokens count/u);
  });

  it("writes an owner down, puts another in its place and takes it away, and is told what is there", () => {
    const first = applyChange(noFindingNotes, own, author, "1");
    const written = { token: view, owner: "ops", ...kept };
    expect(first).toMatchObject({ ok: true, now: { owner: written }, notes: { owners: [written] } });
    const notes = after([own]);
    expect(applyChange(notes, { ...own, owner: "others" }, author, "2")).toEqual({
      ok: false,
      refusal: "stale",
      now: { owner: written },
    });
    const second = after([{ ...own, owner: "others", seen: "1" }], notes);
    expect(second.owners).toEqual([{ ...written, owner: "others" }]);
    expect(after([disown], notes)).toEqual(noFindingNotes);
    expect(applyChange(notes, { ...disown, seen: "9" }, author, "2")).toMatchObject({ ok: false, now: { owner: written } });
  });

  it("links a token to one that it replaces at most, and two may replace the same", () => {
    const notes = after([link(b, a), link(c, a)]);
    expect(notes.links.map(({ token, replaces }) => [token, replaces])).toEqual([
      [b, a],
      [c, a],
    ]);
    expect(refusalOf(applyChange(notes, link(b, c), author, "9"))).toBe("stale");
    expect(after([{ type: "link", token: c, replaces: b, seen: "2" }], notes).links).toEqual([
      { token: b, replaces: a, ...kept },
      { token: c, replaces: b, ...kept },
    ]);
    expect(after([{ type: "unlink", token: b, seen: "1" }], notes).links).toHaveLength(1);
  });

  it("that links a token gives it the owner of the one that it replaces, where it has none", () => {
    const owners = [{ token: a, owner: "ops", ...kept }];
    const linked = (...others: FindingNotes["owners"]) =>
      after([link(b, a)], { ...noFindingNotes, owners: [...owners, ...others] }).owners;
    expect(linked()).toEqual([...owners, { token: b, owner: "ops", ...kept }]);
    const others = { token: b, owner: "others", ...kept };
    expect(linked(others)).toEqual([...owners, others]);
    const full = Array.from({ length: noteLimits.owners - 1 }, (_, index) => ({
      token: { kind: "view", id: `v${index}`, createdAt: 1 } as const,
      owner: "ops",
      ...kept,
    }));
    expect(linked(...full)).toHaveLength(noteLimits.owners);
    expect(after([link(b, a)]).owners).toEqual([]);
  });

  it("never links tokens in a ring, whatever their number", () => {
    const notes = after([link(b, a), link(c, b)]);
    for (const [token, replaces] of [
      [a, b],
      [a, c],
    ] as const) {
      const done = applyChange(notes, link(token, replaces), author, "9");
      expect(done).toEqual({ ok: false, refusal: "ring", now: { link: null } });
    }
    expect(noteRefusalWords("ring", link(a, b), true)).toMatch(/Remove that link first\. Nothing was saved\.$/u);
    const around = applyChange(notes, { type: "link", token: b, replaces: c, seen: "1" }, author, "9");
    expect(around).toMatchObject({ ok: false, refusal: "ring", now: { link: { token: b, replaces: a } } });
  });
});

describe("what is noted of a token", () => {
  const successor: TokenKey = { ...view, id: "w".repeat(32), createdAt: testNow };
  const notes = (given: Partial<FindingNotes>): FindingNotes => ({ ...noFindingNotes, ...given });

  it("goes over to the one that takes its place, and what the successor has already stays", () => {
    const other = aDismissal({ token: { kind: "fleet", handle: "0".repeat(12) } });
    const [expiry, age] = [aDismissal(), aDismissal({ rule: "old" })];
    const itsOwn = aDismissal({ token: successor, note: "of its own" });
    const carried = (...dismissals: Dismissal[]) => carryOver(notes({ dismissals }), view, successor).dismissals;
    expect(carried(expiry, age, other)).toEqual([{ ...expiry, token: successor }, { ...age, token: successor }, other]);
    expect(carried(expiry, age, itsOwn)).toEqual([{ ...age, token: successor }, itsOwn]);
    expect(carried(other)).toEqual([other]);
    expect(carryOver(notes({ dismissals: [expiry] }), view, view).dismissals).toEqual([expiry]);
    const [former, its] = [view, successor].map((token) => ({ token, owner: token === view ? "ops" : "others", ...kept }));
    if (former === undefined || its === undefined) expect.unreachable();
    expect(carryOver(notes({ owners: [former] }), view, successor).owners).toEqual([{ ...former, token: successor }]);
    expect(carryOver(notes({ owners: [former, its] }), view, successor).owners).toEqual([its]);
  });

  it("goes over on both sides of a link, and no token is left that replaces itself", () => {
    const carried = (...links: [TokenKey, TokenKey][]) =>
      carryOver(notes({ links: links.map(([token, replaces]) => ({ token, replaces, ...kept })) }), view, successor).links.map(
        ({ token, replaces }) => [token, replaces],
      );
    expect(carried([view, a])).toEqual([[successor, a]]);
    expect(carried([b, view], [c, view], [b, a])).toEqual([
      [b, successor],
      [c, successor],
      [b, a],
    ]);
    expect(carried([view, a], [successor, b])).toEqual([[successor, b]]);
    expect(carried([successor, view])).toEqual([]);
  });
});

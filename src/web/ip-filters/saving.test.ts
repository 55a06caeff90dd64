import { describe, expect, it } from "vitest";

import { changesOf, findBase, hasChanges, rebase, settleCreation, settleUpdate } from "./saving.ts";

const base = { id: "a", name: "Office", ipFilter: "deny all" };
const sent = { name: "Office", ipFilter: "allow all" };

describe("saving an edit", () => {
  it("sends only what differs", () => {
    expect(changesOf(base, { ...base })).toEqual({});
    expect(hasChanges(changesOf(base, sent))).toBe(true);
    expect(changesOf(base, sent)).toEqual({ ipFilter: "allow all" });
    expect(changesOf(base, { name: "Offices", ipFilter: "deny all" })).toEqual({ name: "Offices" });
  });

  it("notices whether somebody changed or deleted the filter meanwhile", () => {
    expect(findBase(base, [base])).toEqual({ type: "as-before" });
    const theirs = { ...base, ipFilter: "deny all\n" };
    expect(findBase(base, [theirs])).toEqual({ type: "changed", theirs });
    expect(findBase(base, [{ ...base, id: "b" }])).toEqual({ type: "gone" });
  });
});

describe("an edit of a filter that somebody else changed", () => {
  it("keeps what was edited, and takes the rest as it is now", () => {
    const theirs = { name: "Offices", ipFilter: "deny 10.0.0.1" };
    expect(rebase(base, sent, theirs)).toEqual({ name: "Offices", ipFilter: "allow all" });
    expect(rebase(base, { name: "HQ", ipFilter: "deny all" }, theirs)).toEqual({ name: "HQ", ipFilter: "deny 10.0.0.1" });
  });
});

describe("a lost answer to a change", () => {
  it("is settled by the rules in force", () => {
    const done = { ...base, ...sent };
    expect(settleUpdate(base, sent, [done])).toEqual({ type: "done", filter: done });
    expect(settleUpdate(base, sent, [base])).toEqual({ type: "not-done" });
    const theirs = { ...base, ipFilter: "deny 10.0.0.1" };
    expect(settleUpdate(base, sent, [theirs])).toEqual({ type: "other", theirs });
    expect(settleUpdate(base, sent, [])).toEqual({ type: "gone" });
  });
});

describe("a lost answer to a creation", () => {
  const known = new Set(["a"]);

  it("is settled by a filter that was not there before", () => {
    const filter = { id: "b", ...sent };
    expect(settleCreation(sent, known, [base, filter])).toEqual({ type: "done", filter });
  });

  it("means that nothing was created where only older or other filters exist", () => {
    const alike = { ...base, ...sent };
    const other = { id: "c", name: "Office", ipFilter: "deny all" };
    expect(settleCreation(sent, known, [alike, other])).toEqual({ type: "not-done" });
  });
});

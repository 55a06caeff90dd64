import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { stepOf } from "#domain/renewal/step.ts";
import { aPair, used } from "#domain/renewal/testing.ts";
import { testNow } from "#domain/testing.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";

import { asksAgain, doubtAbout } from "./doubt.ts";
import { mayAct } from "./may.ts";
import { briefStep, replacedWords, stateOf, stepWords, whereWords } from "./words.ts";

const context = { now: testNow, quietFor: 7 };

const said = (pair: RenewalPair) => stepWords(pair, stepOf(pair, context), context);

describe("the words of a step", () => {
  it("say who still uses the old one, and when it may go", () => {
    const waiting = aPair({ lastUse: used(2 * day) });
    expect(said(waiting)).toBe(
      "The old one was used 2 days ago from 10.0.0.1, after the new one began: somebody still has it. It may be deleted once it has been quiet for 7 days, in 5 days if nobody uses it meanwhile.",
    );
    expect(briefStep(stepOf(waiting, context), testNow)).toBe("Wait 5 days");
  });

  it("never call an old one quiet where not every use is recorded, and say what is known of both", () => {
    const audited = aPair({ lastUse: used(20 * day, "at-least") }, { lastUse: undefined, firstUse: undefined });
    expect(said(audited)).toBe(
      "Not every use is recorded here, so nobody knows whether the old one is quiet. Of the old one the audit log has a use 20 days ago from 10.0.0.1, and there may be later ones; of the new one no use is known. Ask whoever uses the old one before you delete it.",
    );
    expect(said(aPair({ lastUse: undefined }))).toContain(
      "Of the old one no use is known; of the new one the last use was 1 hour ago",
    );
  });

  it("say of a guess what speaks for it, and how many are alike", () => {
    const guess = { ...aPair({}), source: "guess" as const };
    expect(said({ ...guess, alike: 2 })).not.toContain("alike");
    expect(said({ ...guess, alike: 4 })).toContain("4 tokens are alike: each is taken to replace the one made just before it.");
    expect(stateOf(guess)).toBe("guess");
  });
});

describe("where to look for those who still use the old one", () => {
  it("is where it was last used from, however late the page learns of it", () => {
    expect(whereWords({ lastUse: used(2 * day) }, testNow)).toBe(
      "The old one was last used 2 days ago from 10.0.0.1: look there for what has its secret.",
    );
    // Last use is read anew while the time of the page stands for a minute.
    expect(whereWords({ lastUse: used(-hour) }, testNow)).toContain("last used just now from 10.0.0.1");
  });

  it("is not said where no address is known", () => {
    expect(whereWords({ lastUse: { ...used(2 * day), from: null } }, testNow)).toBe("The old one was last used 2 days ago.");
    for (const lastUse of [neverUsed, undefined]) {
      expect(whereWords({ lastUse }, testNow)).toBe("From where the old one is used is not known.");
    }
  });
});

describe("what speaks against deleting the old one", () => {
  const quiet = used(40 * day);
  const doubt = (pair: RenewalPair, shown = pair.old.lastUse) => doubtAbout(pair, { shown, ...context })?.words;

  it("is nothing where it is quiet, or has expired", () => {
    expect(doubt(aPair({ lastUse: quiet }))).toBeUndefined();
    expect(doubt(aPair({ lastUse: undefined, expireAt: testNow }))).toBeUndefined();
  });

  it("is that it was used since the page showed it", () => {
    expect(doubt(aPair({ lastUse: used(hour) }), quiet)).toBe(
      "It was used 1 hour ago from 10.0.0.1, since this page showed it: somebody still has it, and will be refused.",
    );
    expect(doubt(aPair({ lastUse: used(hour) }), neverUsed)).toContain("since this page showed it");
  });

  it("is that it was used after the new one began, however long ago", () => {
    expect(doubt(aPair({ lastUse: used(20 * day) }))).toBe(
      "It was used 20 days ago from 10.0.0.1, after the new one began: somebody may still have it, and would be refused.",
    );
  });

  it("is that first use is not on record, or that last use is not", () => {
    expect(doubt(aPair({ lastUse: used(20 * day) }, { firstUse: null }))).toContain("first used is not on record");
    expect(doubt(aPair({ lastUse: undefined }))).toContain("Not every use is recorded here");
  });
});

describe("a pair that is read again right before its old one is deleted", () => {
  const doubt = (old: Partial<InventoryToken>, shown: LastUse, next: Partial<InventoryToken> = {}) =>
    doubtAbout(aPair(old, next), { shown, ...context });
  const quiet = used(40 * day);
  const nothing = doubt({ lastUse: quiet }, quiet);
  const justUsed = doubt({ lastUse: used(hour) }, quiet);
  const notOnRecord = doubt({ lastUse: used(20 * day) }, used(20 * day), { firstUse: null });

  it("takes another question where the old one was used meanwhile, or anything else speaks against it by now", () => {
    expect(asksAgain(nothing, justUsed)).toBe(true);
    expect(asksAgain(nothing, notOnRecord)).toBe(true);
    expect(asksAgain(notOnRecord, justUsed)).toBe(true);
  });

  it("takes none where nothing does, or what was asked about goes on", () => {
    expect(asksAgain(nothing, nothing)).toBe(false);
    expect(asksAgain(justUsed, nothing)).toBe(false);
    expect(asksAgain(justUsed, doubt({ lastUse: used(0) }, quiet))).toBe(false);
    expect(asksAgain(justUsed, notOnRecord)).toBe(false);
  });
});

describe("what is said of tokens to be renewed that are recorded to be replaced already", () => {
  it("is how many of them would have two successors", () => {
    expect(replacedWords(1, 1)).toBe("It is recorded that another token replaces this one already. Renewing makes one more.");
    expect(replacedWords(1, 3)).toContain("1 of them is recorded to be replaced already.");
    expect(replacedWords(2, 3)).toContain("2 of them are recorded to be replaced already.");
  });
});

describe("who may act on a pair", () => {
  it("is whoever may link tokens of its kind, and for what speaks against a guess whoever may dismiss findings", () => {
    const pair = aPair({});
    const links = { mayWrite: false, mayAssign: ["view"] } as const;
    const all = ["link", "unlink", "reject", "offer", "hand-over", "delete"] as const;
    const allowed = (notes: Parameters<typeof mayAct>[2]) => all.filter((action) => mayAct(action, pair, notes));
    expect(allowed(links)).toEqual(["link", "unlink", "hand-over", "delete"]);
    expect(allowed({ mayWrite: true, mayAssign: ["system"] })).toEqual(["reject", "offer", "hand-over", "delete"]);
  });
});

import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { stagedPlan } from "#domain/policy/stages.ts";

import { stagedText } from "./stagedText.ts";

describe("a staged plan as text", () => {
  it("gives each step's day, value and effect, and the tokens to rotate before it", () => {
    const now = 20_000 * day;
    const token = { id: "T1", kind: "view", name: "deploy", createdAt: now - 400 * day, expireAt: null, ipFilter: null } as const;
    const goal = { maximum: 90 * day, filter: null };
    const plan = stagedPlan([{ ...token, lastUse: { at: now - day, from: null, source: "recorded" } }], goal, now, {
      usedWithin: 7 * day,
      inForce: null,
      judge: filterJudge(() => "allow 10.0.0.0/8"),
    });
    expect(stagedText([{ kind: "view", goal, plan }], (id) => id)).toBe(
      [
        "View tokens: to a maximum lifetime of 90 days in 2 steps",
        "",
        "1. 2024-10-04 00:00 UTC: set the maximum lifetime of view tokens to 415 days.",
        "   Deletes 0 not in use, lets 1 expire earlier.",
        "",
        "   Before 2024-10-18 00:00 UTC rotate these 1 view tokens, which are or may be in use:",
        "   - deploy (T1)",
        "",
        "2. 2024-10-18 00:00 UTC: set the maximum lifetime of view tokens to 90 days.",
        "   Deletes 0 not in use, lets 0 expire earlier.",
        "",
      ].join("\n"),
    );
  });

  it("names the IP filter, which waits, and who has to move before it", () => {
    const now = 20_000 * day;
    const token = { id: "T1", kind: "view", name: "deploy", createdAt: now - day, expireAt: null, ipFilter: null } as const;
    const goal = { maximum: null, filter: "office" };
    const plan = stagedPlan([{ ...token, lastUse: { at: now - day, from: "192.0.2.1", source: "recorded" } }], goal, now, {
      usedWithin: 7 * day,
      inForce: null,
      judge: filterJudge(() => "allow 10.0.0.0/8"),
    });
    expect(stagedText([{ kind: "view", goal, plan }], (id) => `of the ${id}`)).toBe(
      [
        "View tokens: to the IP filter of the office in 2 steps",
        "",
        "1. 2024-10-04 00:00 UTC: leave the IP filter as it is.",
        "",
        "   Before 2024-10-18 00:00 UTC use, from an address that the IP filter accepts, these 1 view tokens, which are or may be in use:",
        "   - deploy (T1)",
        "",
        "2. 2024-10-18 00:00 UTC: enforce the IP filter of the office on view tokens.",
        "",
      ].join("\n"),
    );
  });
});

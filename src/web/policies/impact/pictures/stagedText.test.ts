import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { stagedPlan } from "#domain/policy/stages.ts";

import { stagedText } from "./stagedText.ts";

describe("a staged plan as text", () => {
  it("gives each step's day, value and effect, and the tokens to rotate before it", () => {
    const now = 20_000 * day;
    const token = { id: "T1", kind: "view", name: "deploy", createdAt: now - 400 * day, expireAt: null, ipFilter: null } as const;
    const plan = stagedPlan([{ ...token, lastUse: { at: now - day, from: null, source: "recorded" } }], 90 * day, now, {
      usedWithin: 7 * day,
      inForce: null,
    });
    expect(stagedText([{ kind: "view", plan }])).toBe(
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
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { customTokenSchema, longestCustomToken } from "./ingestToken.ts";
import { customTokenWeakness } from "./tokenWeakness.ts";

describe("the rule for a chosen value of an ingest token", () => {
  it.each(["x", "abc", "user:pass", "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "!".repeat(longestCustomToken)])(
    "accepts %s",
    (value) => {
      expect(customTokenSchema.safeParse(value).success).toBe(true);
    },
  );

  it.each(["", "two words", "tab\t", "line\n", "ümlaut", "x".repeat(longestCustomToken + 1)])(
    "refuses %j, which no header can carry",
    (value) => {
      expect(customTokenSchema.safeParse(value).success).toBe(false);
    },
  );

  it("refuses what has the form of an API token", () => {
    for (const value of [
      `${"a".repeat(24)}~${"b".repeat(44)}`,
      `${"a".repeat(32)}~${"b".repeat(44)}`,
      `localroot~${"b".repeat(44)}`,
    ]) {
      expect(customTokenSchema.safeParse(value).error?.issues[0]?.message).toMatch(/form of an API token/u);
    }
  });
});

describe("the strength check of a chosen value", () => {
  it.each(["a", "secret", "prod-token", "123456789012345"])("calls %s short", (value) => {
    expect(customTokenWeakness(value)).toBe("short");
  });

  it.each([
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "abababababababababababababababab",
    "12345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "company-prod-ingest-token",
    "00000000-0000-0000-0000-000000000000",
  ])("calls %s guessable", (value) => {
    expect(customTokenWeakness(value)).toBe("guessable");
  });

  it("finds nothing against a generated UUID", () => {
    // Not biased towards the zeros and repetitions that fast-check likes to try, and that a generator practically never makes.
    const digits = fc.noBias(fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 32, maxLength: 32 }));
    fc.assert(
      fc.property(digits, (list) => {
        const hex = list.map((digit) => digit.toString(16)).join("");
        expect(customTokenWeakness(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, "$1-$2-$3-$4-"))).toBeNull();
      }),
      { endOnFailure: true },
    );
  });
});

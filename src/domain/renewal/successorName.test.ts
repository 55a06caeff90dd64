import { describe, expect, it } from "vitest";

import { longestName } from "#domain/name.ts";
import { ingestTokenNameSchema } from "#domain/token/ingestToken.ts";

import { successorName } from "./successorName.ts";

const none = new Set<string>();

describe("the name proposed for a successor", () => {
  it.each([
    ["web", "web-2"],
    ["web-2", "web-3"],
    ["web-9", "web-10"],
    ["web-99", "web-100"],
    ["eu-west-1", "eu-west-1-2"],
    ["2026", "2026-2"],
    ["-2", "-2-2"],
    ["logs-02", "logs-02-2"],
  ])("after %s is %s", (name, next) => {
    expect(successorName(name, none)).toBe(next);
  });

  it("is the next that is free", () => {
    expect(successorName("web", new Set(["web", "web-2", "web-3"]))).toBe("web-4");
    expect(successorName("web-2", new Set(["web-2", "web-4"]))).toBe("web-3");
  });

  it("is one that a token may have, also after the longest name", () => {
    for (const long of ["x".repeat(longestName), "😀".repeat(longestName / 2), `${"x".repeat(longestName - 3)}-99`]) {
      const next = successorName(long, none);
      expect(next).toMatch(/-(2|100)$/u);
      expect(ingestTokenNameSchema.safeParse(next)).toEqual({ success: true, data: next });
    }
  });
});

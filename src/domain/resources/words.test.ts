import { describe, expect, it } from "vitest";

import { verdicts } from "./check.ts";
import type { ResourceDifference } from "./differences.ts";
import type { OperatorResource } from "./model.ts";
import { differenceWords, thingWords, verdictCount, verdictWords } from "./words.ts";

const context = { name: (name: string) => `“${name}”`, instant: (at: number | bigint) => `at ${at}` };

describe("the words for a resource", () => {
  it("are one word for each verdict, none twice", () => {
    expect(new Set(verdicts.map((verdict) => verdictWords[verdict])).size).toBe(verdicts.length);
    expect(verdicts.map((verdict) => verdictCount(verdict, 2))).toContain("2 differ");
    expect(verdictCount("exists", 1)).toBe("1 exists");
    expect(verdictCount("missing", 1200)).toBe("1,200 missing");
  });

  it("name what it makes, an ingest token with its repository", () => {
    const of = (thing: OperatorResource["thing"]) =>
      thingWords({ thing, resourceName: null, cluster: null, madeId: null, remarks: [] }, context);
    expect(of({ type: "ip-filter", name: "a", rules: [] })).toBe("IP filter “a”");
    expect(of({ type: "ingest", name: "a", repository: "b", parser: null })).toBe("ingest token “a” of “b”");
  });

  it.each<[ResourceDifference, string, string]>([
    [{ field: "permissions", added: ["A", "B"], removed: [] }, "without them", "“A”, “B”"],
    [{ field: "views", added: [], removed: ["a"] }, "“a”", "without them"],
    [{ field: "expireAt", from: null, to: 1 }, "never", "at 1"],
    [{ field: "ipFilter", from: "a", to: null }, "“a”", "none"],
    [{ field: "parser", from: null, to: "a" }, "none", "“a”"],
    [{ field: "rules", from: "allow all", to: "deny 10.0.0.1\nallow all" }, "“allow all”", "“deny 10.0.0.1”; “allow all”"],
  ])("of a difference say what is in force and what is asked for: %j", (difference, from, to) => {
    expect(differenceWords(difference, context)).toMatchObject({ from, to });
  });
});

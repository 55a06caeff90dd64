import { describe, expect, it } from "vitest";

import { verdicts } from "./check.ts";
import type { ResourceDifference } from "./differences.ts";
import type { OperatorResource } from "./model.ts";
import { differenceWords, thingWords, verdictWords } from "./words.ts";

const context = { name: (name: string) => `“${name}”`, instant: (at: number | bigint) => `at ${at}` };

describe("the words for a resource", () => {
  it("are one word for each verdict, none twice", () => {
    expect(new Set(verdicts.map((verdict) => verdictWords[verdict])).size).toBe(verdicts.length);
  });

  it("name what it makes, an ingest token with its repository", () => {
    const of = (thing: OperatorResource["thing"]) =>
      thingWords({ thing, resourceName: null, cluster: null, madeId: null, remarks: [] }, context);
    expect(of({ type: "ip-filter", name: "a", rules: [] })).toBe("IP filter “a”");
    expect(of({ type: "ingest", name: "a", repository: "b", parser: null })).toBe("ingest token “a” of “b”");
  });

  it.each<[ResourceDifference, string, string]>([
    [{ field: "permissions", added: ["A", "B"], removed: [] }, "none besides", "“A”, “B”"],
    [{ field: "views", added: [], removed: ["a"] }, "“a”", "none besides"],
    [{ field: "expireAt", from: null, to: 1 }, "never", "at 1"],
    [{ field: "ipFilter", from: "a", to: null }, "“a”", "none"],
    [{ field: "parser", from: null, to: "a" }, "none", "“a”"],
    [{ field: "rules", from: "allow all", to: "deny 10.0.0.1\nallow all" }, "“allow all”", "“deny 10.0.0.1”; “allow all”"],
  ])("of a difference say what is in force and what is asked for: %j", (difference, from, to) => {
    expect(differenceWords(difference, context)).toMatchObject({ from, to });
  });
});

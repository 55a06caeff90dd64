import { describe, expect, it } from "vitest";

import { filterJudge } from "./judge.ts";

function judgeOf(filters: Readonly<Record<string, string>>) {
  const read: string[] = [];
  const judge = filterJudge((id) => {
    read.push(id);
    return filters[id];
  });
  return { judge, read };
}

describe("a judge of addresses", () => {
  const { judge } = judgeOf({
    office: "allow 10.0.0.0/8",
    broken: "allow 10.0.0.0/8\nallow everybody",
    empty: "# nothing",
    open: "allow 10.0.0.0/8\nallow all\ndeny 10.1.0.0/16",
    shut: "deny 10.0.0.0/8\ndeny all\nallow 10.0.0.1",
    mixed: "deny 10.1.0.0/16\nallow all",
  });

  it.each([
    [null, "10.0.0.1", "accepts"],
    [null, null, "accepts"],
    ["office", "10.0.0.1", "accepts"],
    ["office", "::ffff:10.0.0.1", "accepts"],
    ["office", "192.0.2.1", "refuses"],
    ["office", "::ffff:192.0.2.1", "refuses"],
    ["office", "somewhere", "unknown"],
    ["office", null, "unknown"],
    ["broken", "10.0.0.1", "refuses"],
    ["broken", null, "refuses"],
    ["broken", "somewhere", "refuses"],
    ["empty", "10.0.0.1", "refuses"],
    ["empty", null, "refuses"],
    ["open", null, "accepts"],
    ["open", "somewhere", "accepts"],
    ["shut", null, "refuses"],
    ["mixed", null, "unknown"],
    ["not readable", "10.0.0.1", "unknown"],
    ["not readable", null, "unknown"],
  ] as const)("says of filter %s and address %s: %s", (filter, address, verdict) => {
    expect(judge(filter, address)).toBe(verdict);
  });

  it("reads each filter once, however often they take turns", () => {
    const { judge: counted, read } = judgeOf({ office: "allow 10.0.0.0/8" });
    for (const address of ["10.0.0.1", "10.0.0.2", "10.0.0.1", null]) {
      counted("office", address);
      counted("not readable", address);
    }
    expect(read).toEqual(["office", "not readable"]);
  });
});

import { describe, expect, it } from "vitest";

import { keepLineEnds, lineSpan, readText } from "./text.ts";

describe("a filter's text", () => {
  it("gives no rules to judge by while one line has a fault", () => {
    const { rules, faults, remarks } = readText("allow 10.0.0.0/8\nallow 10.0.0.0/33\ndeny all");
    expect(rules).toBeUndefined();
    expect(faults.map(({ line }) => line)).toEqual([2]);
    expect(remarks).toEqual([]);
  });

  it("gives no rules to judge by when it holds only comments", () => {
    expect(readText("# nobody yet\n").rules).toBeUndefined();
  });

  it.each([
    ["unreachable", "# offices\nallow 10.0.0.0/8\ndeny 10.1.0.0/16\ndeny all", 3],
    ["duplicate", "allow 10.0.0.0/8\n\nallow 10.0.0.0/8\ndeny all", 3],
    ["no-final-all", "allow 10.0.0.0/8\nallow 192.0.2.1\n# the end", 2],
    ["everything-allowed", "allow 10.0.0.0/8\nallow all\n", 2],
    ["everything-denied", "deny 10.0.0.0/8\ndeny all", 2],
    ["readings-differ", "allow 10.0.0.0/8\ndeny 10.1.0.0/16\ndeny all", 1],
  ])("points the remark %s at its line", (type, text, line) => {
    expect(readText(text).remarks.find(({ finding }) => finding.type === type)?.line).toBe(line);
  });
});

describe("line ends", () => {
  it.each(["allow 10.0.0.1\r\ndeny all", "allow 10.0.0.1\r\nallow 10.0.0.2\ndeny all", "deny all\n"])(
    "stay byte for byte where nothing was edited: %j",
    (stored) => {
      expect(keepLineEnds(stored, stored.replaceAll("\r\n", "\n"))).toBe(stored);
    },
  );

  it("are Windows line ends after an edit where the text had only those", () => {
    expect(keepLineEnds("allow 10.0.0.1\r\ndeny all", "allow 10.0.0.1\nallow 10.0.0.2\ndeny all")).toBe(
      "allow 10.0.0.1\r\nallow 10.0.0.2\r\ndeny all",
    );
  });

  it("are plain after an edit where the text had both or none", () => {
    expect(keepLineEnds("a\r\nb\nc", "a\nb\nd")).toBe("a\nb\nd");
    expect(keepLineEnds("", "a\nb")).toBe("a\nb");
  });
});

describe("the span of a line", () => {
  it("reaches from its first character to its line end", () => {
    const content = "one\n\nthree";
    expect([1, 2, 3].map((line) => lineSpan(content, line))).toEqual([
      { start: 0, end: 3 },
      { start: 4, end: 4 },
      { start: 5, end: 10 },
    ]);
  });

  it("is that of the last line where the line asked for is beyond it", () => {
    expect(lineSpan("one\ntwo", 9)).toEqual({ start: 4, end: 7 });
  });
});

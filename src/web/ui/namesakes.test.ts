import { describe, expect, it } from "vitest";

import { namesakesIn, namesakesWords } from "./namesakes.ts";

const others = ["grafana-basket", "grafana\u200B-basket", "Deploy", "office", "office"];
const words = (name: string) => namesakesWords("token", namesakesIn(name, others));

describe("the warning of namesakes", () => {
  it("counts identical names apart from lookalikes", () => {
    expect(namesakesIn(" grafana-basket ", others)).toEqual({ same: 1, alike: ["grafana\u200B-basket"] });
    expect(namesakesIn("office", others)).toEqual({ same: 2, alike: [] });
    expect(namesakesIn("deploy", others)).toEqual({ same: 0, alike: ["Deploy"] });
    expect(namesakesIn("dерlоу", others)).toEqual({ same: 0, alike: ["Deploy"] });
    expect(namesakesIn("  ", ["", " "])).toEqual({ same: 0, alike: [] });
  });

  it("shows invisible characters of the other name as code points", () => {
    expect(words("grafana\u2060-basket")).toBe(
      "2 other tokens have names that look almost the same, such as grafana-basket. People will take one for another.",
    );
    expect(namesakesWords("token", namesakesIn("safe", ["\u202Esafe"]))).toBe(
      "Another token is called ⟨U+202E⟩safe, which looks almost the same. People will take one for the other.",
    );
    expect(words("office")).toContain("There is a token of this name already.");
    expect(words("web")).toBeUndefined();
  });
});

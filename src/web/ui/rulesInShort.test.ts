import { describe, expect, it } from "vitest";

import { rulesInShort } from "./rulesInShort.ts";

describe("the rules in short", () => {
  it("leave out comments and blank lines, and separate rules on one line", () => {
    expect(rulesInShort("# offices\n\nallow 10.0.0.1;  deny 10.0.0.2 ;\r\n  # end\ndeny all")).toBe(
      "allow 10.0.0.1 · deny 10.0.0.2 · deny all",
    );
  });

  it("take no rule from a comment that holds a semicolon", () => {
    expect(rulesInShort("# formerly; allow all\ndeny all")).toBe("deny all");
  });

  it("are cut off where there are very many", () => {
    expect(rulesInShort("deny all\n".repeat(1000))).toMatch(/^(deny all · ){49}deny all …$/u);
  });
});

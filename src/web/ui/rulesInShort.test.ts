import { describe, expect, it } from "vitest";

import { rulesInShort } from "./rulesInShort.ts";

describe("the rules in short", () => {
  it("leave comments and blank lines out and take rules on one line apart", () => {
    expect(rulesInShort("# offices\n\nallow 10.0.0.1;  deny 10.0.0.2 ;\r\n  # end\ndeny all")).toBe(
      "allow 10.0.0.1 · deny 10.0.0.2 · deny all",
    );
  });

  it("do not come out of a comment that holds a semicolon", () => {
    expect(rulesInShort("# formerly; allow all\ndeny all")).toBe("deny all");
  });

  it("are cut when there are very many", () => {
    expect(rulesInShort("deny all\n".repeat(1000))).toMatch(/^(deny all · ){49}deny all …$/u);
  });
});

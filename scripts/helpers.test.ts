import { describe, expect, it } from "vitest";

import { fromEntry, withHelpers } from "./helpers.ts";

describe("the bundler's helpers", () => {
  it("stand in the entry, which gives them out by their names", () => {
    const source = "var __defProp = Object.defineProperty;\nvar __commonJSMin = (a) => a;\nvar __toESM = (b) => b;";
    const code = withHelpers("run();\nexport { run as t };", source);
    expect(code.indexOf("__toESM = ")).toBeLessThan(code.indexOf("run();"));
    expect(code).toContain("export { __commonJSMin, __toESM };");
  });

  it("are missed where they are called otherwise", () => {
    expect(() => withHelpers("run();", "var cjs = (a) => a;")).toThrow("not called as they were");
  });

  it("are taken from the entry by whoever took them from their own file", () => {
    const code =
      'import { a } from "./b.js";\nimport { r as __toESM, t as __commonJSMin$1 } from "./rolldown-runtime-x.js";\ngo();';
    expect(fromEntry(code, "rolldown-runtime-x.js", "main-y.js")).toBe(
      'import { a } from "./b.js";\nimport { __toESM as __toESM, __commonJSMin as __commonJSMin$1 } from "./main-y.js";\ngo();',
    );
    expect(fromEntry("go();", "rolldown-runtime-x.js", "main-y.js")).toBe("go();");
  });
});

import { expect, it } from "vitest";

import { growthInWords, modulesOf } from "./moduleSizes.ts";

it("a page that became too heavy names the modules that grew, the one that grew most first", () => {
  const before = { "src/web/a.ts": 100, "src/web/b.ts": 500, "src/web/gone.ts": 900 };
  const now = { "src/web/a.ts": 150, "src/web/b.ts": 400, "node_modules/heavy/index.js": 30_000 };
  expect(growthInWords(before, now).split("\n").slice(1)).toEqual([
    "  node_modules/heavy/index.js: 30000 bytes, was not loaded here",
    "  src/web/a.ts: 150 bytes, had 100",
  ]);
  expect(growthInWords(before, now, 1).split("\n")).toHaveLength(2);
  expect(growthInWords(now, now)).toMatch(/^No module grew/u);
});

it("the modules of a page are those of all scripts that it loads", () => {
  const scripts = { "assets/a.js": { x: 1 }, "assets/b.js": { y: 2 }, "assets/c.js": { z: 3 } };
  expect(modulesOf(scripts, ["/assets/a.js", "assets/b.js", "/assets/unknown.js"])).toEqual({ x: 1, y: 2 });
});

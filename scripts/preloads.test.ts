import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { pageModules } from "./preloads.ts";

const routes = readFileSync(join(import.meta.dirname, "../src/web/routes.tsx"), "utf8");

it("the scripts of every page are named in the page: each that routes.tsx loads stands in scripts/preloads.ts with its path", () => {
  const loaded = [...routes.matchAll(/import\("(?:\.|#web)\/([^"]+Page\.tsx|ingest\/FormerIngestLink\.tsx)"\)/gu)].map(
    ([, module]) => module,
  );
  expect(loaded.length).toBeGreaterThan(20);
  expect([...new Set(pageModules.map(([, module]) => module))].toSorted()).toEqual(loaded.toSorted());
});

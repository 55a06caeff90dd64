import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };

it.each(["test:unit", "test:server", "test:e2e"])("%s takes a word behind it for files, and not for one more project", (name) => {
  // Playwright takes every word that follows `--project` for a project, up to the next flag.
  expect(scripts[name]).toMatch(name === "test:e2e" ? /--project=\S+$/u : /^vitest run --project \S+$/u);
});

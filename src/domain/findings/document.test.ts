import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { findingsDocument } from "./document.ts";

it("docs/findings.md says what the rules say", () => {
  expect(readFileSync("docs/findings.md", "utf8"), "Run `npm run docs`.").toBe(findingsDocument());
});

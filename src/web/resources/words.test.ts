import { expect, it } from "vitest";

import { summaryWords } from "./words.ts";

it("the summary counts what was found, the gravest first, and all that could not be read", () => {
  const found = ["exists", "differs", "exists", "refused"] as const;
  expect(summaryWords(found, { files: 0, places: 0 })).toBe("4 resources: 1 refused, 1 differs, 2 exist.");
  expect(summaryWords(["exists"], { files: 0, places: 1 })).toBe("1 resource: 1 exists. 1 place cannot be read.");
  expect(summaryWords(["exists"], { files: 1, places: 2 })).toBe("1 resource: 1 exists. 1 file and 2 places cannot be read.");
});

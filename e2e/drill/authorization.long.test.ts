import { expect, it } from "vitest";

import { authorization } from "./authorization.ts";
import { lostIn } from "./drill.ts";

it("no caller reads a field of what is not for it, on whatever path", { timeout: 300_000 }, async () => {
  const report = await authorization.run({ short: true });
  expect(lostIn(report), JSON.stringify(report.rows)).toBe(0);
});

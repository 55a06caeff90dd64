import { expect, it } from "vitest";

import { lostIn } from "./drill.ts";
import { fuzz } from "./fuzz.ts";

it("answers thousands of odd and hostile inputs without an error of its own", { timeout: 600_000 }, async () => {
  const report = await fuzz.run({ short: true });
  expect(report.rows.map(({ tried }) => tried).reduce((sum, tried) => sum + tried)).toBeGreaterThan(6000);
  expect(lostIn(report), JSON.stringify(report.rows)).toBe(0);
});

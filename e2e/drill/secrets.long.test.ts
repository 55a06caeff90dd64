import { expect, it } from "vitest";

import { lostIn } from "./drill.ts";
import { secrets } from "./secrets.ts";

it("no secret is found anywhere that the server writes, however it was used and misplaced", { timeout: 300_000 }, async () => {
  const report = await secrets.run({ short: true });
  expect(lostIn(report), JSON.stringify(report.rows)).toBe(0);
});

import { expect, it } from "vitest";

import { lostIn } from "./drill.ts";
import { gatewayDrill } from "./gateway.ts";

it("a gateway gives each session its own answers, whatever the cluster and its callers do", { timeout: 300_000 }, async () => {
  const report = await gatewayDrill.run({ short: true });
  expect(lostIn(report), JSON.stringify(report.rows)).toBe(0);
});

import { expect, it } from "vitest";

import { lostIn } from "./drill.ts";
import { outage } from "./outages.ts";

it("a server outlasts what befalls its PostgreSQL, and loses nothing that it answered", { timeout: 300_000 }, async () => {
  const report = await outage.run({ short: true });
  expect(lostIn(report), JSON.stringify(report)).toBe(0);
});

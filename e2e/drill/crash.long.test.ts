import { expect, it } from "vitest";

import { crash } from "./crash.ts";
import { lostIn } from "./drill.ts";

it("a server killed during writes of every kind loses nothing that it answered", { timeout: 600_000 }, async () => {
  const report = await crash.run({ short: true });
  expect(lostIn(report), JSON.stringify(report)).toBe(0);
});

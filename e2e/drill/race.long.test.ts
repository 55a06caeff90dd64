import { expect, it } from "vitest";

import { lostIn } from "./drill.ts";
import { race } from "./race.ts";

it("no token escapes a policy that is changed while three processes create tokens", { timeout: 300_000 }, async () => {
  const report = await race.run({ short: true });
  expect(lostIn(report), JSON.stringify(report)).toBe(0);
});

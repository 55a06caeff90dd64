import { expect, it } from "vitest";

import { lostIn } from "./drill.ts";
import { load } from "./load.ts";

it(
  "answers every request of a mixed load and of five times that, and takes no more memory for it",
  { timeout: 300_000 },
  async () => {
    const report = await load.run({ short: true });
    expect(lostIn(report), JSON.stringify(report)).toBe(0);
  },
);

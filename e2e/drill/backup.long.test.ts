import { expect, it } from "vitest";

import { backup } from "./backup.ts";
import { lostIn } from "./drill.ts";

it(
  "a backup made under writes holds what was answered before it, and nothing lives again that was taken away later",
  { timeout: 600_000 },
  async () => {
    const report = await backup.run({ short: true });
    expect(lostIn(report), JSON.stringify(report.rows)).toBe(0);
  },
);

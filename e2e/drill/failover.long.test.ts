import { expect, it } from "vitest";

import { lostIn } from "./drill.ts";
import { failover } from "./failover.ts";
import { debianPostgres } from "./replication.ts";

it.skipIf(debianPostgres() === undefined)(
  "a server goes on with the standby that was promoted, and has lost nothing that it answered",
  { timeout: 300_000 },
  async () => {
    const report = await failover.run({ short: true });
    expect(lostIn(report), JSON.stringify(report)).toBe(0);
  },
);

import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { expect, it } from "vitest";

it("what is kept of events takes its own bytes alone, however large the bodies that they stood in", async () => {
  const tally = JSON.stringify(new URL("tally.ts", import.meta.url));
  // Fifty bodies of 4 MB have no room in it at once.
  const reader = new Worker(
    `import("tsx/esm/api").then(async ({ tsImport }) => {
       const { TallyBuilder } = await tsImport(${tally}, ${tally});
       const tallies = [];
       for (let request = 0; request < 50; request++) {
         const body = Buffer.alloc(4_000_000, "x").toString();
         const builder = new TallyBuilder();
         builder.take(body.slice(0, 100));
         builder.take(body.slice(-100));
         tallies.push(builder.finish());
       }
       require("node:worker_threads").parentPort.postMessage(tallies.map((tally) => tally.get(undefined).events));
     });`,
    { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64 } },
  );
  expect(await once(reader, "message")).toEqual([Array.from({ length: 50 }, () => 2)]);
});

// `npm run bench [-- --tokens 100000]`: prints what planning and previewing cost. Ratios are to something measured in the same run, since
// times depend on the machine. Exit 0 unless something broke.
import { parseArgs } from "node:util";

import { benchIngest, benchIngestDelay } from "./ingest.ts";
import { benchInventory } from "./inventory.ts";
import { benchMutations } from "./mutations.ts";
import { benchPairs } from "./pairs.ts";
import { benchDisruption, benchPlan } from "./plan.ts";
import { benchPreview } from "./preview.ts";
import { benchTerminal } from "./terminal.ts";

const { values } = parseArgs({ options: { tokens: { type: "string", default: "100000" } } });
const tokens = Number(values.tokens);
if (!Number.isInteger(tokens) || tokens < 1000) {
  console.error("--tokens takes a whole number from 1000 up.");
  process.exit(2);
}

console.log(
  "Plan of a policy change, a tenth of the tokens affected, against one plain pass over the same objects (goal: at most 5):",
);
console.table(
  [100_000, 1_000_000].map((count) => {
    const { ratio, planMs, passMs, affected } = benchPlan(count, count > 100_000 ? 15 : 60);
    return { tokens: count, affected, "plan, ms": round(planMs), "pass, ms": round(passMs), ratio: round(ratio) };
  }),
);

console.log("What the broadest change disrupts, every token shortened and put behind a filter, counted beside its plan:");
console.table(
  [100_000, 1_000_000].map((count) => {
    const { planMs, disruptionMs, affected } = benchDisruption(count, count > 100_000 ? 15 : 60);
    return { tokens: count, affected, "plan, ms": round(planMs), "disruption, ms": round(disruptionMs) };
  }),
);

console.log(
  `The plan of a file of policies in the terminal with ${tokens.toLocaleString("en")} tokens, against a command that reads them (goal: at most 1.5):`,
);
const terminal = await benchTerminal(tokens);
console.table({
  "reading them, ms": round(terminal.reading),
  "the plan as JSON, ms": round(terminal.json),
  "the plan as text, ms": round(terminal.text),
  ratio: round(terminal.ratio),
});

console.log(
  `The policies page with ${tokens.toLocaleString("en")} tokens, in a browser (goal: a median of 50 ms from the keystroke):`,
);
const preview = await benchPreview(tokens);
console.table({
  "keystroke to painted impact, median, ms": round(preview.median),
  "keystroke to painted impact, slowest, ms": round(preview.slowest),
  keystrokes: preview.keystrokes,
  "page opened to form and progress bar, ms": round(preview.form),
  "page opened to the impact of all tokens, ms": round(preview.usable),
  "confirmed to reported, ms": round(preview.applied),
});

console.log(
  `The list of all tokens with ${tokens.toLocaleString("en")} of them (goal: a median of 50 ms from a key in the search):`,
);
const inventory = await benchInventory(tokens);
console.table({
  "page opened to first rows, ms": round(inventory.firstRows),
  "key in the search to painted rows, median, ms": round(inventory.search),
  "click on a facet to painted rows, median, ms": round(inventory.facet),
  "the plan's fields, MB": round(inventory.plan.raw / 1e6),
  "gzipped, MB": round(inventory.plan.gzip / 1e6),
  "what tokens may do, MB": round(inventory.rights.raw / 1e6),
  "of these gzipped, MB": round(inventory.rights.gzip / 1e6),
});

console.log("Which tokens replace which, guessed of all (goal: tens of ms for 100,000):");
console.table(
  [10_000, 100_000].map((count) => {
    const { pairsMs, pairs } = benchPairs(count, 20);
    return { tokens: count, pairs, "pairs, ms": round(pairsMs) };
  }),
);

console.log("Mutations with a record in the audit trail, against the same without (goal: a ratio of at least 0.8):");
console.table(
  (await benchMutations()).map(({ database, atOnce, recorded, unrecorded, ratio }) => ({
    database,
    "at once": atOnce,
    "a second, recorded": round(recorded),
    "not recorded": round(unrecorded),
    ratio: round(ratio),
  })),
);

console.log("Data taken in by the built server, against a route of the same server that only answers:");
const ingest = await benchIngest();
console.table({
  "bare requests a second": round(ingest.bare),
  "accepted requests a second, one event each": round(ingest.accepted),
  "ratio of accepted to bare": round(ingest.ratio),
  "events a second, a hundred to a request": round(ingest.eventsInBatches),
});

console.log("What others wait for while one token sends bodies that are costly to read, 8 at a time:");
console.table(
  (await benchIngestDelay()).map((result) => ({
    "sent meanwhile": result.load,
    read: result.read,
    "put off": result.putOff,
    "bare request, median, ms": round(result.bareMedian),
    "slowest, ms": round(result.bareSlowest),
    "another token's event, median, ms": round(result.eventMedian),
    "its slowest, ms": round(result.eventSlowest),
    "most memory, MB": round(result.memory),
  })),
);

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

// `npm test`: every check and test that fits in a few minutes. `npm run test:all` (--all): what takes longer.
import { spawn } from "node:child_process";

const all = process.argv.includes("--all");
const stories = ["playwright", "test", "--config", "e2e/playwright.config.ts"];
/** What stands in one list runs side by side: browser stories wait for the page so often that the other tests fit in between. */
const stages = all
  ? [
      [
        ["vitest", "run", "--project", "long"],
        [...stories, "--project", "chromium-long", "--project", "gateway"],
      ],
    ]
  : [
      [["node", "scripts/typecheck.mjs"], ["oxlint", "--type-aware", "--deny-warnings"], ["oxfmt", "--check"], ["knip"]],
      [
        ["vitest", "run", "--project", "unit", "--project", "server"],
        [...stories, "--project", "chromium"],
      ],
    ];

const began = Date.now();
for (const stage of stages) {
  const failures = (await Promise.all(stage.map(run))).filter((failure) => failure !== undefined);
  for (const failure of failures) console.error(`\n${failure}`);
  if (failures.length > 0) process.exit(1);
}
console.log(`\nAll ${stages.flat().length} steps passed in ${Math.round((Date.now() - began) / 1000)} s.`);

/** Runs a command and says how it failed, if it did. The stories are shown as they go; what others write comes when they end. */
async function run([command, ...args]) {
  const shown = command === "playwright";
  const child = spawn(command, args, {
    stdio: shown ? "inherit" : ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
    env: { ...process.env, ...(!shown && process.stdout.isTTY && { FORCE_COLOR: "1" }) },
  });
  const written = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => written.push(part));
  const ended = await new Promise((resolve) => {
    child.once("error", (error) => resolve(`: ${error.message}`));
    child.once("close", (status, signal) => resolve(status === 0 ? undefined : signal ? ` (${signal})` : ""));
  });
  process.stdout.write(`\n> ${[command, ...args].join(" ")}\n${Buffer.concat(written).toString()}`);
  return ended === undefined ? undefined : `${command} failed${ended}.`;
}

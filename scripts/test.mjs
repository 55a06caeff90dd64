// `npm test`: every check and test that fits in ten minutes, one after the other, each runner's counts at its end.
// `npm run test:all` (--all): what takes longer.
import { spawnSync } from "node:child_process";

const all = process.argv.includes("--all");
const stories = ["playwright", "test", "--config", "e2e/playwright.config.ts"];
const steps = all
  ? [
      ["vitest", "run", "--project", "long"],
      [...stories, "--project", "chromium-long", "--project", "gateway"],
    ]
  : [
      ["node", "scripts/typecheck.mjs"],
      ["oxlint", "--type-aware", "--deny-warnings"],
      ["oxfmt", "--check"],
      ["knip"],
      ["vitest", "run", "--project", "unit", "--project", "server"],
      [...stories, "--project", "chromium"],
    ];

const began = Date.now();
for (const [command, ...args] of steps) {
  console.log(`\n> ${command} ${args.join(" ")}`);
  const { status, signal } = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) {
    console.error(`\n${command} failed${signal ? ` (${signal})` : ""}.`);
    process.exit(status ?? 1);
  }
}
console.log(`\nAll ${steps.length} steps passed in ${Math.round((Date.now() - began) / 1000)} s.`);

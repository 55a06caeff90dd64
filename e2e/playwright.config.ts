import { defineConfig } from "@playwright/test";

import { findChromium } from "../scripts/chromium.mjs";
import type { Options } from "./fixtures.ts";

const executablePath = findChromium();

export default defineConfig<Options>({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../test-results",
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env["CI"] !== undefined,
  // A story that passes only the second time is reported as flaky; locally it fails.
  retries: process.env["CI"] === undefined ? 0 : 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    ...(executablePath && { launchOptions: { executablePath } }),
    locale: "en-GB",
    timezoneId: "Europe/Copenhagen",
    viewport: { width: 1440, height: 900 },
    // What fades and slides keeps every click waiting.
    contextOptions: { reducedMotion: "reduce" },
    // Neither may hold a secret that a page shows once.
    trace: "off",
    screenshot: "off",
  },
  // Stories of LogScale's own part (@wire) are told twice: to the embedded server, and through a gateway to one that offers nothing beyond
  // it. `npm test` tells the former but for those marked @long, for which it has no time; `npm run test:all` tells the rest.
  projects: [
    { name: "chromium", grepInvert: /@long/ },
    { name: "chromium-long", grep: /@long/ },
    { name: "gateway", grep: /@wire/, use: { backend: "gateway" } },
  ],
});

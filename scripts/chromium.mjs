// Where the browser of the tests comes from. One place for the setup script, the Playwright configuration and the benchmarks, since
// an environment variable set before `npm test` does not reach the script itself.
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The path of a Chromium that runs here: CHROMIUM_PATH, else Playwright's own, else one on the PATH; undefined when there is none. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  const own = playwrightChromium();
  if (own !== undefined) return own;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

function playwrightChromium() {
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/** Installs a browser: Playwright's own where it can be downloaded, else Debian's package when root. `run` starts a command. */
export function installChromium(run) {
  // --no-shell: the tests use the full browser, whose path is the one that Playwright names.
  if (run(process.execPath, ["node_modules/@playwright/test/cli.js", "install", "--no-shell", "chromium"], { optional: true }))
    return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    run("apt-get", ["update", "-q"], { optional: true });
    run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], { optional: true });
  }
}

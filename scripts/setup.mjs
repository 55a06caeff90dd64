// Makes everything that `npm start` and `npm test` need, and does nothing that is done already. Node built-ins only: it runs before
// anything is installed.
//
//   node scripts/setup.mjs [--build] [--browser]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "../..");
process.chdir(root);
const wanted = new Set(process.argv.slice(2));

step("node_modules/.setup-stamp", "packages", ["package.json", "package-lock.json", ".npmrc"], () => {
  // --include=dev: NODE_ENV=production must not leave out what the build needs.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) run(process.execPath, [npm, "ci", "--include=dev", "--loglevel=error"]);
  else run("npm", ["ci", "--include=dev", "--loglevel=error"]);
});

step(
  "node_modules/.generate-stamp",
  "types from the GraphQL contract",
  ["scripts/generate.mjs", "src/logscale", "node_modules/.setup-stamp"],
  () => {
    run(process.execPath, ["scripts/generate.mjs"]);
  },
);

if (wanted.has("--build")) {
  step(
    "dist/.build-stamp",
    "the app and the server",
    [
      "src",
      "public",
      "index.html",
      "vite.config.ts",
      "node_modules/.setup-stamp",
      // What the build is made with.
      ...["chunks", "helpers", "moduleSizes", "preloads", "trim"].map((name) => `scripts/${name}.ts`),
    ],
    () => {
      rmSync("dist", { recursive: true, force: true });
      // With any other, React's development build would be served, with the paths of this machine in it.
      process.env.NODE_ENV = "production";
      run(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]);
      run(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--ssr", "--logLevel", "warn"]);
    },
  );
}

if (wanted.has("--browser")) {
  const { findChromium, installChromium } = await import("./chromium.mjs");
  if (findChromium() === undefined) {
    console.log("Preparing a browser for the tests …");
    installChromium(run);
    if (findChromium() === undefined) {
      console.error("No Chromium found and none could be installed. Install Chromium or set CHROMIUM_PATH, then try again.");
      process.exit(1);
    }
  }
}

/** Runs `make` unless the stamp says that it ran for the very same inputs. */
function step(stamp, what, inputs, make) {
  const hash = createHash("sha256").update(process.version);
  for (const file of inputs.flatMap(filesUnder).sort()) hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
  const digest = hash.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  console.log(`Preparing ${what} …`);
  make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== "generated" && !/\.test\.tsx?$/.test(entry.name))
    .flatMap((entry) => filesUnder(join(path, entry.name)));
}

function run(command, args, { optional = false } = {}) {
  const { status, error } = spawnSync(command, args, {
    stdio: "inherit",
    shell: process.platform === "win32" && command === "npm",
  });
  if (status === 0) return true;
  if (optional) return false;
  console.error(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}.`);
  process.exit(1);
}

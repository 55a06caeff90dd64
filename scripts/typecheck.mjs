// Checks each side of the source with its own tsconfig: a type of another side, such as the DOM in the domain, is an error.
import { spawnSync } from "node:child_process";

const sides = ["src/domain", "src/logscale", "src/server", "src/web", "e2e"];
const failed = sides.filter(
  (side) =>
    spawnSync(
      "tsc",
      ["-p", side, "--incremental", "--tsBuildInfoFile", `node_modules/.cache/${side.replace("/", "-")}.tsbuildinfo`],
      { stdio: "inherit", shell: process.platform === "win32" },
    ).status !== 0,
);
if (failed.length > 0) {
  console.error(`Type errors in ${failed.join(", ")}.`);
  process.exit(1);
}
console.log(`No type errors in ${sides.join(", ")}.`);

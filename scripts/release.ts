// `npm run release [-- FOLDER]`: makes what is handed out of a version, in release/VERSION unless told: the package, its bill of materials
// (SBOM), the licences of all that is shipped, and checksums. The same tree gives the same bytes, with the same Node.js and npm.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { changelogEntry, checksums, licencesText, shippedBom, type Bom, type Licensed } from "./shipped.ts";

const target = process.argv[2] === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? ".", process.argv[2]);
process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const { name, version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly name: string; readonly version: string };
const folder = target ?? resolve("release", version);

const changed = run("git", ["status", "--porcelain"]).trim();
if (changed !== "") refuse(`The tree has what is not committed. Commit it, or take it away:\n${changed}`);
if (changelogEntry(readFileSync("CHANGELOG.md", "utf8"), version) === undefined) {
  refuse(`CHANGELOG.md says nothing of ${version}. Write under "## ${version}" what those get who install it.`);
}
if (existsSync(folder) && readdirSync(folder).length > 0) refuse(`There is something in ${folder}. Name another folder.`);

// Built anew, whatever is there: nobody knows what was done to it.
rmSync("dist", { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
npm(["pack", "--pack-destination", folder]);
const tarball = `${name}-${version}.tgz`;
const bytes = readFileSync(join(folder, tarball));

const bundled = ["dist/web", "dist/server"].flatMap(
  (part) => JSON.parse(readFileSync(join(part, ".vite/licenses.json"), "utf8")) as readonly Licensed[],
);
const committedAt = new Date(Number(run("git", ["log", "-1", "--format=%ct"])) * 1000).toISOString();
const installed = installedPackages();
const all = JSON.parse(npm(["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--include", "dev"])) as Bom;
const bom = shippedBom(all, installed, bundled, { version, bytes, committedAt });

const files = new Map<string, Uint8Array>([
  [tarball, bytes],
  [`${name}-${version}.cdx.json`, Buffer.from(`${JSON.stringify(bom, null, 2)}\n`)],
  [`${name}-${version}.licenses.txt`, Buffer.from(licencesText(readFileSync("LICENSE", "utf8"), [...installed, ...bundled]))],
]);
for (const [file, content] of [...files, ["SHA256SUMS", Buffer.from(checksums(files))] as const]) {
  writeFileSync(join(folder, file), content);
}
console.log(`${folder}:\n${readdirSync(folder).join("\n")}`);

/** What npm installs with the package, with the texts of the licences as they stand in node_modules. */
function installedPackages(): readonly Licensed[] {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean; readonly license?: string }>>;
  };
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== "" && dev !== true)
    .map(([path, found]) => ({
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version: found.version,
      identifier: found.license,
      text: textIn(path),
    }));
}

/** The licence and notices that a package comes with. One for another platform is not installed here. */
function textIn(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const texts = readdirSync(path)
    .filter((file) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/iu.test(file))
    .toSorted()
    .map((file) => readFileSync(join(path, file), "utf8").trim());
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

function npm(args: readonly string[]): string {
  const program = process.env["npm_execpath"];
  return program?.endsWith(".js") === true ? run(process.execPath, [program, ...args]) : run("npm", args);
}

/** Runs a command and gives what it printed. What goes wrong in it is shown, and ends this too. */
function run(command: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 256 << 20,
    shell: process.platform === "win32" && command === "npm",
  });
  if (status === 0) return stdout;
  refuse(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}.`);
}

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

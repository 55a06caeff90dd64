import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The package as somebody gets it who installs it. */
export interface InstalledPackage {
  /** A folder that has nothing but the package and what it needs. */
  readonly home: string;
  /** The program by its name. */
  readonly program: string;
  remove(): Promise<void>;
}

/** Packs the program, building it first where that is still to be done, and installs it into a folder of its own. */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = await mkdtemp(join(tmpdir(), "tokenhouse-package-"));
  await run("npm", ["pack", "--pack-destination", folder], { maxBuffer: 64 << 20 });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  const home = join(folder, "empty");
  await mkdir(home);
  await writeFile(join(home, "package.json"), "{}");
  const install = ["install", "--omit=dev", "--no-audit", "--no-fund", join(folder, tarball)];
  await run("npm", install, { cwd: home, maxBuffer: 64 << 20 });
  return {
    home,
    program: join(home, "node_modules/.bin/tokenhouse"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

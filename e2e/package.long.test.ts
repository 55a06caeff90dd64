import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startProgram } from "#server/testing/program.ts";

const run = promisify(execFile);

let folder: string;
/** A folder that has nothing but the package and what it needs. */
let home: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tokenhouse-package-"));
  // Builds first, where that is still to be done.
  await run("npm", ["pack", "--pack-destination", folder], { maxBuffer: 64 << 20 });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  home = join(folder, "empty");
  await mkdir(home);
  await writeFile(join(home, "package.json"), "{}");
  const install = ["install", "--omit=dev", "--no-audit", "--no-fund", join(folder, tarball)];
  await run("npm", install, { cwd: home, maxBuffer: 64 << 20 });
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the package", () => {
  it("holds the built server and app, and what its README points to, and neither source nor tests", async () => {
    const root = join(home, "node_modules/tokenhouse");
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
    for (const path of ["dist/server/main.js", "dist/server/pglite-worker.js", "dist/web/index.html", "LICENSE", "README.md"]) {
      expect(files).toContain(path);
    }
    const readme = await readFile(join(root, "README.md"), "utf8");
    const links = [...readme.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/gu)].map(([, link = ""]) => link);
    expect(links).toContain("docs/several-instances.md");
    expect(links.filter((link) => !files.includes(link))).toEqual([]);
    const others =
      /^(?!node_modules\/|dist\/(?:server|web)\/|docs\/|(?:LICENSE|README\.md|CONTRIBUTING\.md|SECURITY\.md|package\.json|compose\.yaml|Dockerfile)$)/u;
    expect(files.filter((path) => others.test(path))).toEqual([]);
  });

  it(
    "starts by its name in a folder that has nothing else, without a build step, and ends cleanly",
    { timeout: 600_000 },
    async () => {
      const { stdout } = await run("npx", ["--no-install", "tokenhouse", "--help"], { cwd: home });
      expect(stdout).toContain("--database-url");
      const wrong = await run("npx", ["--no-install", "tokenhouse", "--prot", "1"], { cwd: home }).catch(
        (error: unknown) => error,
      );
      expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("--prot") as string });

      const program = await startProgram([join(home, "node_modules/.bin/tokenhouse"), "--port", "0"], {}, home);
      try {
        const health = await fetch(`${program.address}/healthz`);
        expect([health.status, await health.text()]).toEqual([200, "ok\n"]);
        const page = await (await fetch(program.address)).text();
        const script = /src="(\/assets\/[^"]+\.js)"/u.exec(page)?.[1] ?? "";
        expect((await fetch(program.address + script)).headers.get("content-type")).toContain("javascript");
      } finally {
        expect(await program.stop()).toBe(0);
      }
    },
  );
});

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startProgram } from "#server/testing/program.ts";

import { installPackage, type InstalledPackage } from "./packed.ts";

const run = promisify(execFile);

let installed: InstalledPackage;
/** A folder that has nothing but the package and what it needs. */
let home: string;
beforeAll(async () => {
  installed = await installPackage();
  home = installed.home;
}, 600_000);
afterAll(() => installed.remove());

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
      /^(?!node_modules\/|dist\/(?:server|web)\/|docs\/|(?:LICENSE|README\.md|CHANGELOG\.md|CONTRIBUTING\.md|SECURITY\.md|package\.json|compose\.yaml|Dockerfile)$)/u;
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

      const program = await startProgram([installed.program, "--port", "0"], {}, home);
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

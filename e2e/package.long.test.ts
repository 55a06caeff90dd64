import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startProgram } from "#server/testing/program.ts";

const run = promisify(execFile);

let folder: string;
let tarball: string;
let files: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tokenhouse-package-"));
  // Builds first, where that is still to be done.
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { maxBuffer: 64 << 20 });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as [{ filename: string; files: { path: string }[] }];
  tarball = join(folder, packed.filename);
  files = packed.files.map(({ path }) => path);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the package", () => {
  it("holds the built server and app, and neither source nor tests", () => {
    for (const path of ["dist/server/main.js", "dist/server/pglite-worker.js", "dist/web/index.html", "LICENSE", "README.md"]) {
      expect(files).toContain(path);
    }
    expect(files.filter((path) => !/^(?:dist\/(?:server|web)\/|(?:LICENSE|README\.md|package\.json)$)/u.test(path))).toEqual([]);
  });

  it(
    "starts by its name in a folder that has nothing else, without a build step, and ends cleanly",
    { timeout: 600_000 },
    async () => {
      const home = join(folder, "empty");
      await mkdir(home);
      await writeFile(join(home, "package.json"), "{}");
      await run("npm", ["install", "--omit=dev", "--no-audit", "--no-fund", tarball], { cwd: home, maxBuffer: 64 << 20 });

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

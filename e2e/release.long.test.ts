import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const run = promisify(execFile);

const bomSchema = z.object({
  specVersion: z.enum(Spec.Version),
  metadata: z.object({
    component: z.object({ name: z.string(), hashes: z.array(z.object({ alg: z.string(), content: z.string() })) }),
  }),
  components: z.array(z.object({ name: z.string(), version: z.string() })),
});

/** What there is to release is what was committed last. */
describe("A release", { timeout: 900_000 }, () => {
  let scratch: string;
  /** Two releases of one commit, by the names of their files. */
  let releases: readonly ReadonlyMap<string, Buffer>[];
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "tokenhouse-release-"));
    const [first, second] = [join(scratch, "first"), join(scratch, "elsewhere", "second")];
    await run("git", ["clone", "--quiet", ".", first]);
    // As somebody does it who has cloned it just now.
    await release(first, {});
    await run("mkdir", [join(scratch, "elsewhere")]);
    await run("cp", ["-a", first, second]);
    rmSync(join(second, "release"), { recursive: true });
    // In another folder, time zone and language, and where development is set.
    await release(second, { TZ: "Asia/Tokyo", LANG: "C", NODE_ENV: "development" });
    releases = [first, second].map(filesOf);
    return () => rmSync(scratch, { recursive: true, force: true });
  }, 900_000);

  async function release(folder: string, environment: Readonly<Record<string, string>>): Promise<void> {
    const { PATH = "", HOME = "" } = process.env;
    await run("npm", ["run", "release"], { cwd: folder, env: { PATH, HOME, ...environment }, maxBuffer: 64 << 20 });
  }

  function filesOf(folder: string): ReadonlyMap<string, Buffer> {
    const [version = ""] = readdirSync(join(folder, "release"));
    const files = readdirSync(join(folder, "release", version));
    return new Map(files.map((file) => [file, readFileSync(join(folder, "release", version, file))]));
  }

  const fileLike = (name: RegExp): Buffer => [...(releases[0] ?? [])].find(([file]) => name.test(file))?.[1] ?? Buffer.alloc(0);

  it("of the same commit is the same to the byte", () => {
    const [first = new Map<string, Buffer>(), second] = releases;
    expect([...first.keys()].map((name) => name.replace(/-\d[\d.]*\d(?=\.)/u, ""))).toEqual([
      "SHA256SUMS",
      "tokenhouse.cdx.json",
      "tokenhouse.licenses.txt",
      "tokenhouse.tgz",
    ]);
    expect([...(second?.keys() ?? [])]).toEqual([...first.keys()]);
    for (const [name, bytes] of first) expect(second?.get(name)?.equals(bytes), name).toBe(true);
  });

  it("has a checksum of each of its files", () => {
    const files = [...(releases[0] ?? [])].filter(([name]) => name !== "SHA256SUMS");
    const sums = files.map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`);
    expect(fileLike(/^SHA256SUMS$/u).toString()).toBe(sums.join(""));
  });

  it("has a bill of materials that CycloneDX's own validator takes, of the package and all that is in it", async () => {
    const text = fileLike(/\.cdx\.json$/u).toString();
    const bom = bomSchema.parse(JSON.parse(text));
    const validator = new Validation.JsonStrictValidator(bom.specVersion);
    expect(await validator.validate(text)).toBeNull();
    // It does not take everything.
    expect(await validator.validate(text.replace('"type": "library"', '"type": "book"'))).not.toBeNull();

    const { name, hashes } = bom.metadata.component;
    const digest = createHash("sha256")
      .update(fileLike(/\.tgz$/u))
      .digest("hex");
    expect({ name, hashes }).toEqual({ name: "tokenhouse", hashes: [{ alg: "SHA-256", content: digest }] });
    const listed = new Set(bom.components.map((component) => `${component.name}@${component.version}`));
    const licences = [
      ...fileLike(/\.licenses\.txt$/u)
        .toString()
        .matchAll(/^-{80}\n(\S+): /gmu),
    ].map(([, key = ""]) => key);
    expect(licences.length).toBeGreaterThan(100);
    expect(licences.filter((key) => !listed.has(key))).toEqual([]);
    expect(listed.size).toBe(licences.length);
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";

import { day } from "#domain/duration.ts";
import { scanForLeaks } from "#domain/leak/scan.ts";
import { mintToken, type MintedToken } from "#server/auth/secrets.ts";
import { readCommand } from "#server/cli/commands.ts";
import { openRemotes, pipeOf, remoteNames, type RemoteName, type Remotes } from "#server/testing/remotes.ts";

import { tellLeaks } from "./leaks.ts";
import { leaksSchema, leaksStatus, type LeaksReport } from "./report.ts";
import { scanFiles } from "./scan.ts";

let world: Remotes;
let live: MintedToken;
let expired: MintedToken;
const folder = mkdtempSync(join(tmpdir(), "tokenhouse-leaks-"));
const gone = mintToken("view").tokenString;

beforeAll(async () => {
  world = await openRemotes();
  const { server } = world;
  const creator = { creatorKind: "user", creatorId: "u", createdBy: "ada" } as const;
  live = await server.token({ kind: "view", name: "ci", lastUsedAt: server.now - 60_000, ...creator });
  expired = await server.token({ kind: "system", name: "over", createdAt: server.now - day, expireAt: server.now - 1 });
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  world.sent.length = 0;
});
afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** Writes a file and gives its path. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function run(name: RemoteName, args: readonly string[], { input = "", credential = world.credential } = {}) {
  const said: string[] = [];
  vi.spyOn(console, "error").mockImplementation((words: string) => void said.push(words));
  const command = readCommand(["leaks", ...args, "--url", world.origins[name]], { LOGSCALE_TOKEN: credential });
  if (command.type !== "leaks") throw new Error("It is another command.");
  const { output, text } = pipeOf();
  process.exitCode = undefined;
  await tellLeaks(command, { input: Readable.from([Buffer.from(input)]), output, ownClock: () => world.server.now });
  return { text: text(), said: said.join("\n"), status: process.exitCode };
}
const found = async (...given: Parameters<typeof run>) => {
  const [name, args, options] = given;
  return leaksSchema.parse(JSON.parse((await run(name, ["--format", "json", ...args], options)).text));
};

describe("leaks on a command line", () => {
  it.each(remoteNames)("of a live token name its kind, name and owner, and end with 3, by %s", async (name) => {
    const path = file("app.log", `token=${live.tokenString}\n`);
    const report = await found(name, [path]);
    expect(process.exitCode).toBe(3);
    const owner = name === "embedded" ? { kind: "user", name: "ada" } : { kind: "unknown", name: null };
    expect(report.tokens).toMatchObject([
      {
        id: live.id,
        alive: true,
        whole: true,
        token: { kind: "view", name: "ci", owner },
        places: [{ file: path, line: 1, column: 7 }],
      },
    ]);
    expect(report.tokens[0]?.state).toBe(name === "embedded" ? "in-use" : "maybe");
  });

  it("send ids alone, and print no secret", async () => {
    const uuid = "2f6d8d9a-1c0b-4f57-9a51-8a6c1d2e3f40";
    const path = file("many.log", [live, expired].map(({ tokenString }) => `Bearer ${tokenString}`).join("\n"));
    for (const format of ["text", "json"]) {
      const { text } = await run("logscale", ["--format", format, path, "-"], { input: `ingest token ${uuid}\n` });
      const sent = world.sent.map(({ url, body }) => url + body).join("\n");
      expect(sent).toContain(live.id);
      for (const secret of [live.secret, expired.secret, uuid]) {
        expect(sent).not.toContain(secret);
        expect(text).not.toContain(secret);
        // Nor the beginning of one.
        expect(text).not.toContain(secret.slice(0, 10));
      }
    }
  });

  it("tell what lives from what is over, is gone, or cannot be seen", async () => {
    const path = file("states.log", [expired.tokenString, gone].join("\n"));
    const embedded = await found("embedded", [path]);
    expect(process.exitCode).toBe(0);
    expect(embedded.tokens.map(({ state, alive }) => [state, alive])).toEqual([
      ["expired", false],
      ["gone", false],
    ]);
    const stranger = await world.server.token({ kind: "organization", name: "blind", permissions: ["ViewUsage"] });
    const blind = await found("embedded", [path], { credential: stranger.tokenString });
    expect(process.exitCode).toBe(4);
    expect(blind.tokens.map(({ state, alive }) => [state, alive])).toEqual([
      ["unseen", null],
      ["unseen", null],
    ]);
  });

  it("find one's own personal token, which LogScale shows by way of the account alone", async () => {
    const { tokens } = await found("logscale", ["-"], { input: world.credential });
    expect(tokens).toMatchObject([{ alive: true, token: { kind: "personal", name: "admin" } }]);
  });

  it("end with 0 where there is no token, and ask no server then", async () => {
    const { status, text } = await run("logscale", ["-"], { input: "nothing here\n" });
    expect([status, text]).toEqual([0, "1 line, 13 characters searched: no token string was found.\n"]);
    expect(world.sent).toEqual([]);
  });

  it("end with 4 where the local administrator's credential is found, of which nobody can be asked", async () => {
    const { status, text } = await run("embedded", ["-"], { input: world.server.localAdmin });
    expect(status).toBe(4);
    expect(text).toContain("-:1:1");
    expect(text).not.toContain(world.server.localAdmin.slice(-44));
  });

  it("end with 4 where so many tokens were found that not all were looked up", () => {
    const found = { leaks: [], characters: 0, lines: 0, unread: [] };
    const report = (unkept: LeaksReport["scan"]["unkept"]) => ({
      server: null,
      at: 0,
      tokens: [],
      remarks: [],
      scan: { ...found, unkept },
    });
    expect(leaksStatus(report({ token: 1 }))).toBe(4);
    expect(leaksStatus(report({ uuid: 1, foreign: 2 }))).toBe(0);
  });

  it("end with 1 where a file could not be read, unless a live token was found in another", async () => {
    mkdirSync(join(folder, "sub"));
    const missing = join(folder, "missing.log");
    const packed = file("app.log.gz", gzipSync(live.tokenString));
    const bad = await run("embedded", [missing, join(folder, "sub"), packed]);
    expect(bad.status).toBe(1);
    expect(bad.said.split("\n")).toEqual([
      `${missing}: There is no such file.`,
      `${join(folder, "sub")}: It is a folder. Name the files in it.`,
      `${packed}: It is packed (gzip), and nothing can be found in it like that. Unpack it first.`,
    ]);
    expect((await run("embedded", [missing, file("one.log", live.tokenString)])).status).toBe(3);
  });

  it("as text say where, whose and what to do, with nothing that a terminal obeys", async () => {
    const path = file("an \u001b[2J odd.log", `x\n  ${live.tokenString}\n${live.tokenString}`);
    const { text } = await run("embedded", [path]);
    const shown = path.replace("\u001b", "⟨U+001B⟩");
    expect(text).toContain("Live and in use: rotate these first\nRotating kills the old string at once");
    expect(text).toContain(
      `  view ci ${live.id}\n    owner ada, expires never, last used 2029-12-31T23:59:00Z, works from every address\n    ${shown}:2:3, ${shown}:3:1\n`,
    );
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("have the schema that docs/ has", () => {
    expect(JSON.parse(readFileSync("docs/leaks.schema.json", "utf8"))).toEqual(z.toJSONSchema(leaksSchema));
  });

  it("need a file", () => {
    expect(() => readCommand(["leaks"], {})).toThrow("leaks needs files to look through; - for standard input.");
  });
});

describe("files that are searched", () => {
  const { signal } = new AbortController();
  const scan = (...files: readonly string[]) =>
    scanFiles(files, { signal, input: Readable.from([]), onProgress: () => undefined });
  const chunked = (chunks: readonly Uint8Array[]) =>
    scanFiles(["-"], { signal, input: Readable.from(chunks), onProgress: () => undefined });

  it("may be long: a token across the border of two pieces is found, wherever the border is", async () => {
    const text = `${"line of a log\n".repeat(4676)}id ${live.tokenString} end\n`;
    const bytes = Buffer.from(text);
    const whole = scanForLeaks(text).leaks.map(({ id, places }) => [id, places[0]?.line, places[0]?.column]);
    expect(whole).toEqual([[live.id, 4677, 4]]);
    const at = bytes.indexOf(live.tokenString);
    for (const border of [at + 1, at + 16, at + 32, at + 33, at + 50, at + 76]) {
      const { leaks } = await chunked([bytes.subarray(0, border), bytes.subarray(border)]);
      expect(leaks.map(({ id, places }) => [id, places[0]?.line, places[0]?.column])).toEqual(whole);
    }
    // As the file system gives it: 64 KiB at a time, whose border is within the token.
    expect(at).toBeLessThan(65_536);
    expect(at + 77).toBeGreaterThan(65_536);
    expect((await scan(file("long.log", bytes))).leaks).toMatchObject([{ id: live.id }]);
  });

  it("may come byte by byte, be empty, be of UTF-16, or hold anything", async () => {
    const bytes = Buffer.from(live.tokenString);
    expect((await chunked([...bytes].map((byte) => Uint8Array.of(byte)))).leaks).toMatchObject([{ id: live.id }]);
    expect((await scan(file("empty", ""))).leaks).toEqual([]);
    expect((await scan(file("two", "ab"))).characters).toBe(2);
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(live.tokenString, "utf16le")]);
    expect((await scan(file("utf16", utf16))).leaks).toMatchObject([{ id: live.id }]);
    const binary = Buffer.concat([Buffer.from([0, 255, 254, 128, 10, 0]), bytes, Buffer.from([0, 200, 255])]);
    expect((await scan(file("core", binary))).leaks).toMatchObject([{ id: live.id }]);
  });

  it("give a string in several of them once, with all its places", async () => {
    const { leaks } = await scan(file("a", live.tokenString), file("b", `\n${live.tokenString}`));
    expect(leaks).toMatchObject([{ count: 2, places: [{ line: 1 }, { line: 2 }] }]);
  });
});

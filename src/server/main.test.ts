import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { loadLocalAdmin, localAdminFile } from "./auth/localAdmin.ts";
import { openStore } from "./store/client.ts";
import { builtServer } from "./testing/built.ts";
import { createEmptyDatabase } from "./testing/databases.ts";
import { claimDatabase, createVault, loadInstallationKey } from "./vault.ts";

/** A run of the built program. */
interface Run {
  readonly process: ChildProcess;
  output(): string;
  errors(): string;
  /** Exit code, or the signal that ended it, once both are known and everything was written. */
  readonly ended: Promise<number | string | null>;
}

const running: ChildProcess[] = [];

function run(args: readonly string[], environment: Record<string, string> = {}): Run {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [join(built, "main.js"), ...args], {
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const texts = { output: "", errors: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.errors += text));
  const ended = once(child, "close").then(() => child.exitCode ?? child.signalCode);
  return { process: child, output: () => texts.output, errors: () => texts.errors, ended };
}

async function started(server: Run): Promise<{ url: string; link: string }> {
  const found = () => /^(?:Preparing .*\n)?Tokenhouse listening on (\S+)\nSign in: (\S+)\n$/u.exec(server.output());
  await expect.poll(found, { timeout: 50_000, message: server.errors() }).not.toBeNull();
  const [, url = "", link = ""] = found() ?? [];
  return { url, link };
}

let built: string;
let folder: string;
beforeAll(async () => {
  built = await builtServer();
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("the program", () => {
  it("says how it is used, and which version it is", async () => {
    const [help, version] = [run(["--help"]), run(["--version"])];
    expect(await help.ended).toBe(0);
    expect(help.output()).toContain("sign-in-link");
    expect(await version.ended).toBe(0);
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });

  it("ends with status 2 and a sentence when it is started wrongly", async () => {
    const wrong = run(["--port", "http"], { DATA_DIR: join(folder, "never") });
    expect(await wrong.ended).toBe(2);
    expect(wrong.errors()).toBe("--port must be a whole number from 0 to 65535.\nRun with --help for what is possible.\n");
    expect(wrong.output()).toBe("");
  });

  it(
    "serves, lets in by its link and by fresh ones, keeps out a second server, and ends cleanly on SIGTERM",
    { timeout: 180_000 },
    async () => {
      const dataDir = join(folder, "data");
      const server = run(["--port", "0"], { DATA_DIR: dataDir });
      const { url, link } = await started(server);
      const port = new URL(url).port;
      expect(url).toBe(`http://127.0.0.1:${port}`);
      expect(link).toMatch(new RegExp(`^${url}/sign-in#code=[\\w-]{43}$`, "u"));

      const signIn = (address: string) =>
        fetch(`${url}/session`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ code: new URL(address).hash.slice("#code=".length) }),
        });
      expect((await signIn(link)).status).toBe(200);
      expect((await signIn(link)).status).toBe(401);

      const [fresh, stranger, second, samePort] = [
        run(["sign-in-link", "--port", port], { DATA_DIR: dataDir }),
        run(["sign-in-link", "--port", port], { DATA_DIR: join(folder, "other") }),
        run(["--port", "0"], { DATA_DIR: dataDir }),
        run(["--port", port, "--logscale", "https://127.0.0.1:1"], { DATA_DIR: join(folder, "third") }),
      ];
      expect(await fresh.ended).toBe(0);
      expect((await signIn(fresh.output().trim())).status).toBe(200);
      expect(await stranger.ended).toBe(1);
      expect(await second.ended).toBe(1);
      expect(second.errors()).toMatch(/^The data folder .* is in use by process \d+\. [^\n]*\n$/u);
      expect(await samePort.ended).toBe(1);
      const inUse = `Port ${port} is in use on 127.0.0.1. Stop what uses it, or choose another with --port.`;
      expect(samePort.errors().trimEnd().split("\n").at(-1)).toBe(inUse);

      const token = readFileSync(localAdminFile(dataDir), "utf8").trim();
      const answer = await fetch(new URL("/graphql", url), {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: "{ __typename }" }),
      });
      expect(await answer.json()).toEqual({ data: { __typename: "Query" } });

      server.process.kill("SIGTERM");
      expect(await server.ended).toBe(0);
      for (const secret of [token, link, fresh.output()].map((text) => text.trim().slice(-43))) {
        expect(server.errors()).not.toContain(secret);
      }
      expect(server.output().split("\n")[0]).toBe(`Preparing the database in ${dataDir} …`);
      expect(server.output().split("\n")).toHaveLength(4);
      // The folder was let go: the next server gets it, and knows the same administrator.
      const next = run(["--port", "0"], { DATA_DIR: dataDir });
      await started(next);
      expect(next.output()).not.toContain("Preparing");
      expect(readFileSync(localAdminFile(dataDir), "utf8").trim()).toBe(token);
      next.process.kill("SIGINT");
      expect(await next.ended).toBe(0);
    },
  );

  it("refuses a database whose values were sealed with another key, saying what to do", async () => {
    const dataDir = join(folder, "sealed");
    const store = await openStore({ dataDir });
    await claimDatabase(store.db, createVault(loadInstallationKey(dataDir, undefined)));
    await store.close();
    const key = Buffer.alloc(32, 9).toString("base64");
    const wrong = run(["--port", "0"], { DATA_DIR: dataDir, TOKENHOUSE_KEY: key });
    expect(await wrong.ended).toBe(2);
    expect(wrong.errors()).toMatch(/^The database was used with another installation key, [^\n]*TOKENHOUSE_KEY[^\n]*\n$/u);
    expect(wrong.errors()).not.toContain(key);
  });

  it("ends with status 2 and a sentence on a database that a newer release has used", async () => {
    const databaseUrl = await createEmptyDatabase();
    const store = await openStore({ databaseUrl });
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(store.db);
    await store.close();
    const older = run(["--port", "0"], { DATA_DIR: join(folder, "older"), DATABASE_URL: databaseUrl });
    expect(await older.ended).toBe(2);
    expect(older.output()).toBe("");
    expect(older.errors()).toMatch(
      /^The database was last used by a newer release of Tokenhouse [^\n]* Start the newer release[^\n]*\n$/u,
    );
  });

  it("stands in front of a cluster without opening a database, and says how to sign in", { timeout: 120_000 }, async () => {
    const dataDir = join(folder, "gateway");
    const gateway = run(["--port", "0", "--logscale", "http://127.0.0.1:1"], { DATA_DIR: dataDir });
    const printed = () =>
      /^Tokenhouse listening on (\S+)\nSign in: (\S+) by pasting an API token of the LogScale cluster at 127\.0\.0\.1:1\n$/u.exec(
        gateway.output(),
      );
    await expect.poll(printed, { timeout: 50_000, message: gateway.errors() }).not.toBeNull();
    const [, url = "", signIn] = printed() ?? [];
    expect(signIn).toBe(`${url}/sign-in`);
    expect(await (await fetch(`${url}/session`)).json()).toMatchObject({
      backend: "gateway",
      host: "127.0.0.1:1",
      extensions: ["auditUse", "auditLog", "findingNotes"],
    });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(readdirSync(dataDir)).toEqual(["key"]);
    gateway.process.kill("SIGTERM");
    expect(await gateway.ended).toBe(0);

    const ca = run(["--port", "0", "--logscale", "https://127.0.0.1:1", "--logscale-ca", "package.json"], { DATA_DIR: dataDir });
    expect(await ca.ended).toBe(2);
    expect(ca.errors()).toBe("package.json cannot be read as certificates in PEM form: there is no certificate in it\n");
  });

  it("ends with a sentence and a status that says whether another try may succeed", { timeout: 180_000 }, async () => {
    const gateway = ["--port", "0", "--logscale", "https://127.0.0.1:1"];
    const dataDir = join(folder, "refused");
    const [file, nowhere, ca, host, database] = [
      run(["--port", "0", "--data-dir", "package.json"]),
      run([...gateway, "--data-dir", join("package.json", "data")]),
      run([...gateway, "--data-dir", dataDir, "--logscale-ca", "/no/such/file"]),
      run([...gateway, "--data-dir", dataDir, "--host", "192.0.2.1"]),
      run(["--port", "0", "--data-dir", dataDir], { DATABASE_URL: "postgres://tokenhouse:hunter2@127.0.0.1:1/tokenhouse" }),
    ];
    const ends = async (program: Run) => ({ status: await program.ended, output: program.output(), errors: program.errors() });
    const wrong = (errors: RegExp) => ({ status: 2, output: "", errors: expect.stringMatching(errors) as string });
    expect(await ends(file)).toEqual(wrong(/^The data folder package\.json cannot be used: it is a file [^\n]*\n$/u));
    expect(await ends(nowhere)).toEqual(wrong(/^The data folder package\.json\/data cannot be used: [^\n]*\n$/u));
    expect(await ends(ca)).toEqual(wrong(/^\/no\/such\/file cannot be read as certificates in PEM form: ENOENT[^\n]*\n$/u));
    // The log of what it began with stands before the sentence or behind it.
    expect(await ends(host)).toEqual(wrong(/^192\.0\.2\.1 is no address of this machine\. [^\n]*$/mu));
    expect(await ends(database)).toEqual({
      status: 1,
      output: "",
      errors: "The PostgreSQL server at 127.0.0.1:1 cannot be reached (ECONNREFUSED). Start it, or correct DATABASE_URL.\n",
    });
  });

  it("says where no embedded server has run what its commands need, and takes an API token instead", async () => {
    const dataDir = join(folder, "none");
    const kit = join(folder, "kit.json");
    const content = { format: "tokenhouse-recovery-kit", version: 1, savedAt: 0, operations: {}, tokens: [] };
    writeFileSync(kit, JSON.stringify(content));
    const [link, restore, withToken] = [
      run(["sign-in-link", "--port", "1", "--data-dir", dataDir]),
      run(["restore-kit", kit, "--port", "1", "--data-dir", dataDir]),
      run(["restore-kit", kit, "--port", "1", "--data-dir", dataDir], { LOGSCALE_TOKEN: "id~secret" }),
    ];
    const none = `There is no local administrator's token, since no embedded server has run on the data folder ${dataDir}.`;
    expect(await link.ended).toBe(1);
    expect(link.errors()).toContain(none);
    expect(link.errors()).toContain("In front of a LogScale cluster there are no sign-in links");
    expect(await restore.ended).toBe(1);
    expect(restore.errors()).toContain(none);
    expect(restore.errors()).toContain("LOGSCALE_TOKEN");
    expect(await withToken.ended).toBe(1);
    expect(withToken.errors()).toBe("No Tokenhouse answers at http://127.0.0.1:1. Start it, or name its --host and --port.\n");
  });

  it("has nobody to ask for a link where no server runs", async () => {
    const dataDir = join(folder, "stopped");
    loadLocalAdmin(dataDir, () => undefined);
    const nobody = run(["sign-in-link", "--port", "1"], { DATA_DIR: dataDir });
    expect(await nobody.ended).toBe(1);
    expect(nobody.errors()).toBe("No Tokenhouse answers at http://127.0.0.1:1. Start it, or name its --host and --port.\n");
  });
});

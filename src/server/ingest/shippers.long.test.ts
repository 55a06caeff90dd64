import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { configurations } from "#domain/print/shippers.ts";
import { ask } from "#server/testing/callers.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { ingestToken, received } from "#server/testing/ingest.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const syslogNg = "/usr/sbin/syslog-ng";

/** Installs Debian's package where that is possible; says whether the program is there. */
function installSyslogNg(): boolean {
  const hasHttp = () => existsSync(syslogNg) && spawnSync(syslogNg, ["--version"]).stdout.includes("http");
  if (hasHttp()) return true;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  spawnSync("apt-get", ["update", "-q"]);
  spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "syslog-ng-core", "syslog-ng-mod-http"]);
  return hasHttp();
}

const available = installSyslogNg();

describe("syslog-ng", () => {
  let folder: string;
  let server: TestServer;
  let shipper: ChildProcess | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
    server = await testServer(await openTestStore("pglite"));
  });
  afterAll(async () => {
    const ended = shipper;
    if (ended !== undefined && ended.exitCode === null) {
      await new Promise((resolve) => {
        ended.once("exit", resolve);
        ended.kill("SIGTERM");
      });
    }
    await server.app.close();
    await server.store.close();
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!available)(
    "ships a file that grows, with the configuration of the dashboard (needs syslog-ng, or Debian and root to install it)",
    async () => {
      const url = await server.app.listen({ host: "127.0.0.1", port: 0 });
      await ask(server, server.localAdmin, "mutation { enableFeature(feature: CustomIngestTokens) }");
      // With every sign that its configuration could take for something else.
      const token = await ingestToken(server, { parser: "syslog", customToken: 'it\'s\\a"$weird"`{value}#%,;' });
      const destination =
        configurations({ server: url })
          .find(({ id }) => id === "syslog-ng")
          ?.text(token) ?? "";
      const log = join(folder, "app.log");
      const file = (name: string) => join(folder, name);
      writeFileSync(log, "");
      writeFileSync(
        file("syslog-ng.conf"),
        `@version: 3.35\nsource s_src { file("${log}" follow-freq(0.1) flags(no-parse) program-override("app")); };\n${destination}\n`,
        { mode: 0o600 },
      );
      let said = "";
      shipper = spawn(syslogNg, [
        "-F",
        "--no-caps",
        "-f",
        file("syslog-ng.conf"),
        "-p",
        file("pid"),
        "-c",
        file("ctl"),
        "-R",
        file("persist"),
      ]);
      shipper.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const lines = Array.from({ length: 250 }, (_, number) => `line ${number} "quoted" and $dollar`);
      appendFileSync(log, `${lines.join("\n")}\n`);
      await expect
        .poll(async () => (await received(server)).ingestTokens[0]?.events, { timeout: 60_000, message: said })
        .toBe(lines.length);
      const { recentEvents } = await received(server);
      expect(recentEvents).toHaveLength(100);
      expect(recentEvents[0]?.text).toMatch(/^<\d+>1 \S+ \S+ app - - - line 249 "quoted" and \$dollar$/u);
      expect(recentEvents[0]?.parserName).toBe("syslog");
    },
  );
});

import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { accessSync, appendFileSync, constants, existsSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

import { Client } from "@elastic/elasticsearch";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { Logger, type SplunkConfig, type SplunkContext } from "splunk-logging";

import { configurations } from "#domain/print/shippers.ts";

const run = promisify(execFile);

/** Where a client sends, and a folder of its own for its files. */
export interface Destination {
  readonly url: string;
  readonly token: string;
  readonly folder: string;
}

/** A program or library of somebody else's that sends events. */
export interface RealClient {
  readonly name: string;
  /** What it needs, for whoever has it not. */
  readonly needs: string;
  /** Whether it must run on this machine: where it does not, something is broken. Elsewhere it may be missing. */
  readonly mustRun: boolean;
  /** Whether it can be started. Installs it where that is possible. */
  readonly ready: () => boolean;
  /** The value of its token, where that tries its configuration. */
  readonly customToken?: string;
  /** Sends each line as an event. It may end before they have arrived, and goes on until the returned function is called. */
  readonly send: (to: Destination, lines: readonly string[]) => Promise<(() => Promise<void>) | void>;
  /** What stands before a line where it arrives, if more than that line is known. */
  readonly before?: RegExp;
}

/** Debian as root, as where the tests run for good: its packages can be installed, so nothing of them may be missing. */
const onDebian = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;

const debian = (program: string) => `${program}, or Debian and root to install it`;

/** Whether a program can be started here. */
export function installed(program: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether something is there, after Debian's packages were installed where it was not. */
function readyAfter(isThere: () => boolean, packages: readonly string[]): boolean {
  if (isThere() || !onDebian) return isThere();
  spawnSync("apt-get", ["update", "-q"]);
  spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return isThere();
}

/** The configuration that the dashboard shows for a shipper. */
const shown = (id: string, { url, token }: Destination) =>
  configurations({ server: url })
    .find((known) => known.id === id)
    ?.text(token) ?? "";

/** What a Splunk client is told: the error, or the body. */
export async function sendBySplunk(
  config: SplunkConfig,
  contexts: readonly SplunkContext[],
): Promise<{ error: Error | null; body: unknown }> {
  const logger = new Logger({ maxRetries: 0, ...config, maxBatchCount: contexts.length + 1 });
  logger.error = () => {};
  for (const context of contexts) logger.send(context);
  return new Promise((resolve) => {
    logger.flush((error, _response, body) => resolve({ error, body }));
  });
}

/** Starts a shipper that reads a file which grows, and returns what ends it. */
async function follow(log: string, lines: readonly string[], command: string, args: readonly string[]) {
  writeFileSync(log, "");
  const shipper = spawn(command, args, { stdio: "ignore" });
  // It must have opened the file before the file grows, so that it is seen to follow.
  await wait(500);
  appendFileSync(log, lines.map((line) => `${line}\n`).join(""));
  return () => ended(shipper);
}

async function ended(shipper: ChildProcess): Promise<void> {
  if (shipper.exitCode !== null) return;
  const exit = new Promise((resolve) => shipper.once("exit", resolve));
  shipper.kill("SIGTERM");
  await exit;
}

/**
 * The clients that send to a server as they are, one way of sending each. Those that come with our own packages run everywhere.
 * `realClients.long.test.ts` fails where one that must run does not.
 */
export const realClients: readonly RealClient[] = [
  {
    name: "Splunk's client for JavaScript",
    needs: "npm ci",
    mustRun: true,
    ready: () => true,
    async send({ url, token }, lines) {
      const { error } = await sendBySplunk(
        { url, token },
        lines.map((message) => ({ message })),
      );
      if (error !== null) throw error;
    },
  },
  {
    name: "OpenTelemetry's exporter of logs",
    needs: "npm ci",
    mustRun: true,
    ready: () => true,
    async send({ url, token }, lines) {
      const exporter = new OTLPLogExporter({
        url: `${url}/api/v1/ingest/otlp/v1/logs`,
        headers: { authorization: `Bearer ${token}` },
      });
      const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
      for (const body of lines) provider.getLogger("test").emit({ body });
      await provider.shutdown();
    },
  },
  {
    name: "Elasticsearch's client",
    needs: "npm ci",
    mustRun: true,
    ready: () => true,
    async send({ url, token }, lines) {
      const client = elasticClient(url, token);
      const { successful, failed } = await client.helpers.bulk({
        datasource: lines.map((message) => ({ message })),
        onDocument: () => ({ create: { _index: "sandbox" } }),
      });
      await client.close();
      if (successful !== lines.length) throw new Error(`It was told of ${successful} events taken and ${failed} refused.`);
    },
  },
  {
    name: "curl",
    needs: debian("curl"),
    mustRun: onDebian,
    ready: () => readyAfter(() => installed("curl"), ["curl"]),
    async send(to, lines) {
      for (const line of lines) await run("sh", ["-c", shown("curl", to).replace("hello from curl", () => line)]);
    },
  },
  {
    name: "syslog-ng",
    needs: debian("syslog-ng with its http module"),
    mustRun: onDebian,
    ready: () =>
      readyAfter(
        () => installed("syslog-ng") && spawnSync("/usr/sbin/syslog-ng", ["--version"]).stdout.includes("http"),
        ["syslog-ng-core", "syslog-ng-mod-http"],
      ),
    send(to, lines) {
      const file = (name: string) => join(to.folder, name);
      const source = `file("${file("app.log")}" follow-freq(0.1) flags(no-parse) program-override("app"));`;
      writeFileSync(file("syslog-ng.conf"), `@version: 3.35\nsource s_src { ${source} };\n${shown("syslog-ng", to)}\n`, {
        mode: 0o600,
      });
      const [config, pid, control, state] = ["syslog-ng.conf", "pid", "ctl", "persist"].map(file);
      const args = ["-F", "--no-caps", "-f", config, "-p", pid, "-c", control, "-R", state].map(String);
      return follow(file("app.log"), lines, "/usr/sbin/syslog-ng", args);
    },
    // Every sign that its configuration could take for something else.
    customToken: 'it\'s\\a"$weird"`{value}#%,;',
    before: /^<\d+>1 \S+ \S+ app - - - $/u,
  },
  {
    name: "rsyslog's output to Elasticsearch",
    needs: debian("rsyslogd with its elasticsearch module"),
    mustRun: onDebian,
    ready: () => readyAfter(() => installed("rsyslogd") && hasRsyslogModule(), ["rsyslog", "rsyslog-elasticsearch"]),
    send({ url, token, folder }, lines) {
      const file = (name: string) => join(folder, name);
      const { hostname, port } = new URL(url);
      writeFileSync(
        file("rsyslog.conf"),
        `global(workDirectory="${folder}")
module(load="imfile" mode="inotify")
module(load="omelasticsearch")
input(type="imfile" file="${file("app.log")}" tag="app")
template(name="Event" type="list" option.jsonf="on") { property(outname="message" name="msg" format="jsonf") }
action(
  type="omelasticsearch" server="${hostname}" serverport="${port}" usehttps="off" uid="any" pwd="${token}"
  searchIndex="sandbox" searchType="" bulkmode="on" template="Event" action.resumeRetryCount="-1"
)
`,
        { mode: 0o600 },
      );
      return follow(file("app.log"), lines, "/usr/sbin/rsyslogd", ["-n", "-f", file("rsyslog.conf"), "-i", file("pid")]);
    },
  },
];

/** Elasticsearch's client as whoever has an ingest token configures it. */
export const elasticClient = (node: string, token: string) =>
  new Client({ node, auth: { username: "any", password: token }, maxRetries: 0 });

/** Debian keeps the modules in the folder of the machine's architecture. */
function hasRsyslogModule(): boolean {
  return readdirSync("/usr/lib").some((folder) => existsSync(`/usr/lib/${folder}/rsyslog/omelasticsearch.so`));
}

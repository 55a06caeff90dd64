#!/usr/bin/env node
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { FastifyInstance } from "fastify";
import { z } from "zod";

import { readRecoveryKit } from "#domain/policy/recoveryKit.ts";
import { parseJson } from "#logscale/json.ts";

import { buildApp } from "./app.ts";
import { findLocalAdmin, loadLocalAdmin, LocalAdminError } from "./auth/localAdmin.ts";
import { purgeExpired, purgeInterval } from "./auth/purge.ts";
import { createSignInCode, findAdministrator } from "./auth/sessions.ts";
import { ConfigError, helpText, readCommand, type Command, type Config, type LogscaleConfig } from "#server/cli/config.ts";
import { demoTokenCount, fillDemoOrganization } from "./demo/organization.ts";
import { buildGateway } from "./gateway/gateway.ts";
import { logStreamTo } from "./http/logging.ts";
import { signInLink } from "./http/session.ts";
import { withSecretFiles } from "#server/cli/secretFiles.ts";
import { RestoreError, restoreKit } from "#server/cli/restoreKit.ts";
import { codeOf, StartError } from "./startError.ts";
import { openStore, type Store } from "./store/client.ts";
import { StoreFailedError, StoreInUseError } from "./store/failures.ts";
import { ensureOrganization } from "./store/organization.ts";
import { claimDatabase, createVault, loadInstallationKey, VaultError, type Vault } from "./vault.ts";
import { tokenhouseVersion } from "./version.ts";

/** How often an embedded database is maintained, in ms. */
const maintenanceInterval = 3_600_000;

/** How long running requests may take after the signal to end, in ms. */
const shutdownTimeout = 10_000;

try {
  await run(readCommand(process.argv.slice(2), withSecretFiles(process.env)));
} catch (error) {
  const { message, status } = endingOf(error);
  console.error(message);
  process.exitCode = status;
}

/**
 * What to tell the administrator, and the status to end with: 2 where what the program was given must be changed first, 1 where another try
 * may succeed. Throws what nobody foresaw, since only its stack trace says anything.
 */
function endingOf(error: unknown): { readonly message: string; readonly status: 1 | 2 } {
  if (error instanceof ConfigError) return { message: `${error.message}\nRun with --help for what is possible.`, status: 2 };
  if (error instanceof StartError) return { message: error.message, status: error.lasting ? 2 : 1 };
  if (error instanceof LocalAdminError || error instanceof VaultError) return { message: error.message, status: 2 };
  if (error instanceof StoreInUseError || error instanceof StoreFailedError || error instanceof RestoreError) {
    return { message: error.message, status: 1 };
  }
  if (["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "")) {
    const path = error instanceof Error && "path" in error && typeof error.path === "string" ? ` for ${error.path}` : "";
    return { message: `There is no room on the disk${path}. Free some there, then start again.`, status: 1 };
  }
  // The system refused: too many open files, for one.
  if (error instanceof Error && codeOf(error) !== undefined && "syscall" in error) {
    return { message: `Tokenhouse cannot go on: ${error.message}.`, status: 1 };
  }
  throw error;
}

async function run(command: Command): Promise<void> {
  switch (command.type) {
    case "help":
      process.stdout.write(helpText);
      return;
    case "version":
      console.log(tokenhouseVersion);
      return;
    case "restore-kit":
      await restore(command);
      return;
    case "sign-in-link":
      console.log(await requestSignInLink(command.config));
      return;
    case "serve": {
      const { config } = command;
      await (config.logscale === undefined ? serve(config) : serveGateway(config, config.logscale));
      return;
    }
    default:
      command satisfies never;
  }
}

async function serve(config: Config): Promise<void> {
  const store = await openStore(
    config.databaseUrl === undefined ? { dataDir: config.dataDir } : { databaseUrl: config.databaseUrl },
    { onFailure: endWith, onCreate: () => console.log(`Preparing the database in ${resolve(config.dataDir)} …`) },
  );
  let app: FastifyInstance;
  try {
    const vault = createVault(loadInstallationKey(config.dataDir, config.key));
    await claimDatabase(store.db, vault);
    await fill(store, config, vault);
    const { secretHash } = loadLocalAdmin(config.dataDir);
    app = await buildApp({
      store,
      now: Date.now,
      localAdminHash: secretHash,
      vault,
      publicUrl: config.publicUrl,
      trustProxy: config.trustProxy,
      ingestBodyLimit: config.ingestBodyLimit,
      extensions: !config.strictLogscale,
      webRoot: findWebRoot(),
      log: await logStreamTo(process.stderr),
      metrics: config.metrics,
    });
    await listen(app, config);
  } catch (error) {
    await store.close();
    throw error;
  }

  const housekeeping = startHousekeeping(app, store);
  const origin = config.publicUrl ?? localOrigin(app, config);
  console.log(`Tokenhouse listening on ${listeningOn(app, config)}`);
  const administrator = await findAdministrator(store.db);
  console.log(
    administrator === undefined
      ? "Sign in: there is no user with root's rights; the local administrator's token can still be used."
      : `Sign in: ${signInLink(origin, await createSignInCode(store.db, administrator, Date.now()))}`,
  );
  endOnSignal(app, async () => {
    await housekeeping.stop();
    await store.close();
  });
}

/** Serves the app in front of a cluster. No database is opened. */
async function serveGateway(config: Config, logscale: LogscaleConfig): Promise<void> {
  const app = await buildGateway({
    logscale: logscale.origin,
    logscaleCa: logscale.caFile === undefined ? undefined : readCertificates(logscale.caFile),
    timeout: logscale.timeout,
    key: loadInstallationKey(config.dataDir, config.key),
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    ingestBodyLimit: config.ingestBodyLimit,
    webRoot: findWebRoot(),
    log: await logStreamTo(process.stderr),
    metrics: config.metrics,
  });
  await listen(app, config);
  console.log(`Tokenhouse listening on ${listeningOn(app, config)}`);
  console.log(
    `Sign in: ${config.publicUrl ?? localOrigin(app, config)}/sign-in by pasting an API token of the LogScale cluster at ${new URL(logscale.origin).host}`,
  );
  endOnSignal(app, () => Promise.resolve());
}

/** The certificates of a file, as text. Throws StartError when there are none. */
function readCertificates(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
    if (certificates.length === 0) throw new Error("there is no certificate in it");
    // OpenSSL itself would pass over what is no certificate without a word.
    return certificates.map((certificate) => new X509Certificate(certificate).toString()).join("");
  } catch (error) {
    throw new StartError(
      `${file} cannot be read as certificates in PEM form: ${error instanceof Error ? error.message : String(error)}`,
      { lasting: true },
    );
  }
}

/** Sets up an empty database, as the sample organization where that is asked for. */
async function fill({ db }: Store, { demo }: Config, vault: Vault): Promise<void> {
  const now = Date.now();
  if (demo === undefined) return ensureOrganization(db, now);
  const empty = (await db.selectFrom("organization").select("id").executeTakeFirst()) === undefined;
  const { tokens = demoTokenCount } = demo;
  // With many tokens this takes its time.
  if (empty) console.log(`Filling the database with the sample organization, ${tokens.toLocaleString("en-US")} tokens …`);
  const filled = await fillDemoOrganization(db, { now, tokens, vault });
  if (!filled && demo.tokens !== undefined) {
    console.log("The database holds an organization already and is used as it is; --tokens has no effect.");
  }
}

async function listen(app: FastifyInstance, config: Config): Promise<void> {
  // Fastify's own line would stand before ours and say the same.
  const { level } = app.log;
  app.log.level = "warn";
  try {
    await app.listen({ host: config.host, port: config.port });
    app.log.level = level;
  } catch (error) {
    await app.close();
    throw listenError(error, config);
  }
}

function listenError(error: unknown, { host, port }: Config): unknown {
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return new StartError(`Port ${port} is in use on ${host}. Stop what uses it, or choose another with --port.`, {
        lasting: false,
      });
    case "EACCES":
      return new StartError(`Port ${port} may not be used without further rights. Choose one above 1023 with --port.`, {
        lasting: true,
      });
    case "EAI_AGAIN":
      return new StartError(`The name ${host} cannot be looked up at the moment. Give an address of this machine with --host.`, {
        lasting: false,
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new StartError(`${host} is no address of this machine. Choose another with --host.`, { lasting: true });
    default:
      return error;
  }
}

/** The port in use, which may be another than the configured 0. */
function portOf(app: FastifyInstance, config: Config): number {
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : config.port;
}

function listeningOn(app: FastifyInstance, config: Config): string {
  return `http://${inUrl(config.host)}:${portOf(app, config)}`;
}

/** Where a browser on this machine finds the server: a server on all addresses is reached by the loopback one. */
function localOrigin(app: FastifyInstance, config: Config): string {
  return `http://${inUrl(loopback(config.host))}:${portOf(app, config)}`;
}

function loopback(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** The built app: beside the built server, or in `dist` when the server runs from source. */
function findWebRoot(): string | undefined {
  const here = fileURLToPath(new URL("./", import.meta.url));
  return [join(here, "../web"), join(here, "../../dist/web")].find((folder) => existsSync(join(folder, "index.html")));
}

/** Does something at once and then again and again, one after the other; a failure is logged and the next time comes all the same. */
function repeat(app: FastifyInstance, what: string, interval: number, task: () => Promise<void>): Repetition {
  let running = Promise.resolve();
  const run = () => {
    running = running.then(task).catch((error: unknown) => app.log.error({ err: error }, `${what} failed`));
  };
  run();
  const timer = setInterval(run, interval);
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

/** What {@link repeat} started. */
interface Repetition {
  /** Ends it, and waits for what is under way. */
  stop(): Promise<void>;
}

function startHousekeeping(app: FastifyInstance, store: Store): Repetition {
  const purge = repeat(app, "the purge of expired tokens", purgeInterval, async () => {
    const tokens = await purgeExpired(store.db, Date.now());
    if (tokens > 0) app.log.info({ tokens }, "expired tokens purged");
  });
  const maintenance = repeat(app, "the maintenance of the database", maintenanceInterval, () => store.maintain());
  return {
    async stop() {
      await Promise.all([purge.stop(), maintenance.stop()]);
    },
  };
}

/** Ends the process on a signal, once running requests are done and `release` is. */
function endOnSignal(app: FastifyInstance, release: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    // A second signal must not cut the first one's work short: an npm script gets the terminal's as well as npm's.
    if (ending) return;
    ending = true;
    setTimeout(() => {
      app.log.warn("requests were cut off");
      app.server.closeAllConnections();
    }, shutdownTimeout).unref();
    void (async () => {
      await app.close();
      await release();
      process.exit(0);
    })();
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

/** The database died under the running server: nothing can be served any more, and a supervisor should start it anew. */
function endWith(error: StoreFailedError): void {
  console.error(error.message);
  process.exit(1);
}

/** Has the running server make the tokens of a kit again, as the local administrator or with the token that was given. */
async function restore({ config, file, json, token }: Command & { type: "restore-kit" }): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new StartError(`The file ${file} cannot be read.`, { lasting: true });
  }
  const reading = readRecoveryKit(text, parseJson);
  if (!reading.ok) throw new StartError(reading.message, { lasting: true });
  const whole = await restoreKit({
    kit: reading.kit,
    server: `http://${inUrl(loopback(config.host))}:${config.port}`,
    credential:
      token ?? localAdminToken(config, "In front of a LogScale cluster, give an API token of the cluster as LOGSCALE_TOKEN."),
    refused: token === undefined ? `it does not use the data folder ${config.dataDir}` : "it does not accept LOGSCALE_TOKEN",
    json,
    now: Date.now,
    write: (line) => void process.stdout.write(line),
    tell: (message) => console.error(message),
  });
  if (!whole) process.exitCode = 1;
}

/** The credential for a command on the server's machine. `otherwise` says what to do where the server is a gateway, which makes none. */
function localAdminToken({ dataDir }: Config, otherwise: string): string {
  const found = findLocalAdmin(dataDir);
  if (found !== undefined) return found.tokenString;
  throw new StartError(
    `There is no local administrator's token, since no embedded server has run on the data folder ${dataDir}. Name the server's own with --data-dir. ${otherwise}`,
    { lasting: false },
  );
}

/** Asks the running server for a link, as the local administrator. The credential goes to a loopback address or to HOST, nowhere else. */
async function requestSignInLink(config: Config): Promise<string> {
  const token = localAdminToken(
    config,
    "In front of a LogScale cluster there are no sign-in links: sign in by pasting an API token of the cluster.",
  );
  const server = `http://${inUrl(loopback(config.host))}:${config.port}`;
  let response: Response;
  try {
    response = await fetch(`${server}/session/link`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: "{}",
      redirect: "error",
      signal: AbortSignal.timeout(15_000),
    });
  } catch {
    throw new StartError(`No Tokenhouse answers at ${server}. Start it, or name its --host and --port.`, { lasting: false });
  }
  const body: unknown = await response.json().catch(() => undefined);
  const { url } = z.object({ url: z.string() }).safeParse(body).data ?? {};
  if (!response.ok || url === undefined) {
    const { message } = z.object({ message: z.string() }).safeParse(body).data ?? {};
    throw new StartError(message ?? `The server at ${server} refused: it does not use the data folder ${config.dataDir}.`, {
      lasting: false,
    });
  }
  return url;
}

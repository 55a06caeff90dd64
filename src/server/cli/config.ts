import type { StreamTarget } from "#server/audit/stream.ts";
import { isLoopback } from "#server/http/request.ts";
import type { NoticeReceiver } from "#server/notices/send.ts";

import { ConfigError, type GivenSettings } from "./readSettings.ts";

/** Where the server listens and where its data is. */
export interface Config {
  /** 0 lets the system choose a free one. */
  readonly port: number;
  readonly host: string;
  /** Folder of the database, unless `databaseUrl` is given, and of the local administrator's token in any case. */
  readonly dataDir: string;
  /** A PostgreSQL database instead of the embedded one; in front of a cluster, for what is kept about findings. */
  readonly databaseUrl: string | undefined;
  /** Origin under which browsers reach the server, without a trailing slash; undefined: what each request says. */
  readonly publicUrl: string | undefined;
  /** Addresses and CIDRs of proxies whose X-Forwarded-… headers are believed. */
  readonly trustProxy: readonly string[];
  /** Addresses and CIDRs from which the local administrator's token counts besides this machine. */
  readonly localAdminFrom: readonly string[];
  /** Users who may dismiss findings and set thresholds besides root and owners, by their names. */
  readonly findingsEditors: readonly string[];
  /** How long records of the audit trail are kept, in days. */
  readonly auditRetention: number;
  /** Where they are written to besides; undefined: nowhere. */
  readonly auditStream: StreamTarget | undefined;
  /** The largest body that ingest routes take, in bytes. */
  readonly ingestBodyLimit: number;
  /** The installation key: 32 bytes. */
  readonly key: Uint8Array | undefined;
  /** Whether figures for Prometheus are served, and what a scraper must show (undefined: it must run on this machine). */
  readonly metrics: { readonly token: string | undefined } | undefined;
  /** The LogScale cluster to stand in front of; undefined: the embedded server. */
  readonly logscale: LogscaleConfig | undefined;
  /** Who is told which tokens expire; undefined: nobody. */
  readonly noticeReceiver: NoticeReceiver | undefined;
  /** Whether the embedded server serves LogScale's part alone. */
  readonly strictLogscale: boolean;
  /** Whether an empty database is filled with the sample organization, and with how many tokens (undefined: the usual number). */
  readonly demo: { readonly tokens: number | undefined } | undefined;
}

/** Which cluster a gateway stands in front of, and how it reaches it. */
export interface LogscaleConfig {
  /** Scheme, host and port. */
  readonly origin: string;
  /** File with the certificates (PEM) that alone may vouch for the cluster. */
  readonly caFile: string | undefined;
  /** How long to wait for it, in ms. */
  readonly timeout: number;
}

/** Puts settings together. Throws ConfigError where they do not fit each other or the command. */
export function configOf(given: GivenSettings, command: string): Config {
  const { settings } = given;
  const { demo = false, demoTokens, metricsToken, logscaleUrl, webhookUrl, webhookSecret } = settings;
  if (demoTokens !== undefined && !demo) throw new ConfigError("--tokens is for --demo only.");

  const trustProxy = settings.trustProxy ?? [];
  const metrics = settings.metrics ?? metricsToken !== undefined;
  const forOthers = !isLoopback(settings.host) || settings.publicUrl !== undefined || trustProxy.length > 0;
  if (metrics && metricsToken === undefined && forOthers) {
    throw new ConfigError(
      "METRICS needs a METRICS_TOKEN where HOST, PUBLIC_URL or TRUST_PROXY lets others reach the server: a proxy on this machine cannot always be told from a scraper.",
    );
  }
  if (logscaleUrl === undefined) checkEmbedded(given, command);
  else checkGateway(given, logscaleUrl, command);
  return {
    port: settings.port,
    host: settings.host,
    dataDir: settings.dataDir ?? (demo ? "./data-demo" : "./data"),
    databaseUrl: settings.databaseUrl,
    publicUrl: settings.publicUrl,
    trustProxy,
    localAdminFrom: settings.localAdminFrom ?? [],
    findingsEditors: settings.findingsEditors ?? [],
    auditRetention: settings.auditRetention,
    auditStream: settings.auditStream,
    ingestBodyLimit: settings.ingestBodyLimit,
    key: settings.key,
    metrics: metrics ? { token: metricsToken } : undefined,
    logscale: logscaleUrl && {
      origin: logscaleUrl.origin,
      caFile: settings.logscaleCa,
      timeout: settings.logscaleTimeout,
    },
    noticeReceiver:
      webhookUrl === undefined || webhookSecret === undefined ? undefined : { url: webhookUrl, secret: webhookSecret },
    strictLogscale: settings.strictLogscale ?? false,
    demo: demo ? { tokens: demoTokens } : undefined,
  };
}

/** Refuses what only a gateway heeds, and a webhook without its key or a key without its webhook. */
function checkEmbedded({ sources, settings }: GivenSettings, command: string): void {
  if (command === "serve" && (settings.webhookUrl === undefined) !== (settings.webhookSecret === undefined))
    throw new ConfigError("WEBHOOK_URL and WEBHOOK_SECRET go together: set both or neither.");
  const source = sources.logscaleCa ?? sources.logscaleTimeout ?? sources.logscalePlainHttp;
  if (source !== undefined) {
    throw new ConfigError(`${source} is for a server in front of a LogScale cluster, which LOGSCALE_URL or --logscale names.`);
  }
}

/** Refuses what a gateway cannot do or does not heed, and what would send tokens in the clear unasked. */
function checkGateway({ settings, sources }: GivenSettings, url: URL, command: string): void {
  if (command === "sign-in-link") {
    throw new ConfigError(
      "In front of a LogScale cluster there are no sign-in links: sign in by pasting an API token of the cluster.",
    );
  }
  // The command `expiring` posts by itself, whatever server it asks.
  const webhook = command === "expiring" ? undefined : (sources.webhookUrl ?? sources.webhookSecret);
  const embedded =
    sources.demo ?? sources.strictLogscale ?? sources.localAdminFrom ?? sources.auditRetention ?? sources.auditStream ?? webhook;
  if (embedded !== undefined) {
    throw new ConfigError(`${embedded} is for the embedded server, which LOGSCALE_URL or --logscale replaces.`);
  }
  if (command === "audit") {
    throw new ConfigError(
      "In front of a LogScale cluster there is no audit trail but the cluster's own, in its repository humio-audit.",
    );
  }
  if (command === "backup" || command === "restore") {
    throw new ConfigError(
      `In front of a LogScale cluster there is nothing to ${command === "backup" ? "back up" : "restore"} but the data folder, or the database in DATABASE_URL: copy it while the server is stopped. The tokens are the cluster's.`,
    );
  }
  if (command === "restore-kit") {
    if (settings.logscaleToken !== undefined) return;
    throw new ConfigError(
      "In front of a LogScale cluster restore-kit needs an API token of the cluster in LOGSCALE_TOKEN. The page Recovery does the same.",
    );
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname) && settings.logscalePlainHttp !== true) {
    throw new ConfigError(
      `${url.origin} would get every token in the clear. Use https, or say --logscale-plain-http where nobody else can listen.`,
    );
  }
}

import { z } from "zod";

import { hour } from "#domain/duration.ts";
import type { StreamTarget } from "#server/audit/stream.ts";
import { isAddressRange } from "#server/http/address.ts";
import { isLoopback } from "#server/http/request.ts";
import { eachServer } from "#server/store/servers.ts";
import { defaultClusterTimeout, defaultIngestBodyLimit } from "#server/http/defaults.ts";

/** Everything about a setting. The command line, `--help`, the secret files and docs/environment.md all read it here. */
export interface Setting {
  /** The environment variable that says the same as the flag. */
  readonly variable?: string;
  /** Not of what is secret: command lines are visible to everybody on the machine. */
  readonly flag?: string;
  /** What stands for the flag's value in the help; none is a flag that stands alone and says yes. */
  readonly value?: string;
  /** The value that counts where none is given, as it would be given. */
  readonly fallback?: string;
  /** What holds without a value, in cases that no value expresses; in Markdown. */
  readonly otherwise?: string;
  /** Reads a value. What is wrong with it is said in words that follow the setting's name. */
  readonly check: z.ZodType<unknown, string>;
  /** In Markdown, as part of a sentence. */
  readonly meaning: string;
  /** Whether another variable, of the same name with `_FILE` behind it, may name a file with the value. */
  readonly secret?: true;
  /** Which commands alone heed it; the others do not even look whether it is right. */
  readonly commands?: readonly string[];
}

const port = z
  .string()
  .regex(/^\d{1,5}$/u, "must be a whole number from 0 to 65535.")
  .transform(Number)
  .refine((number) => number <= 65_535, "must be a whole number from 0 to 65535.");

/** The address of a whole host: by http or https, with nothing behind it and no credentials in it. */
const hostUrl = (message: string) =>
  z.string().transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (
      !url ||
      !/^https?:$/u.test(url.protocol) ||
      url.pathname !== "/" ||
      url.search ||
      url.hash ||
      url.username ||
      url.password
    ) {
      context.addIssue(message);
      return z.NEVER;
    }
    return url;
  });

const publicUrl = hostUrl("must be an address such as https://tokens.example.com, without a path.").transform(
  ({ origin }) => origin,
);

/** Addresses and CIDRs. `noun` says what of, and `notAll` why all there are cannot be named. */
const addressRanges = (noun: string, notAll: string) =>
  z.string().transform((text, context) => {
    const ranges = text.split(",").map((part) => part.trim());
    const wrong = ranges.find((range) => !isAddressRange(range));
    if (wrong !== undefined) {
      context.addIssue(`must list addresses or CIDRs${noun}, separated by commas; "${wrong}" is neither. ${notAll}`);
      return z.NEVER;
    }
    return ranges;
  });

const trustProxy = addressRanges(
  " of proxies",
  "Trusting every sender is not possible, since anybody could then claim any address.",
);

const localAdminFrom = addressRanges("", "Naming every address is not possible: the token has root's rights.");

const databaseUrl = z
  .string()
  .refine(
    (text) => eachServer(text).every((url) => URL.canParse(url) && /^postgres(ql)?:$/u.test(new URL(url).protocol)),
    "must be the address of a PostgreSQL database: postgres://user:password@host:port/database, or with several hosts host:port,host:port.",
  );

const key = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/u, "must be 32 bytes, as 64 hexadecimal digits or in base64.")
  .transform((text): Uint8Array => Uint8Array.from(Buffer.from(text, text.length === 64 ? "hex" : "base64")));

/** At least what one event may need, and no more than a process can hold a few of. */
const ingestBodyLimit = z
  .string()
  .regex(/^\d{1,10}$/u, "must be a number of bytes, such as 33554432.")
  .transform(Number)
  .refine((bytes) => bytes >= 1024 && bytes <= 268_435_456, "must be between 1024 and 268435456 bytes.");

const logscaleUrl = hostUrl("must be the address of a LogScale cluster such as https://logs.example.com, without a path.");

const logscaleTimeout = z
  .string()
  .regex(/^\d{1,4}$/u, "must be a whole number of seconds from 1 to 3600.")
  .transform((seconds) => Number(seconds) * 1000)
  .refine((ms) => ms >= 1000 && ms <= hour, "must be a whole number of seconds from 1 to 3600.");

/** Users by name; as LogScale has them, these are mostly addresses of mail. */
const usernames = z.string().transform((text, context) => {
  const names = text.split(",").map((part) => part.trim());
  if (names.includes("")) {
    context.addIssue("must list usernames, separated by commas; one of them is empty.");
    return z.NEVER;
  }
  return names;
});

const yesOrNo = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["1", "true", "yes", "on", "0", "false", "no", "off"], "must be true or false."))
  .transform((text) => ["1", "true", "yes", "on"].includes(text));

/** Long enough not to be guessed, and of what a header can carry. */
const metricsToken = z.string().regex(/^[!-~]{16,1000}$/u, "must have at least 16 letters, digits or signs, and no spaces.");

/** Where secrets may be sent: by https, or http on this machine. */
const webhookUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === undefined || !isSafe || url.username !== "" || url.password !== "") {
    context.addIssue("must be an address that starts with https:// (http:// on this machine alone), without a user in it.");
    return z.NEVER;
  }
  return url.href;
});

/** The key of a signature, as text or as the Standard Webhooks specification writes it. */
const webhookSecret = z
  .string()
  .regex(
    /^(?:whsec_[A-Za-z0-9+/]{32,}=*|(?!whsec_)[!-~]{24,1000})$/u,
    "must have at least 24 letters, digits or signs, or be whsec_ with base64 behind it.",
  )
  .transform((text): Uint8Array =>
    text.startsWith("whsec_") ? Uint8Array.from(Buffer.from(text.slice(6), "base64")) : new TextEncoder().encode(text),
  );

/** As a header can carry it. */
const apiToken = z
  .string()
  .trim()
  .regex(/^[!-~]*$/u, "must be an API token, which has no spaces.")
  .transform((token) => (token === "" ? undefined : token));

const auditRetention = z
  .string()
  .regex(/^[1-9]\d{0,4}$/u, "must be a whole number of days from 1 to 36500.")
  .transform(Number)
  .refine((days) => days <= 36_500, "must be a whole number of days from 1 to 36500.");

const tokenCount = z
  .string()
  .regex(/^[1-9]\d{0,7}$/u, "must be a whole number from 1 to 99999999.")
  .transform(Number);

/** Every setting there is, in the order of the help and of docs/environment.md. */
export const settings = {
  port: {
    variable: "PORT",
    flag: "--port",
    value: "number",
    fallback: "8080",
    check: port,
    meaning: "port to listen on; 0 takes a free one",
  },
  host: {
    variable: "HOST",
    flag: "--host",
    value: "address",
    fallback: "127.0.0.1",
    check: z.string(),
    meaning: "address to listen on",
  },
  dataDir: {
    variable: "DATA_DIR",
    flag: "--data-dir",
    value: "folder",
    otherwise: "`./data`; with `--demo` `./data-demo`",
    check: z.string(),
    meaning:
      "folder of the database, of the installation key and of `local-admin/local-admin-token.txt`; in front of a LogScale cluster, of the key and of what is noted of tokens",
  },
  databaseUrl: {
    variable: "DATABASE_URL",
    flag: "--database-url",
    value: "url",
    check: databaseUrl,
    meaning:
      "a PostgreSQL database to use instead of the embedded PGlite, with all its hosts (`host:port,host:port`) where it fails over; in front of a LogScale cluster, for what is noted of tokens, in place of a file in `DATA_DIR`",
    secret: true,
  },
  logscaleUrl: {
    variable: "LOGSCALE_URL",
    flag: "--logscale",
    value: "url",
    check: logscaleUrl,
    meaning:
      "the LogScale cluster to stand in front of, in place of the embedded server; https, or http on this machine (elsewhere only with `--logscale-plain-http`)",
  },
  logscaleCa: {
    variable: "LOGSCALE_CA",
    flag: "--logscale-ca",
    value: "file",
    otherwise: "what Node trusts",
    check: z.string(),
    meaning: "file with the certificates (PEM) that alone may vouch for the cluster",
  },
  logscaleTimeout: {
    variable: "LOGSCALE_TIMEOUT",
    flag: "--logscale-timeout",
    value: "seconds",
    fallback: String(defaultClusterTimeout / 1000),
    check: logscaleTimeout,
    meaning: "how long to wait for the cluster, in seconds",
  },
  publicUrl: {
    variable: "PUBLIC_URL",
    flag: "--public-url",
    value: "url",
    otherwise: "the address that a browser asks for",
    check: publicUrl,
    meaning: "address under which browsers reach the server; behind TLS it starts with `https://`",
  },
  trustProxy: {
    variable: "TRUST_PROXY",
    flag: "--trust-proxy",
    value: "addresses",
    check: trustProxy,
    meaning:
      "addresses or CIDRs of reverse proxies whose forwarded address is believed, separated by commas; a forwarded address may have a port behind it",
  },
  localAdminFrom: {
    variable: "LOCAL_ADMIN_FROM",
    flag: "--local-admin-from",
    value: "addresses",
    otherwise: "this machine alone",
    check: localAdminFrom,
    meaning:
      "addresses or CIDRs from which the embedded server takes the local administrator's token, besides the loopback addresses of its own machine, separated by commas",
  },
  key: {
    variable: "TOKENHOUSE_KEY",
    otherwise: "a key file in `DATA_DIR`",
    check: key,
    meaning:
      "key of 32 bytes, base64 or hex, under which values that can be shown again are encrypted; several instances share one",
    secret: true,
  },
  findingsEditors: {
    variable: "FINDINGS_EDITORS",
    flag: "--findings-editors",
    value: "names",
    check: usernames,
    meaning:
      "users who may dismiss findings, set thresholds, and write down whose tokens are and what they replace, besides root and the organization's owners, by username, separated by commas",
  },
  auditRetention: {
    variable: "AUDIT_RETENTION",
    flag: "--audit-retention",
    value: "days",
    fallback: "400",
    check: auditRetention,
    meaning: "how many days the embedded server keeps the records of its audit trail",
  },
  auditStream: {
    variable: "AUDIT_STREAM",
    flag: "--audit-stream",
    value: "target",
    check: z.string().transform((text): StreamTarget => (text === "stdout" ? { stdout: true } : { file: text })),
    meaning:
      "where the embedded server writes each record of its audit trail as well, a JSON object a line: `stdout`, or a file that it appends to",
  },
  ingestBodyLimit: {
    variable: "INGEST_BODY_LIMIT",
    flag: "--ingest-body-limit",
    value: "bytes",
    fallback: String(defaultIngestBodyLimit),
    check: ingestBodyLimit,
    meaning: "the largest body that the ingest routes take, in bytes, before and after decompression",
  },
  metrics: {
    variable: "METRICS",
    flag: "--metrics",
    otherwise: "on with a `METRICS_TOKEN`, else off",
    check: yesOrNo,
    meaning: "serve figures for Prometheus at `/metrics`; without a `METRICS_TOKEN` to this machine alone",
  },
  metricsToken: {
    variable: "METRICS_TOKEN",
    check: metricsToken,
    meaning: "serve figures, from anywhere, to whoever sends this as Bearer and to nobody else",
    secret: true,
  },
  webhookUrl: {
    variable: "WEBHOOK_URL",
    check: webhookUrl,
    meaning:
      "where the embedded server, which then needs a `WEBHOOK_SECRET`, and `expiring --state` post which tokens expire in 30, 7 and 1 days",
    secret: true,
    commands: ["serve", "expiring"],
  },
  webhookSecret: {
    variable: "WEBHOOK_SECRET",
    check: webhookSecret,
    meaning: "the key by which those posts are signed",
    secret: true,
    commands: ["serve"],
  },
  logscaleToken: {
    variable: "LOGSCALE_TOKEN",
    check: apiToken,
    meaning:
      "the API token by which commands ask a server, in place of the local administrator's; needed for a cluster, and for a server that `--url` names",
    secret: true,
    commands: ["restore-kit", "expiring", "policies", "inventory", "findings", "leaks", "resources"],
  },
  logscalePlainHttp: {
    flag: "--logscale-plain-http",
    check: yesOrNo,
    meaning: "reach the cluster without TLS also where it is not on this machine: every token travels in the clear",
  },
  strictLogscale: {
    flag: "--strict-logscale",
    check: yesOrNo,
    meaning: "the embedded server serves what LogScale serves, and nothing beyond it",
  },
  demo: { flag: "--demo", check: yesOrNo, meaning: "fill an empty database with a sample organization" },
  demoTokens: {
    flag: "--tokens",
    value: "number",
    check: tokenCount,
    meaning: "how many tokens the sample organization has",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** What was given for each setting, or counts where nothing was. */
export type Settings = {
  readonly [Name in SettingName]:
    | z.output<(typeof settings)[Name]["check"]>
    | ((typeof settings)[Name] extends { fallback: string } ? never : undefined);
};

/** The table with its names, for whoever goes through all of it. */
export const settingList: readonly (readonly [SettingName, Setting])[] = Object.entries(settings).map(([name, setting]) => [
  name as SettingName,
  setting,
]);

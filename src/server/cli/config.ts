import { parseArgs, type ParseArgsConfig } from "node:util";

import { z } from "zod";

import { isProxyRange } from "#server/http/address.ts";
import { isLoopback } from "#server/http/request.ts";

/** Where the server listens and where its data is. */
export interface Config {
  /** 0 lets the system choose a free one. */
  readonly port: number;
  readonly host: string;
  /** Folder of the database, unless `databaseUrl` is given, and of the local administrator's token in any case. */
  readonly dataDir: string;
  /** A PostgreSQL database instead of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** Origin under which browsers reach the server, without a trailing slash; undefined: what each request says. */
  readonly publicUrl: string | undefined;
  /** Addresses and CIDRs of proxies whose X-Forwarded-… headers are believed. */
  readonly trustProxy: readonly string[];
  /** The largest body that ingest routes take, in bytes; undefined: the usual one. */
  readonly ingestBodyLimit: number | undefined;
  /** The installation key: 32 bytes. */
  readonly key: Uint8Array | undefined;
  /** Whether figures for Prometheus are served, and what a scraper must show (undefined: it must run on this machine). */
  readonly metrics: { readonly token: string | undefined } | undefined;
  /** The LogScale cluster to stand in front of; undefined: the embedded server. */
  readonly logscale: LogscaleConfig | undefined;
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
  /** How long to wait for it, in ms; undefined: the usual time. */
  readonly timeout: number | undefined;
}

/** What the command line asks for. */
export type Command =
  | { readonly type: "serve"; readonly config: Config }
  | { readonly type: "sign-in-link"; readonly config: Config }
  | {
      readonly type: "restore-kit";
      readonly config: Config;
      readonly file: string;
      readonly json: boolean;
      /** The API token to make the tokens with; undefined: the local administrator's. */
      readonly token: string | undefined;
    }
  | { readonly type: "help" }
  | { readonly type: "version" };

/** The command line or the environment is wrong; the message says what and is meant for the administrator. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
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

const trustProxy = z.string().transform((text, context) => {
  const proxies = text.split(",").map((part) => part.trim());
  const wrong = proxies.find((proxy) => !isProxyRange(proxy));
  if (wrong !== undefined) {
    context.addIssue(
      `must list addresses or CIDRs of proxies, separated by commas; "${wrong}" is neither. Trusting every sender is not possible, since anybody could then claim any address.`,
    );
    return z.NEVER;
  }
  return proxies;
});

const databaseUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^postgres(ql)?:$/u.test(new URL(text).protocol),
    "must be the address of a PostgreSQL database: postgres://user:password@host:port/database.",
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
  .refine((ms) => ms >= 1000 && ms <= 3_600_000, "must be a whole number of seconds from 1 to 3600.");

const yesOrNo = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["1", "true", "yes", "on", "0", "false", "no", "off"], "must be true or false."))
  .transform((text) => ["1", "true", "yes", "on"].includes(text));

/** Long enough not to be guessed, and of what a header can carry. */
const metricsToken = z.string().regex(/^[!-~]{16,1000}$/u, "must have at least 16 letters, digits or signs, and no spaces.");

const settingsSchema = z.object({
  PORT: port.default(8080),
  HOST: z.string().default("127.0.0.1"),
  DATA_DIR: z.string().optional(),
  DATABASE_URL: databaseUrl.optional(),
  LOGSCALE_URL: logscaleUrl.optional(),
  LOGSCALE_CA: z.string().optional(),
  LOGSCALE_TIMEOUT: logscaleTimeout.optional(),
  PUBLIC_URL: publicUrl.optional(),
  TRUST_PROXY: trustProxy.default([]),
  INGEST_BODY_LIMIT: ingestBodyLimit.optional(),
  METRICS: yesOrNo.optional(),
  METRICS_TOKEN: metricsToken.optional(),
  TOKENHOUSE_KEY: key.optional(),
});

type Setting = keyof z.input<typeof settingsSchema>;

/** The settings that are flags too. Not what is secret: command lines are visible to everybody on the machine. */
const flags = {
  port: "PORT",
  host: "HOST",
  "data-dir": "DATA_DIR",
  "database-url": "DATABASE_URL",
  logscale: "LOGSCALE_URL",
  "logscale-ca": "LOGSCALE_CA",
  "logscale-timeout": "LOGSCALE_TIMEOUT",
  "public-url": "PUBLIC_URL",
  "trust-proxy": "TRUST_PROXY",
  "ingest-body-limit": "INGEST_BODY_LIMIT",
  metrics: "METRICS",
} as const satisfies Record<string, Setting>;

const tokensFlag = z
  .string()
  .regex(/^[1-9]\d{0,7}$/u)
  .transform(Number);

/**
 * Reads the command line (without the program's own name) and the environment; a flag wins over the variable of the same name, and an
 * empty variable counts as unset. Throws ConfigError.
 */
export function readCommand(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Command {
  const { values, positionals } = readArguments(args);
  if (values.help === true) return { type: "help" };
  if (values.version === true) return { type: "version" };

  const [command = "serve", ...operands] = positionals;
  if (!isCommand(command)) throw new ConfigError(`Unknown command ${command}.`);
  const file = command === "restore-kit" ? operands.shift() : undefined;
  if (operands[0] !== undefined) throw new ConfigError(`Unexpected argument ${operands[0]}.`);
  if (values.json === true && command !== "restore-kit") throw new ConfigError("--json is for restore-kit only.");
  // Of others it is none of the business: what runs beside a server may have it in its environment.
  const token = command === "restore-kit" ? readToken(environment["LOGSCALE_TOKEN"]) : undefined;

  const { data, sources } = readSettings(values, environment);
  const tokens = values.tokens === undefined ? undefined : tokensFlag.safeParse(values.tokens);
  if (tokens?.success === false) throw new ConfigError("--tokens must be a whole number from 1 to 99999999.");
  if (tokens !== undefined && values.demo !== true) throw new ConfigError("--tokens is for --demo only.");

  const metrics = data.METRICS ?? data.METRICS_TOKEN !== undefined;
  const forOthers = !isLoopback(data.HOST) || data.PUBLIC_URL !== undefined || data.TRUST_PROXY.length > 0;
  if (metrics && data.METRICS_TOKEN === undefined && forOthers) {
    throw new ConfigError(
      "METRICS needs a METRICS_TOKEN where HOST, PUBLIC_URL or TRUST_PROXY lets others reach the server: a proxy on this machine cannot always be told from a scraper.",
    );
  }
  if (data.LOGSCALE_URL === undefined) checkEmbedded(values, sources);
  else checkGateway({ command, url: data.LOGSCALE_URL, token, values, sources });
  return withOperands(command, file, values.json === true, token, {
    port: data.PORT,
    host: data.HOST,
    dataDir: data.DATA_DIR ?? (values.demo === true ? "./data-demo" : "./data"),
    databaseUrl: data.DATABASE_URL,
    publicUrl: data.PUBLIC_URL,
    trustProxy: data.TRUST_PROXY,
    ingestBodyLimit: data.INGEST_BODY_LIMIT,
    key: data.TOKENHOUSE_KEY,
    metrics: metrics ? { token: data.METRICS_TOKEN } : undefined,
    logscale: data.LOGSCALE_URL && {
      origin: data.LOGSCALE_URL.origin,
      caFile: data.LOGSCALE_CA,
      timeout: data.LOGSCALE_TIMEOUT,
    },
    strictLogscale: values["strict-logscale"] === true,
    demo: values.demo === true ? { tokens: tokens?.data } : undefined,
  });
}

/** Where each setting that is given comes from, as it is named to the administrator: `--port` or `PORT`. */
type Sources = Readonly<Partial<Record<Setting, string>>>;

function readSettings(
  values: Values,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly data: z.output<typeof settingsSchema>; readonly sources: Sources } {
  const given: Partial<Record<Setting, string>> = {};
  const sources: Partial<Record<Setting, string>> = {};
  for (const setting of settingsSchema.keyof().options) {
    const flag = Object.entries(flags).find(([, name]) => name === setting)?.[0] as keyof typeof flags | undefined;
    // A flag that stands alone says yes.
    const fromFlag = flag === undefined ? undefined : values[flag]?.toString();
    const value = fromFlag ?? (environment[setting] || undefined);
    if (value === undefined) continue;
    given[setting] = value;
    sources[setting] = fromFlag === undefined ? setting : `--${flag}`;
  }
  const settings = settingsSchema.safeParse(given);
  if (!settings.success) {
    const issue = settings.error.issues[0];
    const setting = settingsSchema.keyof().options.find((name) => name === issue?.path[0]);
    throw new ConfigError(`${(setting && sources[setting]) ?? "A setting"} ${issue?.message ?? "is wrong."}`);
  }
  return { data: settings.data, sources };
}

/** An API token as a header can carry it; undefined where there is none. */
function readToken(text: string | undefined): string | undefined {
  const token = text?.trim();
  if (token === undefined || token === "") return undefined;
  if (!/^[!-~]+$/u.test(token)) throw new ConfigError("LOGSCALE_TOKEN must be an API token, which has no spaces.");
  return token;
}

const commands = ["serve", "sign-in-link", "restore-kit"] as const;

function isCommand(text: string): text is (typeof commands)[number] {
  return commands.some((command) => command === text);
}

function withOperands(
  command: (typeof commands)[number],
  file: string | undefined,
  json: boolean,
  token: string | undefined,
  config: Config,
): Command {
  if (command !== "restore-kit") return { type: command, config };
  if (file === undefined) throw new ConfigError("restore-kit needs the file of a recovery kit.");
  return { type: command, config, file, json, token };
}

/** Refuses what only a gateway heeds. */
function checkEmbedded(values: Values, sources: Sources): void {
  const plainHttp = values["logscale-plain-http"] === true ? "--logscale-plain-http" : undefined;
  const source = sources.LOGSCALE_CA ?? sources.LOGSCALE_TIMEOUT ?? plainHttp;
  if (source !== undefined) {
    throw new ConfigError(`${source} is for a server in front of a LogScale cluster, which LOGSCALE_URL or --logscale names.`);
  }
}

/** Refuses what a gateway cannot do or does not heed, and what would send tokens in the clear unasked. */
function checkGateway(given: {
  readonly command: (typeof commands)[number];
  readonly url: URL;
  readonly token: string | undefined;
  readonly values: Values;
  readonly sources: Sources;
}): void {
  const { command, url, token, values, sources } = given;
  if (command === "sign-in-link") {
    throw new ConfigError(
      "In front of a LogScale cluster there are no sign-in links: sign in by pasting an API token of the cluster.",
    );
  }
  const embedded =
    (values.demo === true ? "--demo" : undefined) ??
    (values["strict-logscale"] === true ? "--strict-logscale" : undefined) ??
    sources.DATABASE_URL;
  if (embedded !== undefined) {
    throw new ConfigError(`${embedded} is for the embedded server, which LOGSCALE_URL or --logscale replaces.`);
  }
  if (command === "restore-kit") {
    if (token !== undefined) return;
    throw new ConfigError(
      "In front of a LogScale cluster restore-kit needs an API token of the cluster in LOGSCALE_TOKEN. The page Recovery does the same.",
    );
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname) && values["logscale-plain-http"] !== true) {
    throw new ConfigError(
      `${url.origin} would get every token in the clear. Use https, or say --logscale-plain-http where nobody else can listen.`,
    );
  }
}

const options = {
  port: { type: "string" },
  host: { type: "string" },
  "data-dir": { type: "string" },
  "database-url": { type: "string" },
  logscale: { type: "string" },
  "logscale-ca": { type: "string" },
  "logscale-timeout": { type: "string" },
  "logscale-plain-http": { type: "boolean" },
  "strict-logscale": { type: "boolean" },
  "public-url": { type: "string" },
  "trust-proxy": { type: "string" },
  "ingest-body-limit": { type: "string" },
  metrics: { type: "boolean" },
  tokens: { type: "string" },
  json: { type: "boolean" },
  demo: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const satisfies ParseArgsConfig["options"];

type Values = ReturnType<typeof readArguments>["values"];

/**
 * Takes the command line apart. What is wrong with it is found in a first, tolerant reading, since Node's own messages advise on how to write a
 * file name that looks like an option, which is not what went wrong here.
 */
function readArguments(args: readonly string[]) {
  const { tokens } = parseArgs({ args: [...args], allowPositionals: true, options, strict: false, tokens: true });
  const known: Readonly<Record<string, { readonly type: "string" | "boolean" } | undefined>> = options;
  const flagsGiven: string[] = [];
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    const type = Object.hasOwn(options, name) ? known[name]?.type : undefined;
    if (type === undefined) throw new ConfigError(`There is no option ${rawName}.`);
    if (type === "boolean" && value !== undefined) throw new ConfigError(`${rawName} takes no value.`);
    // The next option, and not a negative number, which is for the setting itself to refuse.
    const missing = value === undefined || value === "" || (!inlineValue && /^-(?!\d)/u.test(value));
    if (type === "string" && missing) throw new ConfigError(`${rawName} needs a value.`);
    flagsGiven.push(value === undefined ? `--${name}` : `--${name}=${value}`);
  }
  return parseArgs({ args: [...flagsGiven, "--", ...positionals], allowPositionals: true, options });
}

/** What `--help` prints. */
export const helpText = `Usage: tokenhouse [serve | sign-in-link | restore-kit FILE] [flags]

  serve          start the server and print a one-time sign-in link (the default)
  sign-in-link   ask the embedded server that runs on this machine for a fresh sign-in link; takes the same --host, --port and --data-dir
  restore-kit    have a server that runs on this machine make the tokens of a recovery kit again, and print each new one once; with --json
                 an object a line. Takes the same --host, --port and --data-dir. Acts as the embedded server's local administrator, or with
                 the API token in LOGSCALE_TOKEN where that is set; in front of a LogScale cluster it must be.

Flags and environment variables of the same meaning; a flag wins:
  --port          PORT            port to listen on; 0 takes a free one (8080)
  --host          HOST            address to listen on (127.0.0.1)
  --data-dir      DATA_DIR        folder of the data (./data; with --demo ./data-demo)
  --database-url  DATABASE_URL    PostgreSQL database to use instead of the embedded one
  --logscale      LOGSCALE_URL    LogScale cluster to stand in front of, such as https://logs.example.com, in place of the embedded server
  --logscale-ca   LOGSCALE_CA     file with the certificates (PEM) that alone may vouch for the cluster
  --logscale-timeout  LOGSCALE_TIMEOUT  how long to wait for the cluster, in seconds (60)
  --public-url    PUBLIC_URL      address under which browsers reach the server, such as https://tokens.example.com
  --trust-proxy   TRUST_PROXY     addresses or CIDRs of the proxies in front, separated by commas
  --ingest-body-limit  INGEST_BODY_LIMIT  largest body of data sent in, in bytes (33554432)
  --metrics       METRICS         serve figures for Prometheus at /metrics, to this machine alone unless there is a METRICS_TOKEN (false)
                  METRICS_TOKEN   serve them, from anywhere, to whoever sends this as Bearer and to nobody else; needs no METRICS
                  TOKENHOUSE_KEY  installation key: 32 bytes, hexadecimal or base64; several instances share one

What is secret may stand in a file instead, which DATABASE_URL_FILE, TOKENHOUSE_KEY_FILE or METRICS_TOKEN_FILE names.

Other flags:
  --logscale-plain-http  reach the cluster without TLS also where it is not on this machine: every token travels in the clear
  --strict-logscale      the embedded server serves what LogScale serves, and nothing beyond it
  --demo          fill an empty database with a sample organization
  --tokens N      how many tokens the sample organization has
  --version       print the version
  --help          print this text
`;

import { Option, type Command as Parser } from "commander";

import { readSpan } from "#domain/span.ts";
import { isTokenKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { configOf, type Config } from "#server/cli/config.ts";
import { settingsHelp } from "#server/cli/help.ts";
import { ConfigError, type GivenSettings } from "#server/cli/readSettings.ts";
import { isLoopback } from "#server/http/request.ts";

/** The forms in which a report can be written. */
export const formats = ["text", "json", "ics", "prometheus", "slack"] as const;

/** One of {@link formats}. */
export type ReportFormat = (typeof formats)[number];

/** Where new notices are posted, and which were posted before. */
export interface NoticeWebhook {
  readonly url: string;
  /** The file that remembers what was posted. */
  readonly stateFile: string;
  readonly format: Extract<ReportFormat, "json" | "slack">;
}

/** To report what expires. */
export interface ExpiringCommand {
  readonly type: "expiring";
  /** Where the server on this machine is, which is asked unless there is an `origin`. */
  readonly config: Config;
  /** Scheme, host and port of another server, a gateway or a LogScale. */
  readonly origin: string | undefined;
  /** The API token to ask as; undefined: the local administrator's. */
  readonly token: string | undefined;
  readonly kinds: readonly TokenKind[];
  /** How far ahead to look, in ms. */
  readonly within: number;
  readonly format: ReportFormat;
  /** Where to post what is new, in place of printing. */
  readonly webhook: NoticeWebhook | undefined;
}

interface Options {
  readonly url?: string | true;
  readonly within?: string | true;
  readonly kind?: string | true;
  readonly format?: string | true;
  readonly webhook?: string | true;
  readonly state?: string | true;
}

/** Adds the command to the program. `settingsOf` reads the settings that it heeds. */
export function addExpiring(program: Parser, settingsOf: () => GivenSettings, found: (command: ExpiringCommand) => void): void {
  program
    .command("expiring")
    .description("report the tokens that expire soon; ends with 0 where none does, 3 where any does, 1 where reading fails")
    .addHelpText(
      "after",
      "\nAsks the server that --url or LOGSCALE_URL names, else the one on this machine: as\nthe API token in LOGSCALE_TOKEN (or the file LOGSCALE_TOKEN_FILE), else as the local\nadministrator of the embedded server.\n\nWith --state, what is new is posted to the address in WEBHOOK_URL (or in the file\nWEBHOOK_URL_FILE), where others on this machine cannot see it as they can --webhook.",
    )
    // Values are optional to the library, so that a flag behind a flag is not taken for one.
    .addOption(new Option("--url [url]", "the server to ask: a Tokenhouse or a LogScale (LOGSCALE_URL)"))
    .addOption(new Option("--within [span]", "how far ahead to look, such as 30d, 36h or 90m (30d)"))
    .addOption(new Option("--kind [kinds]", `the kinds to look at, separated by commas: ${tokenKinds.join(", ")} (all)`))
    .addOption(new Option("--format [format]", `${formats.join(", ")} (text)`))
    .addOption(
      new Option("--webhook [url]", "post what is new there as JSON, once for each token and threshold of 30, 7 and 1 days"),
    )
    .addOption(new Option("--state [file]", "post what is new, and remember in this file what was posted; needed with --webhook"))
    .configureHelp(settingsHelp(program, ["port", "host", "dataDir"]))
    .action((options: Options) => found(readExpiring(options, settingsOf())));
}

function readExpiring(options: Options, given: GivenSettings): ExpiringCommand {
  for (const [name, value] of Object.entries(options))
    if (value === true || value === "") throw new ConfigError(`--${name} needs a value.`);
  const text = (name: keyof Options) => (typeof options[name] === "string" ? options[name] : undefined);
  const { logscaleUrl, logscaleToken } = given.settings;
  const url = text("url");
  const origin =
    url === undefined ? logscaleUrl && safeOrigin(logscaleUrl, "LOGSCALE_URL") : safeOrigin(readUrl(url, "--url"), "--url");
  if (origin !== undefined && logscaleToken === undefined)
    throw new ConfigError(
      `Asking ${origin} needs an API token in LOGSCALE_TOKEN, or in the file that LOGSCALE_TOKEN_FILE names.`,
    );
  const format = readFormat(text("format") ?? "text");
  return {
    type: "expiring",
    config: configOf(given, "expiring"),
    origin,
    token: logscaleToken,
    kinds: readKinds(text("kind")),
    within: readWithin(text("within") ?? "30d"),
    format,
    webhook: readWebhook(text("webhook"), text("state"), given, options.format === undefined ? "json" : format),
  };
}

function readWithin(text: string): number {
  const reading = readSpan(text);
  if (!reading.ok) throw new ConfigError(`--within: ${reading.message}`);
  return reading.ms;
}

/** Each once. */
function readKinds(text: string | undefined): readonly TokenKind[] {
  return text === undefined ? tokenKinds : [...new Set(text.split(",").map(readKind))];
}

function readKind(text: string): TokenKind {
  const kind = text.trim();
  if (!isTokenKind(kind))
    throw new ConfigError(`--kind knows ${tokenKinds.join(", ")}; ${JSON.stringify(kind)} is none of them.`);
  return kind;
}

function readFormat(text: string): ReportFormat {
  const format = formats.find((each) => each === text);
  if (format === undefined) throw new ConfigError(`--format knows ${formats.join(", ")}.`);
  return format;
}

function readWebhook(
  flag: string | undefined,
  stateFile: string | undefined,
  { settings }: GivenSettings,
  format: ReportFormat,
): NoticeWebhook | undefined {
  if (stateFile === undefined) {
    if (flag !== undefined) throw new ConfigError("--webhook needs --state, a file that remembers what was posted.");
    // The address alone may be there for the server that runs beside.
    return undefined;
  }
  const url = flag ?? settings.webhookUrl;
  if (url === undefined)
    throw new ConfigError(
      "--state needs the address to post to: in WEBHOOK_URL, in the file that WEBHOOK_URL_FILE names, or as --webhook.",
    );
  if (format !== "json" && format !== "slack") throw new ConfigError("Only json and slack can be posted to a webhook.");
  if (flag !== undefined) safeOrigin(readUrl(flag, "--webhook"), "--webhook");
  return { url, stateFile, format };
}

function readUrl(text: string, flag: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || url.username !== "" || url.password !== "")
    throw new ConfigError(`${flag} must be an address such as https://logs.example.com.`);
  return url;
}

/** The origin of a URL that secrets may be sent to. */
function safeOrigin(url: URL, source: string): string {
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw new ConfigError(
      `${source} must start with https://, since what is sent there is secret; http:// is for this machine alone.`,
    );
  return url.origin;
}

import { Option, type Command as Parser } from "commander";

import { readSpan } from "#domain/span.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { ConfigError, type GivenSettings } from "#server/cli/readSettings.ts";
import {
  addRemoteOptions,
  choiceOption,
  formatOption,
  optionValues,
  readChoice,
  readChoices,
  readTarget,
  readUrl,
  remoteHelp,
  safeOrigin,
  type RawOptions,
  type RemoteTarget,
} from "#server/cli/remote/options.ts";
import { statusHelp } from "#server/cli/remote/status.ts";

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
export interface ExpiringCommand extends RemoteTarget {
  readonly type: "expiring";
  readonly kinds: readonly TokenKind[];
  /** How far ahead to look, in ms. */
  readonly within: number;
  readonly format: ReportFormat;
  /** Where to post what is new, in place of printing. */
  readonly webhook: NoticeWebhook | undefined;
}

type Options = RawOptions<"url" | "within" | "kind" | "format" | "webhook" | "state">;

/** Adds the command to the program. `settingsOf` reads the settings that it heeds. */
export function addExpiring(program: Parser, settingsOf: () => GivenSettings, found: (command: ExpiringCommand) => void): void {
  addRemoteOptions(program.command("expiring"), program)
    .description("report the tokens that expire soon")
    .addHelpText(
      "after",
      `${remoteHelp}\n\nWith --state, what is new is posted to the address in WEBHOOK_URL (or in the file\nWEBHOOK_URL_FILE), where others on this machine cannot see it as they can --webhook.\n${statusHelp(
        {
          0: "nothing expires within the span",
          1: "the tokens could not be read, or the webhook did not take the notices",
          2: "the command line or the environment is wrong",
          3: "something expires",
        },
      )}`,
    )
    .addOption(new Option("--within [span]", "how far ahead to look, such as 30d, 36h or 90m (30d)"))
    .addOption(
      choiceOption("--kind [kinds]", `the kinds to look at, separated by commas: ${tokenKinds.join(", ")} (all)`, tokenKinds),
    )
    .addOption(formatOption(formats))
    .addOption(
      new Option("--webhook [url]", "post what is new there as JSON, once for each token and threshold of 30, 7 and 1 days"),
    )
    .addOption(new Option("--state [file]", "post what is new, and remember in this file what was posted; needed with --webhook"))
    .action((options: Options) => found(readExpiring(options, settingsOf())));
}

function readExpiring(options: Options, given: GivenSettings): ExpiringCommand {
  const { url, within, kind, format: named, webhook, state } = optionValues(options);
  const target = readTarget(url, given, "expiring");
  const format = readChoice("--format", named ?? "text", formats);
  return {
    type: "expiring",
    ...target,
    kinds: kind === undefined ? tokenKinds : readChoices("--kind", kind, tokenKinds),
    within: readWithin(within ?? "30d"),
    format,
    webhook: readWebhook(webhook, state, given, named === undefined ? "json" : format),
  };
}

function readWithin(text: string): number {
  const reading = readSpan(text);
  if (!reading.ok) throw new ConfigError(`--within: ${reading.message}`);
  return reading.ms;
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

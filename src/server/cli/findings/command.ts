import { Option, type Command as Parser } from "commander";

import { severities, type Severity } from "#domain/findings/rule.ts";
import type { InventoryKind } from "#domain/inventory/item.ts";
import { kindOption, readKinds } from "#server/cli/inventory/command.ts";
import { ConfigError, type GivenSettings } from "#server/cli/readSettings.ts";
import {
  addRemoteOptions,
  choiceOption,
  formatOption,
  optionValues,
  readChoice,
  readTarget,
  remoteHelp,
  type RawOptions,
  type RemoteTarget,
} from "#server/cli/remote/options.ts";
import { statusHelp } from "#server/cli/remote/status.ts";

/** The forms in which findings can be written. */
export const findingsFormats = ["text", "json"] as const;

/** One of {@link findingsFormats}. */
export type FindingsFormat = (typeof findingsFormats)[number];

/** To tell the findings on all tokens. */
export interface FindingsCommand extends RemoteTarget {
  readonly type: "findings";
  readonly kinds: readonly InventoryKind[];
  /** From which severity on a finding makes the command fail; undefined: none does. */
  readonly failOn: Severity | undefined;
  /** Whether it may pass where not everything was seen or judged. */
  readonly allowPartial: boolean;
  readonly format: FindingsFormat;
}

type Options = RawOptions<"url" | "kind" | "failOn" | "format"> & { readonly allowPartial?: boolean };

/** Adds the command to the program. `settingsOf` reads the settings that it heeds. */
export function addFindings(program: Parser, settingsOf: () => GivenSettings, found: (command: FindingsCommand) => void): void {
  addRemoteOptions(program.command("findings"), program)
    .description("tell what is found out about the tokens of every kind, by the rules and notes of the page of all tokens")
    .addHelpText(
      "after",
      `${remoteHelp}\n\nWhat somebody put aside stands no more until its date of return. What could not be seen\nis said on standard error, and in JSON as unseen and notJudged.\n${statusHelp(
        {
          0: "the findings were told; with --fail-on: none of that severity or a graver one stands",
          1: "they could not be found out",
          3: "with --fail-on: one stands",
          4: "with --fail-on: none stands, but not every token was seen, or judged by every such rule; --allow-partial makes it 0",
        },
      )}`,
    )
    .addOption(kindOption())
    .addOption(
      choiceOption(
        "--fail-on [severity]",
        `end with 3 where such a finding or a graver one stands: ${severities.join(", ")}`,
        severities,
      ),
    )
    .addOption(new Option("--allow-partial", "with --fail-on: pass where nothing was found, though not everything was seen"))
    .addOption(formatOption(findingsFormats))
    .action(({ allowPartial = false, ...options }: Options) => {
      const { url, kind, failOn, format } = optionValues(options);
      if (allowPartial && failOn === undefined) throw new ConfigError("--allow-partial is for --fail-on only.");
      found({
        type: "findings",
        ...readTarget(url, settingsOf(), "findings"),
        kinds: readKinds(kind),
        failOn: failOn === undefined ? undefined : readChoice("--fail-on", failOn, severities),
        allowPartial,
        format: readChoice("--format", format ?? "text", findingsFormats),
      });
    });
}

import { Option, type Command as Parser } from "commander";

import { severities, type Severity } from "#domain/findings/rule.ts";
import type { InventoryKind } from "#domain/inventory/item.ts";
import { kindOption, readKinds } from "#server/cli/inventory/command.ts";
import { ConfigError, type GivenSettings } from "#server/cli/readSettings.ts";
import {
  addRemoteOptions,
  optionValues,
  readChoice,
  readTarget,
  remoteHelp,
  type RawOptions,
  type RemoteTarget,
} from "#server/cli/remote/options.ts";

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
      `${remoteHelp}\n\nEnds with 0. With --fail-on: 3 where a finding of that severity or a graver one stands,\nelse 4 where not everything was seen or judged, unless --allow-partial. What somebody\nput aside stands no more.`,
    )
    .addOption(kindOption())
    .addOption(
      new Option("--fail-on [severity]", `end with 3 where such a finding or a graver one stands: ${severities.join(", ")}`),
    )
    .addOption(new Option("--allow-partial", "with --fail-on: pass where nothing was found, though not everything was seen"))
    .addOption(new Option("--format [format]", `${findingsFormats.join(", ")} (text)`))
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

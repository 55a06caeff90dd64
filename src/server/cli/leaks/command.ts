import { Argument, Option, type Command as Parser } from "commander";

import type { GivenSettings } from "#server/cli/readSettings.ts";
import {
  addRemoteOptions,
  optionValues,
  readChoice,
  readTarget,
  remoteHelp,
  type RawOptions,
  type RemoteTarget,
} from "#server/cli/remote/options.ts";

/** The forms in which leaks can be written. */
export const leaksFormats = ["text", "json"] as const;

/** One of {@link leaksFormats}. */
export type LeaksFormat = (typeof leaksFormats)[number];

/** To find tokens in files. */
export interface LeaksCommand extends RemoteTarget {
  readonly type: "leaks";
  /** `-` is standard input. */
  readonly files: readonly string[];
  readonly format: LeaksFormat;
}

/** Adds the command to the program. `settingsOf` reads the settings that it heeds. */
export function addLeaks(program: Parser, settingsOf: () => GivenSettings, found: (command: LeaksCommand) => void): void {
  addRemoteOptions(program.command("leaks"), program)
    .description("find API tokens in files, such as logs, and tell which of them live and whose they are")
    .addHelpText(
      "after",
      `${remoteHelp}\n\nNothing but the ids of tokens leaves this machine, and no secret is printed. Ends with\n3 where a live token was found, else with 4 where nobody can tell of one whether it\nlives, else with 0.`,
    )
    .addArgument(new Argument("<files...>", "files to look through; - for standard input"))
    .addOption(new Option("--format [format]", `${leaksFormats.join(", ")} (text)`))
    .action((files: readonly string[], options: RawOptions<"url" | "format">) => {
      const { url, format } = optionValues(options);
      found({
        type: "leaks",
        ...readTarget(url, settingsOf(), "leaks"),
        // Read twice, standard input would be empty.
        files: [...new Set(files)],
        format: readChoice("--format", format ?? "text", leaksFormats),
      });
    });
}

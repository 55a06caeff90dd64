import { Argument, type Command as Parser } from "commander";

import type { GivenSettings } from "#server/cli/readSettings.ts";
import {
  addRemoteOptions,
  formatOption,
  optionValues,
  readChoice,
  readTarget,
  remoteHelp,
  type RawOptions,
  type RemoteTarget,
} from "#server/cli/remote/options.ts";
import { statusHelp } from "#server/cli/remote/status.ts";

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
      `${remoteHelp} Where no token is\nfound, nobody is asked.\n\nNothing but the ids of tokens leaves this machine, and no secret is printed. Values of\ningest and fleet tokens are found by their form and sent nowhere. What is packed must be\nunpacked first, as in: gunzip -c app.log.gz | tokenhouse leaks -\n${statusHelp(
        {
          0: "no live token was found",
          1: "a file could not be read, or a server not be asked",
          3: "a live token was found, whatever else could not be read",
          4: "a token was found of which nobody can tell whether it lives",
        },
      )}`,
    )
    .addArgument(new Argument("<files...>", "files to look through; - for standard input"))
    .addOption(formatOption(leaksFormats))
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

import { Argument, Option, type Command as Parser } from "commander";

import { ConfigError, type GivenSettings } from "#server/cli/readSettings.ts";
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

const formats = ["text", "json"] as const;

/** To hold resources of humio-operator against what is in force. */
export interface ResourcesCommand extends RemoteTarget {
  readonly type: "resources";
  /** Files and folders; `-` is standard input. */
  readonly files: readonly string[];
  /** A file of policies whose plan the resources are held against too; `-` is standard input. */
  readonly withPlan: string | undefined;
  readonly format: (typeof formats)[number];
}

type Options = RawOptions<"url" | "withPlan" | "format">;

/** Adds the command to the program. `settingsOf` reads the settings that it heeds. */
export function addResources(program: Parser, settingsOf: () => GivenSettings, found: (command: ResourcesCommand) => void): void {
  const resources = program
    .command("resources")
    .description("work with resources of humio-operator: the tokens and IP filters that they make");
  addRemoteOptions(resources.command("check"), program)
    .description(
      "say which tokens and IP filters that resources ask for exist, differ, are missing, or are refused by the policies",
    )
    .addHelpText(
      "after",
      `\nReads HumioViewToken, HumioOrganizationToken, HumioSystemToken, HumioIngestToken and\nHumioIPFilter; other kinds are named and passed over. Nothing is changed.\n${remoteHelp}\n${statusHelp(
        {
          0: "all of them exist as written",
          1: "a resource or file cannot be read, or it could not be found out",
          2: "some differ, are missing, or are not the only ones of their name",
          3: "some are refused as written, or are stopped by the plan",
          4: "some were not found, but not everything could be seen",
        },
      )}`,
    )
    .addArgument(new Argument("<files...>", "files of resources; of a folder all of YAML; - is standard input"))
    .addOption(new Option("--with-plan [file]", "say too which of them a file of policies would stop; - is standard input"))
    .addOption(formatOption(formats))
    .action((files: readonly string[], options: Options) => {
      const { url, withPlan, format = "text" } = optionValues(options);
      if ([...files, withPlan].filter((file) => file === "-").length > 1)
        throw new ConfigError("Standard input can be read once.");
      if (files.includes("")) throw new ConfigError("A file needs a name.");
      found({
        type: "resources",
        ...readTarget(url, settingsOf(), "resources"),
        files,
        withPlan,
        format: readChoice("--format", format, formats),
      });
    });
}

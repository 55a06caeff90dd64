import type { Option, Command as Parser } from "commander";

import { findingRules, type FindingRule } from "#domain/findings/rules.ts";
import { inventoryKinds, type InventoryKind } from "#domain/inventory/item.ts";
import type { GivenSettings } from "#server/cli/readSettings.ts";
import {
  addRemoteOptions,
  choiceOption,
  formatOption,
  optionValues,
  readChoice,
  readChoices,
  readTarget,
  remoteHelp,
  type RawOptions,
  type RemoteTarget,
} from "#server/cli/remote/options.ts";
import { statusHelp } from "#server/cli/remote/status.ts";

/** The forms in which the list can be written. */
export const inventoryFormats = ["text", "csv", "json"] as const;

/** One of {@link inventoryFormats}. */
export type InventoryFormat = (typeof inventoryFormats)[number];

/** To list the tokens of every kind. */
export interface InventoryCommand extends RemoteTarget {
  readonly type: "inventory";
  readonly kinds: readonly InventoryKind[];
  /** Tokens on which any of these was found; undefined: all tokens. */
  readonly findings: readonly FindingRule[] | undefined;
  readonly format: InventoryFormat;
}

type Options = RawOptions<"url" | "kind" | "finding" | "format">;

/** The option that names kinds. */
export function kindOption(): Option {
  const meaning = `the kinds to list, separated by commas: ${inventoryKinds.join(", ")} (all)`;
  return choiceOption("--kind [kinds]", meaning, inventoryKinds);
}

/** The kinds that an option names. Throws ConfigError. */
export function readKinds(text: string | undefined): readonly InventoryKind[] {
  return text === undefined ? inventoryKinds : readChoices("--kind", text, inventoryKinds);
}

/** Adds the command to the program. `settingsOf` reads the settings that it heeds. */
export function addInventory(program: Parser, settingsOf: () => GivenSettings, found: (command: InventoryCommand) => void): void {
  addRemoteOptions(program.command("inventory"), program)
    .description("list the tokens of every kind, with owners, rights and findings, as the page of all tokens does")
    .addHelpText(
      "after",
      `${remoteHelp}\n\nCSV and JSON are the evidence that the page saves. What could not be seen is said on\nstandard error, and in the evidence itself.\n${statusHelp(
        {
          0: "the list was printed, whole or as far as the caller may see it",
          1: "it could not be read, or the caller may list none of the kinds asked for",
        },
      )}`,
    )
    .addOption(kindOption())
    .addOption(
      choiceOption(
        "--finding [rules]",
        `only tokens on which one of these was found, separated by commas: ${findingRules.join(", ")} (all tokens)`,
        findingRules,
      ),
    )
    .addOption(formatOption(inventoryFormats))
    .action((options: Options) => {
      const { url, kind, finding, format } = optionValues(options);
      found({
        type: "inventory",
        ...readTarget(url, settingsOf(), "inventory"),
        kinds: readKinds(kind),
        findings: finding === undefined ? undefined : readChoices("--finding", finding, findingRules),
        format: readChoice("--format", format ?? "text", inventoryFormats),
      });
    });
}

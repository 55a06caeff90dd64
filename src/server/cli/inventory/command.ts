import { Option, type Command as Parser } from "commander";

import { findingRules, type FindingRule } from "#domain/findings/rules.ts";
import { inventoryKinds, type InventoryKind } from "#domain/inventory/item.ts";
import type { GivenSettings } from "#server/cli/readSettings.ts";
import {
  addRemoteOptions,
  optionValues,
  readChoice,
  readChoices,
  readTarget,
  remoteHelp,
  type RawOptions,
  type RemoteTarget,
} from "#server/cli/remote/options.ts";

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
  return new Option("--kind [kinds]", `the kinds to list, separated by commas: ${inventoryKinds.join(", ")} (all)`);
}

/** The kinds that an option names. Throws ConfigError. */
export function readKinds(text: string | undefined): readonly InventoryKind[] {
  return text === undefined ? inventoryKinds : readChoices("--kind", text, inventoryKinds);
}

/** Adds the command to the program. `settingsOf` reads the settings that it heeds. */
export function addInventory(program: Parser, settingsOf: () => GivenSettings, found: (command: InventoryCommand) => void): void {
  addRemoteOptions(program.command("inventory"), program)
    .description("list the tokens of every kind, with owners, rights and findings, as the page of all tokens does")
    .addHelpText("after", remoteHelp)
    .addOption(kindOption())
    .addOption(
      new Option(
        "--finding [rules]",
        `only tokens on which one of these was found, separated by commas: ${findingRules.join(", ")} (all tokens)`,
      ),
    )
    .addOption(new Option("--format [format]", `${inventoryFormats.join(", ")} (text)`))
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

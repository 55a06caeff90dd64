import { Help, Option, type Command, type HelpConfiguration } from "commander";

import { secretSettings } from "./secretFiles.ts";
import { settingList, settings, type Setting, type SettingName } from "./settings.ts";

/** A setting as an option. Its value is optional to the library, so that a flag behind a flag is not taken for a value. */
export function optionOf(setting: Setting): Option {
  const { flag = "", value } = setting;
  return new Option(value === undefined ? flag : `${flag} [${value}]`, described(setting));
}

/** How help is written. A command lists its own flags and those of the settings that it heeds; the program lists all. */
export function settingsHelp(program?: Command, heeded: readonly SettingName[] = []): HelpConfiguration {
  const flags = new Set<string | undefined>(heeded.map((name) => (settings[name] as Setting).flag));
  return {
    optionTerm: ({ flags }) => flags.replace(/\[(.*)\]/u, "<$1>"),
    // Each says its words and its default in the order in which people read them, which the library would say once more.
    optionDescription: ({ description }) => description,
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map((one) => `<${one.name()}>`)].join(" "),
    ...(program && {
      visibleOptions: (command) => [
        ...new Help().visibleOptions(command),
        ...program.options.filter(({ long }) => flags.has(long)),
      ],
    }),
  };
}

/** What the help says of what is no flag. */
export function variablesHelp(): (context: { readonly command: Command }) => string {
  return ({ command }) => {
    const help = command.createHelp();
    help.helpWidth = command.configureOutput().getOutHelpWidth?.() ?? 80;
    const variables = settingList.flatMap(([, setting]) => (setting.flag === undefined ? [setting] : []));
    const width = Math.max(...variables.map(({ variable = "" }) => variable.length));
    const items = variables.map((setting) => help.formatItem(setting.variable ?? "", width, described(setting), help));
    const [last, ...others] = secretSettings.map((name) => `${name}_FILE`).toReversed();
    const files = `What is secret may stand in a file instead, which ${others.toReversed().join(", ")} or ${last} names.`;
    return ["", "Variables without a flag, since they are secret:", ...items, "", help.boxWrap(files, help.helpWidth)].join("\n");
  };
}

/** A setting's meaning as plain text, with its variable if the flag stands before it, and its default. */
function described({ meaning, variable, flag, fallback, otherwise }: Setting): string {
  const notes = [flag === undefined ? undefined : variable, fallback ?? otherwise].filter((note) => note !== undefined);
  return `${meaning}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`.replaceAll("`", "");
}

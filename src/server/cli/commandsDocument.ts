import { Help, type Argument, type Command as Parser } from "commander";

import { createProgram } from "./commands.ts";
import { isHeeded } from "./readSettings.ts";
import { secretSettings } from "./secretFiles.ts";
import { settingList, type Setting } from "./settings.ts";

/** What of a command's JSON each file of docs/ is the schema of. */
export const schemasOf: Readonly<Record<string, readonly string[]>> = {
  expiring: ["expiring.schema.json"],
  inventory: ["evidence.schema.json"],
  findings: ["findings.schema.json"],
  leaks: ["leaks.schema.json"],
  "resources check": ["resources-check.schema.json"],
  "policies export": ["policies.schema.json"],
  "policies plan": ["policies-plan.schema.json", "policies-saved-plan.schema.json"],
  "policies apply": ["policies-apply.schema.json"],
  "policies drift": ["policies-drift.schema.json"],
};

/** The text of docs/commands.md, as the definitions of the commands make it. `npm run docs` writes it. */
export function commandsDocument(): string {
  const program = createProgram({}, () => undefined);
  const commands = leavesOf(program);
  const parts = [
    "# Commands",
    "<!-- Made from the definitions of the commands in src/server/cli by `npm run docs`. Edit those. -->",
    "`tokenhouse` is the program of the package. In a checkout it is `node dist/server/main.js`, once `npm start` has built it. `tokenhouse help COMMAND` prints what stands here of a command; [the last part](#completion) makes a shell complete commands, flags and words.",
    [
      "| command | what it does |",
      "|---|---|",
      ...commands.map((command) => `| [\`${fullName(command)}\`](#${anchorOf(command)}) | ${cell(command.description())} |`),
    ].join("\n"),
    "## What holds for all of them",
    [
      "- Results are printed on standard output, as UTF-8; what could not be seen, progress and errors on standard error. Progress and colours are for terminals alone; `NO_COLOR` turns colours off.",
      "- A token is never an argument, which others on the machine could see: it comes from `LOGSCALE_TOKEN`, or from the file that `LOGSCALE_TOKEN_FILE` names. It is sent to the address that was named and nowhere else: over https, or http on this machine; no redirect is followed. A certificate of your own authority is trusted by Node's `NODE_EXTRA_CA_CERTS`.",
      "- A command that Ctrl-C ends has the status 130. One that a pipe ends early, as `| head` does, has not failed.",
      "- With a wrong command line a command ends with 2, and with 1 where 2 says something of what it found: `policies`, `inventory`, `findings`, `leaks` and `resources`.",
    ].join("\n"),
    ...commands.flatMap(commandParts),
    "## Completion",
    "`tokenhouse completion SHELL` prints what makes bash, zsh, fish or PowerShell complete commands, flags, the words that flags take, and files:",
    [
      "```sh",
      "source <(tokenhouse completion bash)                                          # in ~/.bashrc",
      "source <(tokenhouse completion zsh)                                           # in ~/.zshrc, after compinit",
      "tokenhouse completion fish > ~/.config/fish/completions/tokenhouse.fish       # once",
      "```",
    ].join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The commands that do something, in their order. */
function leavesOf(command: Parser): readonly Parser[] {
  return command.commands.flatMap((each) => (each.commands.length > 0 ? leavesOf(each) : [each]));
}

function fullName(command: Parser): string {
  return command.parent?.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** What of a page's address leads to a command, as GitHub makes it from the heading. */
function anchorOf(command: Parser): string {
  return `tokenhouse-${fullName(command).replaceAll(" ", "-")}`;
}

function commandParts(command: Parser): string[] {
  const help = Object.assign(new Help(), command.configureHelp());
  const own = new Set(command.options);
  const [flags, settings] = [true, false].map((ofCommand) =>
    help.visibleOptions(command).filter((option) => own.has(option) === ofCommand && option.long !== "--help"),
  );
  const { words, statuses } = afterHelp(command);
  const schemas = schemasOf[fullName(command)] ?? [];
  const table = (title: string, rows: readonly (readonly [string, string])[]) =>
    rows.length === 0
      ? []
      : [[`| ${title} | meaning |`, "|---|---|", ...rows.map(([of, meaning]) => `| ${of} | ${cell(meaning)} |`)].join("\n")];
  const optionRows = (options: typeof flags = []) =>
    options.map((option) => [`\`${help.optionTerm(option)}\``, option.description] as const);
  return [
    `## \`tokenhouse ${fullName(command)}\``,
    sentence(command.description()),
    [
      "```",
      `tokenhouse ${[fullName(command), ...command.registeredArguments.map(argumentTerm)].join(" ")} [options]`,
      "```",
    ].join("\n"),
    ...table(
      "argument",
      command.registeredArguments.map((argument) => {
        const { argChoices, description } = argument;
        const choices = argChoices?.map((choice) => `\`${choice}\``).join(", ");
        return [`\`${argumentTerm(argument)}\``, choices === undefined ? description : `${description}: ${choices}`];
      }),
    ),
    ...table("flag", optionRows(flags)),
    ...(settings !== undefined && settings.length > 0 ? [`Settings that it heeds: ${settingWords(settings)}.`] : []),
    ...environmentWords(command),
    ...words,
    ...(schemas.length === 0 ? [] : [`JSON is described by ${schemas.map((name) => `[${name}](${name})`).join(", ")}.`]),
    ...table("ends with", statuses),
  ];
}

function argumentTerm(argument: Argument): string {
  const term = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${term}>` : `[${term}]`;
}

function settingWords(options: readonly { readonly long?: string | undefined }[]): string {
  return options
    .map(({ long = "" }) => {
      const found = settingList.find(([, { flag }]) => flag === long);
      const variable = found?.[1].variable;
      return variable === undefined ? `\`${long}\`` : `\`${long}\` (\`${variable}\`)`;
    })
    .join(", ");
}

/** The variables without a flag that a command heeds. */
function environmentWords(command: Parser): string[] {
  const [root = ""] = fullName(command).split(" ");
  const variables = settingList.flatMap(([, setting]: readonly [string, Setting]) =>
    setting.flag === undefined &&
    setting.variable !== undefined &&
    // The others are the server's business, though every command reads them.
    (setting.commands !== undefined || root === "serve") &&
    isHeeded(setting, root)
      ? [setting.variable, ...(secretSettings.some((name) => name === setting.variable) ? [`${setting.variable}_FILE`] : [])]
      : [],
  );
  const asks = command.options.some(({ long }) => long === "--url") ? ["LOGSCALE_URL"] : [];
  const all = [...asks, ...variables].map((name) => `\`${name}\``);
  return all.length === 0 ? [] : [`Environment: ${all.join(", ")}; [environment.md](environment.md) says what each is.`];
}

/** What the help says after the flags: paragraphs, and what the command ends with. */
function afterHelp(command: Parser): {
  readonly words: readonly string[];
  readonly statuses: readonly (readonly [string, string])[];
} {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const after = text.slice(command.helpInformation().length);
  // As `statusHelp` writes it.
  const [words = "", endings = ""] = after.split("Ends with:\n");
  return {
    words: words
      .split(/\n\s*\n/u)
      .map((paragraph) => paragraph.trim().replaceAll(/\s*\n\s*/gu, " "))
      .filter((paragraph) => paragraph !== ""),
    statuses: [...endings.matchAll(/^ {2}(\d+) {2}(.*)$/gmu)].map(([, status = "", meaning = ""]) => [status, meaning]),
  };
}

/** A text as a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", String.raw`\|`).replaceAll("<", "&lt;");
}

function sentence(text: string): string {
  const whole = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.?]$/u.test(whole) ? whole : `${whole}.`;
}

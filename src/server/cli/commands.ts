import { Argument, CommanderError, Command as Parser, Option } from "commander";

import { tokenhouseVersion } from "#server/version.ts";

import { addBackup, type BackupCommand, type RestoreCommand } from "./backup/command.ts";
import { configOf, type Config } from "./config.ts";
import { addExpiring, type ExpiringCommand } from "./expiring/command.ts";
import { addFindings, type FindingsCommand } from "./findings/command.ts";
import { addInventory, type InventoryCommand } from "./inventory/command.ts";
import { addLeaks, type LeaksCommand } from "./leaks/command.ts";
import { optionOf, settingsHelp, variablesHelp } from "./help.ts";
import { addPolicies, type PoliciesCommand } from "./policies/command.ts";
import { ConfigError, readSettings, type Environment, type Flags } from "./readSettings.ts";
import { exitStatus, judges, statusHelp } from "./remote/status.ts";
import { withSecretFiles } from "./secretFiles.ts";
import { addResources, type ResourcesCommand } from "./resources/command.ts";
import { settingList, settings, type SettingName } from "./settings.ts";

const auditTasks = ["verify", "export"] as const;

/** What can be done with the audit trail on the command line. */
export type AuditTask = (typeof auditTasks)[number];

/** The shells that can complete what is typed. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

/** What the command line asks for. */
export type Command =
  | { readonly type: "serve"; readonly config: Config }
  | {
      readonly type: "sign-in-link";
      readonly config: Config;
      /** Whom it signs in, by username; undefined: the user with root's rights who is there longest. */
      readonly user: string | undefined;
    }
  | { readonly type: "audit"; readonly task: AuditTask; readonly config: Config }
  | {
      readonly type: "restore-kit";
      readonly config: Config;
      readonly file: string;
      readonly json: boolean;
      /** The API token to make the tokens with; undefined: the local administrator's. */
      readonly token: string | undefined;
    }
  | BackupCommand
  | RestoreCommand
  | ExpiringCommand
  | InventoryCommand
  | FindingsCommand
  | LeaksCommand
  | PoliciesCommand
  | ResourcesCommand
  | { readonly type: "help"; readonly text: string }
  | { readonly type: "version" }
  | { readonly type: "completion"; readonly shell: Shell }
  /** A shell asks how its user's words, of which the last may be begun, can go on. */
  | { readonly type: "complete"; readonly words: readonly string[] };

/** Called with the command that was found, once it was. */
type Take = (command: Command) => void;

/** Where a command that reaches a running server finds it, and its administrator's credential. */
const runningServer = ["port", "host", "dataDir"] as const satisfies readonly SettingName[];

/**
 * Reads the command line (without the program's own name), the environment and the secret files that it names; a flag wins over the
 * variable of the same name, and an empty variable counts as unset. Throws ConfigError.
 */
export function readCommand(args: readonly string[], environment: Environment): Command {
  let command: Command | undefined;
  let active: Parser | undefined;
  let text = "";
  const program = createProgram(environment, (found) => {
    command = found;
  });
  addCompletion(program, (found) => {
    command = found;
  });
  for (const each of withCommands(program)) {
    each.configureOutput({ writeOut: (part) => (text += part), writeErr: () => undefined });
    each.exitOverride((error) => {
      active = each;
      throw error.exitCode === 0 ? error : refusal(error, each);
    });
    each.hook("preAction", (_, acting) => {
      active = acting;
    });
  }
  try {
    program.parse(helpWords(args, program), { from: "user" });
  } catch (error) {
    if (error instanceof ConfigError && active !== undefined && withAncestors(active).some((each) => judges(each.name())))
      throw new ConfigError(error.message, exitStatus.error);
    if (!(error instanceof CommanderError)) throw error;
    return error.code === "commander.version" ? { type: "version" } : { type: "help", text };
  }
  if (command === undefined) throw new Error("The command line was read without a result.");
  return command;
}

/** `help policies plan` in the order that the library knows, in which each command has the help of those below it: `policies help plan`. */
function helpWords(args: readonly string[], program: Parser): readonly string[] {
  const [first, name = "", ...below] = args;
  const hasTasks = program.commands.some((each) => each.name() === name && each.commands.length > 0);
  return first === "help" && below.length > 0 && hasTasks ? [name, first, ...below] : args;
}

/** A command and all below it. */
function withCommands(command: Parser): Parser[] {
  return [command, ...command.commands.flatMap(withCommands)];
}

/** A command and all above it. */
function withAncestors(command: Parser): Parser[] {
  return [command, ...(command.parent === null ? [] : withAncestors(command.parent))];
}

/** The program with every command that people use. Settings are flags of the program itself, so they may stand before the command too. */
export function createProgram(environment: Environment, found: Take): Parser {
  const program = new Parser("tokenhouse")
    .helpOption("-h, --help", "print this text")
    .helpCommand("help [command]", "print the help of a command");
  program.description("Administers API tokens of LogScale. Without a command it serves.");
  program.version(tokenhouseVersion, "-v, --version", "print the version");
  for (const [, setting] of settingList) if (setting.flag !== undefined) program.addOption(optionOf(setting));
  // As the settings, it may stand before its command, in whose help it is.
  program.addOption(jsonOption().hideHelp());
  program.configureHelp(settingsHelp());
  program.addHelpText("after", variablesHelp());

  const isJson = () => program.opts<{ readonly json?: boolean }>().json ?? false;
  const settingsOf = (command: string) => {
    if (isJson() && command !== "restore-kit") throw new ConfigError("--json is for restore-kit only.");
    return readSettings(flagsOf(program), withSecretFiles(environment, command), command);
  };
  const serve = () => found({ type: "serve", config: configOf(settingsOf("serve"), "serve") });
  program.action(serve);
  program
    .command("serve")
    .description("start the server and print a one-time sign-in link (the default)")
    .configureHelp(settingsHelp(program, Object.keys(settings) as SettingName[]))
    .action(serve);

  program
    .command("sign-in-link")
    .description("ask the embedded server that runs on this machine for a fresh sign-in link")
    .addOption(
      new Option("--user [name]", "whom the link signs in, by username (the user with root's rights who is there longest)"),
    )
    .configureHelp(settingsHelp(program, runningServer))
    .addHelpText(
      "after",
      statusHelp({
        0: "a link was printed",
        1: "the server could not be asked, or refused",
        2: "the command line or the environment is wrong",
      }),
    )
    .action(({ user }: { readonly user?: string | true }) => {
      if (user === true || user === "") throw new ConfigError("--user needs a username.");
      found({ type: "sign-in-link", config: configOf(settingsOf("sign-in-link"), "sign-in-link"), user });
    });

  program
    .command("restore-kit")
    .description("have a server that runs on this machine make the tokens of a recovery kit again, and print each new one once")
    .addHelpText(
      "after",
      `\nActs as the embedded server's local administrator, or with the API token in\nLOGSCALE_TOKEN where that is set; in front of a LogScale cluster it must be.\n${statusHelp(
        {
          0: "every token was made",
          1: "some were not, or the server could not be asked",
          2: "the file, the command line or the environment is wrong",
        },
      )}`,
    )
    .addArgument(new Argument("<file>", "the file of a recovery kit"))
    .addOption(jsonOption())
    .configureHelp(settingsHelp(program, [...runningServer, "logscaleUrl"]))
    .action((file: string) => {
      const given = settingsOf("restore-kit");
      const config = configOf(given, "restore-kit");
      found({ type: "restore-kit", config, file, json: isJson(), token: given.settings.logscaleToken });
    });
  program
    .command("audit")
    .description("look through the embedded server's audit trail and say whether its chain holds; or print it, a record a line")
    .addHelpText(
      "after",
      `\nReads the database itself, with the installation key: that in the data folder, or\nTOKENHOUSE_KEY. A data folder that a running server has is read by that server.\n${statusHelp(
        {
          0: "the chain holds; or the trail was printed",
          1: "the trail could not be read",
          2: "the command line or the environment is wrong",
          3: "the chain does not hold",
        },
      )}`,
    )
    .addArgument(new Argument("<task>", "what to do").choices(auditTasks))
    .configureHelp(settingsHelp(program, [...runningServer, "databaseUrl"]))
    .action((task: AuditTask) => found({ type: "audit", task, config: configOf(settingsOf("audit"), "audit") }));
  addBackup(program, settingsOf, found);
  addExpiring(program, () => settingsOf("expiring"), found);
  addInventory(program, () => settingsOf("inventory"), found);
  addFindings(program, () => settingsOf("findings"), found);
  addLeaks(program, () => settingsOf("leaks"), found);
  addPolicies(program, () => settingsOf("policies"), found);
  addResources(program, () => settingsOf("resources"), found);
  return program;
}

const jsonOption = () => new Option("--json", "print an object a line");

function addCompletion(program: Parser, found: Take): void {
  program
    .command("completion")
    .description(`print what makes a shell complete tokenhouse's commands and flags, as in: source <(tokenhouse completion bash)`)
    .addArgument(new Argument("<shell>", "the name of a shell").choices(shells))
    .action((shell: Shell) => found({ type: "completion", shell }));
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action((words: readonly string[]) => found({ type: "complete", words }));
}

/** What was written for each setting that is a flag. */
function flagsOf(program: Parser): Flags {
  const flags: Partial<Record<SettingName, string | true>> = {};
  const options = program.opts<Record<string, string | true | undefined>>();
  for (const [name, { flag }] of settingList) {
    const option = program.options.find(({ long }) => long === flag);
    const value = option && options[option.attributeName()];
    if (value !== undefined) flags[name] = value;
  }
  return flags;
}

/** What the library found wrong, in words of ours. A value may be a secret, so none is repeated. */
function refusal(error: CommanderError, command: Parser): ConfigError {
  const [, quoted = ""] = /'(.*)'/su.exec(error.message) ?? [];
  switch (error.code) {
    case "commander.unknownOption": {
      const [flag = ""] = quoted.split("=", 1);
      return new ConfigError(unknownFlag(flag, command));
    }
    case "commander.missingArgument": {
      const argument = command.registeredArguments.find((one) => one.name() === quoted);
      return new ConfigError(`${command.name()} needs ${argument?.description ?? quoted}.`);
    }
    case "commander.excessArguments": {
      const surplus = command.args[command.registeredArguments.length] ?? "";
      return new ConfigError(`${command.parent === null ? "Unknown command" : "Unexpected argument"} ${surplus}.`);
    }
    case "commander.invalidArgument": {
      const argument = command.registeredArguments.find(({ argChoices }) => argChoices !== undefined);
      return new ConfigError(`${command.name()} needs ${argument?.description}: ${argument?.argChoices?.join(", ")}.`);
    }
    case "commander.unknownCommand":
      return new ConfigError(`${command.name()} knows ${taskNames(command)}.`);
    case "commander.help":
      return command.parent === null
        ? // The help of a command that there is not.
          new ConfigError(`Unknown command ${command.args[1] ?? ""}.`)
        : new ConfigError(`${command.name()} needs what to do: ${taskNames(command)}.`);
    default:
      return new ConfigError(error.message.replace(/^error: /u, ""));
  }
}

function taskNames({ commands }: Parser): string {
  return commands.map((each) => each.name()).join(", ");
}

function unknownFlag(flag: string, command: Parser): string {
  const isKnown = withAncestors(command).some(({ options }) =>
    options.some(({ long, short }) => long === flag || short === flag),
  );
  return isKnown ? `${flag} takes no value.` : `There is no option ${flag}.`;
}

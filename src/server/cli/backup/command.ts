import { Argument, Option, type Command as Parser } from "commander";

import { configOf, type Config } from "#server/cli/config.ts";
import { settingsHelp } from "#server/cli/help.ts";
import { ConfigError, type GivenSettings } from "#server/cli/readSettings.ts";
import { optionValues, type RawOptions } from "#server/cli/remote/options.ts";
import { statusHelp } from "#server/cli/remote/status.ts";
import type { SettingName } from "#server/cli/settings.ts";

/** To write a backup. */
export interface BackupCommand {
  readonly type: "backup";
  readonly config: Config;
  readonly file: string;
  /** Public keys to lock it for; none: a passphrase locks it. */
  readonly recipients: readonly string[];
  /** A file with more of them. */
  readonly recipientsFile: string | undefined;
  /** A file with the passphrase; undefined: somebody is asked. */
  readonly passphraseFile: string | undefined;
  readonly withKey: boolean;
  readonly overwrite: boolean;
}

/** To make a database of a backup. */
export interface RestoreCommand {
  readonly type: "restore";
  readonly config: Config;
  readonly file: string;
  /** A file with private keys that open it; undefined: a passphrase does. */
  readonly identityFile: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly keepSessions: boolean;
  /** A file with the audit trail of what happened later. */
  readonly sinceTrail: string | undefined;
  /** Whether tokens that were taken away later live again all the same. */
  readonly revive: boolean;
}

const passphraseFile = () =>
  new Option("--passphrase-file [file]", "a file whose first line is the passphrase, - for standard input (else you are asked)");

/** Flags without a value. */
type Flags<Name extends string> = Readonly<Partial<Record<Name, boolean>>>;

/** Adds both commands to the program. `settingsOf` reads the settings that one heeds. */
export function addBackup(
  program: Parser,
  settingsOf: (command: string) => GivenSettings,
  found: (command: BackupCommand | RestoreCommand) => void,
): void {
  const places = ["dataDir", "databaseUrl"] as const satisfies readonly SettingName[];
  program
    .command("backup")
    .description("write everything that the embedded server knows to a file, encrypted as age does")
    .addHelpText(
      "after",
      `\nReads the database itself; a data folder that a running server has is read by that\nserver. docs/backup.md tells what a backup holds.\n${statusHelp(
        {
          0: "the backup was written",
          1: "it could not be written; there is no file",
          2: "the command line or the environment is wrong, or the file is there already",
        },
      )}`,
    )
    .addArgument(new Argument("<file>", "the file to write"))
    .addOption(
      new Option("--recipient [keys]", "lock it for these public keys (age1…), separated by commas, not by a passphrase"),
    )
    .addOption(new Option("--recipients-file [file]", "lock it for the public keys in a file, one a line"))
    .addOption(passphraseFile())
    .addOption(new Option("--with-key", "put the installation key in as well"))
    .addOption(new Option("--overwrite", "replace a file that is there"))
    .configureHelp(settingsHelp(program, ["port", "host", ...places]))
    .action(
      (
        file: string,
        {
          withKey = false,
          overwrite = false,
          ...named
        }: Flags<"withKey" | "overwrite"> & RawOptions<"recipient" | "recipientsFile" | "passphraseFile">,
      ) => {
        const options = optionValues(named);
        const recipients = options.recipient?.split(",").map((part) => part.trim()) ?? [];
        if (options.passphraseFile !== undefined && (recipients.length > 0 || options.recipientsFile !== undefined))
          throw new ConfigError("A backup is locked by a passphrase or for recipients, not both: age knows no such file.");
        const config = configOf(settingsOf("backup"), "backup");
        const { recipientsFile, passphraseFile } = options;
        found({ type: "backup", config, file, recipients, recipientsFile, passphraseFile, withKey, overwrite });
      },
    );
  program
    .command("restore")
    .description("make the database of an embedded server of a backup, in an empty data folder or an empty PostgreSQL database")
    .addHelpText(
      "after",
      `\nNeeds the installation key of the server that the backup is of: in the data folder,\nin TOKENHOUSE_KEY, or in the backup. Sessions and sign-in links end.\n${statusHelp(
        {
          0: "the backup was restored",
          1: "it could not be restored; the target is as it was",
          2: "the command line, the environment, the file or the target is wrong; the target is as it was",
          3: "the backup was restored, and the chain of its audit trail does not hold",
        },
      )}`,
    )
    .addArgument(new Argument("<file>", "the file of a backup"))
    .addOption(new Option("--identity-file [file]", "a file with the private keys (AGE-SECRET-KEY-1…) that open it, one a line"))
    .addOption(passphraseFile())
    .addOption(
      new Option(
        "--since-trail [file]",
        "the audit trail as it was streamed or exported later: tokens that were deleted or rotated after the backup do not live again",
      ),
    )
    .addOption(new Option("--revive", "let those tokens live again; they are named all the same"))
    .addOption(new Option("--keep-sessions", "let those who were signed in stay so"))
    .configureHelp(settingsHelp(program, places))
    .action(
      (
        file: string,
        {
          keepSessions = false,
          revive = false,
          ...named
        }: Flags<"keepSessions" | "revive"> & RawOptions<"identityFile" | "passphraseFile" | "sinceTrail">,
      ) => {
        const { identityFile, passphraseFile, sinceTrail } = optionValues(named);
        if (identityFile !== undefined && passphraseFile !== undefined)
          throw new ConfigError("A backup opens by a passphrase or by an identity, not both.");
        if (revive && sinceTrail === undefined) throw new ConfigError("--revive is for --since-trail only.");
        const config = configOf(settingsOf("restore"), "restore");
        found({ type: "restore", config, file, identityFile, passphraseFile, keepSessions, sinceTrail, revive });
      },
    );
}

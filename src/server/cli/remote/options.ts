import { Option, type Command as Parser } from "commander";

import { configOf, type Config } from "#server/cli/config.ts";
import { settingsHelp } from "#server/cli/help.ts";
import { runningServer } from "#server/cli/listening.ts";
import { localAdminToken } from "#server/cli/localCredential.ts";
import { ConfigError, type GivenSettings } from "#server/cli/readSettings.ts";
import { isLoopback } from "#server/http/request.ts";
import type { RemoteServer } from "#server/remote/client.ts";
import { ServerClock } from "#server/remote/clock.ts";

/** Which server a command asks, as the command line and the environment say it. */
export interface RemoteTarget {
  /** Where the server on this machine is, which is asked unless there is an `origin`. */
  readonly config: Config;
  /** Scheme, host and port of another server, a gateway or a LogScale. */
  readonly origin: string | undefined;
  /** The API token to ask as; undefined: the local administrator's. */
  readonly token: string | undefined;
}

/** What the library gives for options whose values are optional to it: true where nothing stands behind the flag. */
export type RawOptions<Name extends string> = Readonly<Partial<Record<Name, string | true>>>;

/** What the help of such a command says of whom it asks, and as whom. */
export const remoteHelp =
  "\nAsks the server that --url or LOGSCALE_URL names, else the one on this machine: as\nthe API token in LOGSCALE_TOKEN (or the file LOGSCALE_TOKEN_FILE), else as the local\nadministrator of the embedded server.";

/** Gives a command the option that names a server, and the settings by which the one on this machine is found. */
export function addRemoteOptions(command: Parser, program: Parser): Parser {
  return (
    command
      // Values are optional to the library, so that a flag behind a flag is not taken for one.
      .addOption(new Option("--url [url]", "the server to ask: a Tokenhouse or a LogScale (LOGSCALE_URL)"))
      .configureHelp(settingsHelp(program, ["port", "host", "dataDir"]))
  );
}

/** The values of options that each need one. Throws ConfigError where one is missing. */
export function optionValues<Name extends string>(options: RawOptions<Name>): Readonly<Partial<Record<Name, string>>> {
  for (const [name, value] of Object.entries<string | true | undefined>(options))
    if (value === true || value === "") throw new ConfigError(`--${flagOf(name)} needs a value.`);
  // None of them is true.
  return options as Readonly<Partial<Record<Name, string>>>;
}

/** The flag of an option by the name that the library gives its value. */
function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * An option that takes one of some words, or several where its own reading says so. Shells offer them; what is wrong is told by that reading,
 * in words of ours.
 */
export function choiceOption(flags: string, meaning: string, choices: readonly string[]): Option {
  const option = new Option(flags, meaning);
  option.argChoices = [...choices];
  return option;
}

/** The option that says in which form a command writes. The first is the usual one. `more` is what else is to be said of them. */
export function formatOption(formats: readonly string[], more = ""): Option {
  return choiceOption("--format [format]", `${formats.join(", ")} (${formats[0]}${more})`, formats);
}

/** Reads which server a command asks. `url` is the value of its `--url`. Throws ConfigError. */
export function readTarget(url: string | undefined, given: GivenSettings, command: string): RemoteTarget {
  const { logscaleUrl, logscaleToken } = given.settings;
  const origin =
    url === undefined ? logscaleUrl && safeOrigin(logscaleUrl, "LOGSCALE_URL") : safeOrigin(readUrl(url, "--url"), "--url");
  if (origin !== undefined && logscaleToken === undefined)
    throw new ConfigError(
      `Asking ${origin} needs an API token in LOGSCALE_TOKEN, or in the file that LOGSCALE_TOKEN_FILE names.`,
    );
  return { config: configOf(given, command), origin, token: logscaleToken };
}

/** The server to ask, and its clock, by which tokens expire, unless another is given. Throws StartError where there is no credential. */
export function clockedServerOf(target: RemoteTarget, ownClock?: () => number): { server: RemoteServer; now: () => number } {
  const clock = new ServerClock();
  return { server: { ...serverOf(target), clock }, now: ownClock ?? (() => clock.now()) };
}

/** The server to ask, with the credential. Throws StartError where there is none. */
export function serverOf({ config, origin, token }: RemoteTarget): RemoteServer {
  return {
    origin: origin ?? runningServer(config),
    credential:
      token ?? localAdminToken(config, "In front of a LogScale cluster, give an API token of the cluster as LOGSCALE_TOKEN."),
  };
}

/** One of the words that a flag knows. Throws ConfigError. */
export function readChoice<Choice extends string>(flag: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((each) => each === text);
  if (choice === undefined) throw new ConfigError(`${flag} knows ${choices.join(", ")}.`);
  return choice;
}

/** Several of the words that a flag knows, separated by commas: each once. Throws ConfigError. */
export function readChoices<Choice extends string>(flag: string, text: string, choices: readonly Choice[]): readonly Choice[] {
  const words = text.split(",").map((word) => word.trim());
  return [
    ...new Set(
      words.map((word) => {
        const choice = choices.find((each) => each === word);
        if (choice === undefined)
          throw new ConfigError(`${flag} knows ${choices.join(", ")}; ${JSON.stringify(word)} is none of them.`);
        return choice;
      }),
    ),
  ];
}

/** An address of the web without a user in it. Throws ConfigError. */
export function readUrl(text: string, flag: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol) || url.username !== "" || url.password !== "")
    throw new ConfigError(`${flag} must be an address such as https://logs.example.com.`);
  return url;
}

/** The origin of a URL that secrets may be sent to. Throws ConfigError. */
export function safeOrigin(url: URL, source: string): string {
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw new ConfigError(
      `${source} must start with https://, since what is sent there is secret; http:// is for this machine alone.`,
    );
  return url.origin;
}

import { Argument, Option, type Command as Parser } from "commander";

import { ConfigError, type GivenSettings } from "#server/cli/readSettings.ts";
import {
  addRemoteOptions,
  choiceOption,
  formatOption,
  optionValues,
  readChoice,
  readTarget,
  remoteHelp,
  type RawOptions,
  type RemoteTarget,
} from "#server/cli/remote/options.ts";
import { statusHelp } from "#server/cli/remote/status.ts";

import type { Guards } from "./change.ts";

const formats = ["text", "json"] as const;
const planFormats = ["text", "json", "markdown"] as const;

/** The forms in which a plan can be written. */
export type PlanFormat = (typeof planFormats)[number];

/** What is to be done with the policies. */
export type PoliciesTask =
  | { readonly type: "export"; readonly format: (typeof formats)[number] }
  | {
      readonly type: "plan";
      /** `-` is standard input. */
      readonly file: string;
      readonly format: PlanFormat;
      readonly guards: Guards;
      /** Where the plan is saved to be applied later. */
      readonly out: string | undefined;
    }
  | {
      readonly type: "apply";
      readonly from: { readonly plan: string } | { readonly file: string };
      readonly format: (typeof formats)[number];
      readonly guards: Guards;
      /** Whether nobody is asked. */
      readonly yes: boolean;
      /** The folder of the recovery kit. */
      readonly kit: string;
    }
  | { readonly type: "drift"; readonly file: string; readonly format: (typeof formats)[number] };

/** To work on the policies of a server. */
export interface PoliciesCommand extends RemoteTarget {
  readonly type: "policies";
  readonly task: PoliciesTask;
}

type Options = RawOptions<"url" | "file" | "format" | "maxDeleted" | "maxStopped" | "forbid" | "out" | "kit">;
interface Switches {
  readonly allowPartial?: true;
  readonly yes?: true;
}

/** Adds the command to the program. `settingsOf` reads the settings that it heeds. */
export function addPolicies(program: Parser, settingsOf: () => GivenSettings, found: (command: PoliciesCommand) => void): void {
  const policies = program
    .command("policies")
    .description("keep the token security policies in a file: export, plan, apply, and tell drift");
  const take = (url: string | undefined, read: (given: GivenSettings) => PoliciesTask) => {
    const given = settingsOf();
    const target = readTarget(url, given, "policies");
    found({ type: "policies", ...target, task: read(given) });
  };
  const task = (name: string, description: string, statuses: Parameters<typeof statusHelp>[0], more = "") =>
    addRemoteOptions(policies.command(name), program)
      .description(description)
      .addHelpText("after", `${more}${remoteHelp}\n${statusHelp(statuses)}`);

  task("export", "print the policies in force, and the IP filters that they name, as a file", {
    0: "it was printed",
    1: "it could not be read",
  })
    .addOption(formatOption(formats, ", which is YAML"))
    .action((options: Options) => {
      const { url, format = "text" } = optionValues(options);
      take(url, () => ({ type: "export", format: readChoice("--format", format, formats) }));
    });

  const plan = task(
    "plan",
    "say what a file of policies would change, and what it does to each token",
    {
      0: "nothing would change",
      1: "the file is wrong, or it could not be found out",
      2: "something would change",
      3: "something stops or may stop that is in use or may be; or more than was allowed",
      4: "not all tokens were seen to which it may do something",
    },
    "\nA token whose use is not known counts as in use.\n",
  );
  addGuards(plan.addOption(fileOption()).addOption(formatOption(planFormats, "; markdown is for a pull request's comment")))
    .addOption(new Option("--out [file]", "save the plan there for apply; an earlier plan is replaced, another file is not"))
    .action(({ allowPartial, ...options }: Options & Switches) => {
      const values = optionValues(options);
      const { url, file, format = "text", out } = values;
      take(url, () => ({
        type: "plan",
        file: needed(file),
        format: readChoice("--format", format, planFormats),
        guards: readGuards(values, allowPartial),
        out: readOut(out),
      }));
    });

  const apply = task(
    "apply",
    "do what a saved plan says, or refuse; or plan a file of policies and apply it",
    {
      0: "it was done, and what was found afterwards is what was planned; or nothing was to be done",
      1: "it could not be done, or not all of it: what is in force is said",
      3: "it does more than was allowed; nothing was changed",
      4: "not all tokens were seen to which it may do something; nothing was changed",
      5: "what was planned no longer holds; nothing was changed",
    },
    "\nIP filters are created and changed before the policies. Before anything is changed, a\nrecovery kit of all tokens that stop is written to the folder --kit.\n",
  );
  addGuards(
    apply
      .addArgument(new Argument("[plan]", "a plan that was saved by plan --out; - is standard input"))
      .addOption(fileOption())
      .addOption(formatOption(formats)),
  )
    .addOption(new Option("--yes", "ask nobody"))
    .addOption(new Option("--kit [folder]", "where the recovery kit is written (the folder that this is run in)"))
    .action((saved: string | undefined, { allowPartial, yes, ...options }: Options & Switches) => {
      const values = optionValues(options);
      const { url, file, format = "text", kit = "." } = values;
      if ((saved === undefined) === (file === undefined))
        throw new ConfigError("apply needs a saved plan, or a file of policies with -f; and not both.");
      take(url, () => ({
        type: "apply",
        from: saved === undefined ? { file: needed(file) } : { plan: saved },
        format: readChoice("--format", format, formats),
        guards: readGuards(values, allowPartial),
        yes: yes ?? false,
        kit,
      }));
    });

  task("drift", "say whether what is in force differs from a file of policies", {
    0: "it does not",
    1: "the file is wrong, or it could not be found out",
    2: "it does",
  })
    .addOption(fileOption())
    .addOption(formatOption(formats))
    .action((options: Options) => {
      const { url, file, format = "text" } = optionValues(options);
      take(url, () => ({ type: "drift", file: needed(file), format: readChoice("--format", format, formats) }));
    });
}

function fileOption(): Option {
  return new Option("-f, --file [file]", "the file of policies; - is standard input");
}

function addGuards(command: Parser): Parser {
  return command
    .addOption(new Option("--allow-partial", "go on where not all tokens are seen to which it may do something"))
    .addOption(new Option("--max-deleted [number]", "how many tokens it may delete"))
    .addOption(new Option("--max-stopped [number]", "how many tokens may stop, or perhaps stop, by it"))
    .addOption(choiceOption("--forbid [what]", "in-use: no token may stop that is in use, or may be", ["in-use"]));
}

function readGuards(
  values: Readonly<Partial<Record<"maxDeleted" | "maxStopped" | "forbid", string>>>,
  allowPartial: boolean = false,
): Guards {
  const { maxDeleted, maxStopped, forbid } = values;
  return {
    allowPartial,
    maxDeleted: maxDeleted === undefined ? undefined : readCount("--max-deleted", maxDeleted),
    maxStopped: maxStopped === undefined ? undefined : readCount("--max-stopped", maxStopped),
    forbidInUse: forbid !== undefined && readChoice("--forbid", forbid, ["in-use"]) === "in-use",
  };
}

function readOut(out: string | undefined): string | undefined {
  if (out === "-")
    throw new ConfigError("--out needs a file, since standard output has what the plan says. A file of that name is ./-.");
  return out;
}

function readCount(flag: string, text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new ConfigError(`${flag} must be a whole number from 0 to 999999999.`);
  return Number(text);
}

function needed(file: string | undefined): string {
  if (file === undefined) throw new ConfigError("Name the file of policies with -f; - is standard input.");
  return file;
}

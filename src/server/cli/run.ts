import { startSmall } from "#server/heap.ts";
import { LocalAdminError } from "#server/auth/localAdmin.ts";
import { codeOf, StartError } from "#server/startError.ts";
import { storageTrouble, StoreFailedError, StoreInUseError } from "#server/store/failures.ts";
import { VaultError } from "#server/vault.ts";
import { tokenhouseVersion } from "#server/version.ts";

import { readCommand, type Command } from "./commands.ts";
import { ConfigError } from "./readSettings.ts";
import { tell } from "./remote/output.ts";
import { exitStatus, judges } from "./remote/status.ts";
import { RestoreError } from "./restoreKit.ts";

/** Does what the command line asks for. What goes wrong is told, and makes the status to end with. `webRoot` is the folder of the built app. */
export async function runProgram(args: readonly string[], webRoot: string | undefined): Promise<void> {
  let command: Command | undefined;
  try {
    command = readCommand(args, process.env);
    await run(command, webRoot);
  } catch (error) {
    const { message, status } = endingOf(error);
    tell(message);
    process.exitCode = command !== undefined && judges(command.type) ? exitStatus.error : status;
  }
}

/** Loads what a command needs and nothing else: a shell that completes a word waits for the program to start. */
async function run(command: Command, webRoot: string | undefined): Promise<void> {
  switch (command.type) {
    case "help":
      process.stdout.write(command.text);
      return;
    case "version":
      console.log(tokenhouseVersion);
      return;
    case "completion": {
      const { printCompletion } = await import("./completion.ts");
      printCompletion(command.shell);
      return;
    }
    case "complete": {
      const { printSuggestions } = await import("./completion.ts");
      printSuggestions(command.words);
      return;
    }
    case "restore-kit": {
      const { restoreFile } = await import("./restoreFile.ts");
      await restoreFile(command);
      return;
    }
    case "expiring": {
      const { reportExpiring } = await import("./expiring/expiring.ts");
      await reportExpiring(command);
      return;
    }
    case "inventory": {
      const { listInventory } = await import("./inventory/inventory.ts");
      await listInventory(command);
      return;
    }
    case "findings": {
      const { tellFindings } = await import("./findings/findings.ts");
      await tellFindings(command);
      return;
    }
    case "leaks": {
      const { tellLeaks } = await import("./leaks/leaks.ts");
      await tellLeaks(command);
      return;
    }
    case "policies": {
      const { workOnPolicies } = await import("./policies/policies.ts");
      await workOnPolicies(command);
      return;
    }
    case "resources": {
      const { checkResourceFiles } = await import("./resources/check.ts");
      await checkResourceFiles(command);
      return;
    }
    case "audit": {
      const { workOnAudit } = await import("./audit.ts");
      await workOnAudit(command.task, command.config);
      return;
    }
    case "backup": {
      const { makeBackup } = await import("./backup/backup.ts");
      await makeBackup(command);
      return;
    }
    case "restore": {
      const { restoreBackup } = await import("./backup/restore.ts");
      await restoreBackup(command);
      return;
    }
    case "sign-in-link": {
      const { requestSignInLink } = await import("./signInLink.ts");
      console.log(await requestSignInLink(command.config, command.user));
      return;
    }
    case "serve": {
      const { config } = command;
      const started = startSmall();
      if (config.logscale === undefined) {
        const { serve } = await import("./serve.ts");
        await serve(config, webRoot);
      } else {
        const { serveGateway } = await import("./serveGateway.ts");
        await serveGateway(config, config.logscale, webRoot);
      }
      started();
      return;
    }
    default:
      command satisfies never;
  }
}

/**
 * What to tell the administrator, and the status to end with: 2 if the program's settings must be changed first, 1 if another try may
 * succeed. Throws what nobody foresaw, since only its stack trace says anything.
 */
function endingOf(error: unknown): { readonly message: string; readonly status: 1 | 2 } {
  if (error instanceof ConfigError)
    return { message: `${error.message}\nRun with --help for what is possible.`, status: error.status };
  if (error instanceof StartError) return { message: error.message, status: error.lasting ? 2 : 1 };
  if (error instanceof LocalAdminError || error instanceof VaultError) return { message: error.message, status: 2 };
  if (error instanceof StoreInUseError || error instanceof StoreFailedError || error instanceof RestoreError) {
    return { message: error.message, status: 1 };
  }
  const trouble = storageTrouble(error);
  if (trouble !== undefined) return { message: trouble.message, status: 1 };
  if (["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "")) {
    const path = error instanceof Error && "path" in error && typeof error.path === "string" ? ` for ${error.path}` : "";
    return { message: `There is no room on the disk${path}. Free some there, then start again.`, status: 1 };
  }
  // The system refused: too many open files, for one.
  if (error instanceof Error && codeOf(error) !== undefined && "syscall" in error) {
    return { message: `Tokenhouse cannot go on: ${error.message}.`, status: 1 };
  }
  throw error;
}

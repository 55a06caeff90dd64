import { readRecoveryKit } from "#domain/policy/recoveryKit.ts";
import { parseJson } from "#logscale/json.ts";
import { StartError } from "#server/startError.ts";

import type { Command } from "./commands.ts";
import { runningServer } from "./listening.ts";
import { localAdminToken } from "./localCredential.ts";
import { tell } from "./remote/output.ts";
import { readTextFile } from "./remote/readTextFile.ts";
import { restoreKit } from "./restoreKit.ts";

/** The most characters of a kit that are read: those of half a million tokens. */
const longestKit = 400_000_000;

/** Has the running server make the tokens of a kit again, as the local administrator or with the token that was given. */
export async function restoreFile({ config, file, json, token }: Command & { type: "restore-kit" }): Promise<void> {
  const text = await readTextFile(file, { longest: longestKit, noun: "recovery kit" });
  const reading = readRecoveryKit(text, parseJson);
  if (!reading.ok) throw new StartError(reading.message, { lasting: true });
  const whole = await restoreKit({
    kit: reading.kit,
    server: runningServer(config),
    credential:
      token ?? localAdminToken(config, "In front of a LogScale cluster, give an API token of the cluster as LOGSCALE_TOKEN."),
    refused: token === undefined ? `it does not use the data folder ${config.dataDir}` : "it does not accept LOGSCALE_TOKEN",
    json,
    now: Date.now,
    write: (line) => void process.stdout.write(line),
    tell,
  });
  if (!whole) process.exitCode = 1;
}

import { readRecoveryKit } from "#domain/policy/recoveryKit.ts";
import { parseJson } from "#logscale/json.ts";
import { StartError } from "#server/startError.ts";

import type { Command } from "./commands.ts";
import { serverOf } from "./remote/options.ts";
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
  const { origin, credential } = serverOf({ config, origin: undefined, token });
  const whole = await restoreKit({
    kit: reading.kit,
    server: origin,
    credential,
    refused: token === undefined ? `it does not use the data folder ${config.dataDir}` : "it does not accept LOGSCALE_TOKEN",
    json,
    now: Date.now,
    write: (line) => void process.stdout.write(line),
    tell,
  });
  if (!whole) process.exitCode = 1;
}

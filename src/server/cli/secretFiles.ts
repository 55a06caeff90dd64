import { readFileSync } from "node:fs";

import { ConfigError, type Environment } from "./readSettings.ts";
import { settingList } from "./settings.ts";

/** The secret settings. Each may also stand in a file: `DATABASE_URL_FILE` names the file of `DATABASE_URL`. */
export const secretSettings: readonly string[] = settingList.flatMap(([, { variable, secret }]) =>
  secret === true && variable !== undefined ? [variable] : [],
);

/**
 * The environment with the contents of secret files put in, without the line break at their end. Containers and systemd hand secrets over
 * as files, since others can easily read a process's environment.
 *
 * @throws ConfigError when a file cannot be read, or a setting is given in both ways
 */
export function withSecretFiles(environment: Environment): Environment {
  const read: Record<string, string> = {};
  for (const setting of secretSettings) {
    const file = environment[`${setting}_FILE`];
    if (file === undefined || file === "") continue;
    if (environment[setting]) throw new ConfigError(`${setting} and ${setting}_FILE are both set. Unset one of them.`);
    try {
      read[setting] = readFileSync(file, "utf8").trimEnd();
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
      throw new ConfigError(`${setting}_FILE names a file that cannot be read (${reason}): ${file}`);
    }
  }
  return { ...environment, ...read };
}

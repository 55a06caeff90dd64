import { readFileSync } from "node:fs";

import { ConfigError, isHeeded, type Environment } from "./readSettings.ts";
import { settingList } from "./settings.ts";

const secrets = settingList.flatMap(([, setting]) =>
  setting.secret === true && setting.variable !== undefined ? [{ setting, variable: setting.variable }] : [],
);

/** The secret settings. Each may also stand in a file: `DATABASE_URL_FILE` names the file of `DATABASE_URL`. */
export const secretSettings: readonly string[] = secrets.map(({ variable }) => variable);

/**
 * The environment with the contents of the secret files put in that a command heeds, without the line break at their end. Containers and
 * systemd hand secrets over as files, since others can easily read a process's environment.
 *
 * @throws ConfigError when a file cannot be read, or a setting is given in both ways
 */
export function withSecretFiles(environment: Environment, command: string): Environment {
  const read: Record<string, string> = {};
  for (const { setting, variable } of secrets) {
    const file = environment[`${variable}_FILE`];
    if (file === undefined || file === "" || !isHeeded(setting, command)) continue;
    if (environment[variable]) throw new ConfigError(`${variable} and ${variable}_FILE are both set. Unset one of them.`);
    try {
      read[variable] = readFileSync(file, "utf8").trimEnd();
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
      throw new ConfigError(`${variable}_FILE names a file that cannot be read (${reason}): ${file}`);
    }
  }
  return { ...environment, ...read };
}

import { settingList, type Setting, type SettingName, type Settings } from "./settings.ts";

/** The command line or the environment is wrong; the message says what and is meant for the administrator. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** The status to end with. */
  readonly status: 1 | 2;

  constructor(message: string, status: 1 | 2 = 2) {
    super(message);
    this.status = status;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What flags say, as it was written; true where nothing stands behind one. */
export type Flags = Readonly<Partial<Record<SettingName, string | true>>>;

export interface GivenSettings {
  readonly settings: Settings;
  /** Where each setting that is given comes from, as it is named to the administrator: `--port` or `PORT`. */
  readonly sources: Readonly<Partial<Record<SettingName, string>>>;
}

/** Whether a setting is a command's business: what runs beside a server may have others in its environment. */
export function isHeeded({ commands }: Setting, command: string): boolean {
  return commands === undefined || commands.includes(command);
}

/** Reads the settings that a command heeds. A flag wins over its variable, and an empty variable counts as unset. Throws ConfigError. */
export function readSettings(flags: Flags, environment: Environment, command: string): GivenSettings {
  const settings: Partial<Record<SettingName, unknown>> = {};
  const sources: Partial<Record<SettingName, string>> = {};
  for (const [name, setting] of settingList) {
    if (!isHeeded(setting, command)) continue;
    const fromVariable = setting.variable === undefined ? undefined : environment[setting.variable] || undefined;
    const given = flags[name] ?? fromVariable;
    const source = (flags[name] === undefined ? setting.variable : setting.flag) ?? name;
    if (setting.value !== undefined && (given === true || given === "")) throw new ConfigError(`${source} needs a value.`);
    const text = given?.toString() ?? setting.fallback;
    if (text === undefined) continue;
    const checked = setting.check.safeParse(text);
    if (!checked.success) throw new ConfigError(`${source} ${checked.error.issues[0]?.message ?? "is wrong."}`);
    settings[name] = checked.data;
    if (given !== undefined) sources[name] = source;
  }
  // Each was read by its own check, and none that has a fallback is missing.
  return { settings: settings as Settings, sources };
}

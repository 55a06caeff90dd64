import type { CollectorPlatform } from "./install.ts";
import { quoteForPowerShell, quoteForSh, quoteForYaml } from "./quote.ts";

/** The variable of a machine's environment that a new configuration takes its ingest token from. */
export const ingestVariable = "INGEST_TOKEN";

/** What a configuration says in place of a value that each machine has in its environment. The collector puts the value there. */
export function referenceTo(variable: string): string {
  return `\${${variable}}`;
}

/** Whether the collector would take a part of a value for a variable. How to write such a value in a configuration is not documented. */
export function looksLikeReference(value: string): boolean {
  return value.includes("$");
}

/** The names of the variables that a value takes from the environment of a machine. */
export function variablesIn(value: string): readonly string[] {
  return [...value.matchAll(/\$\{([A-Za-z_]\w*)\}/gu)].map(([, variable = ""]) => variable);
}

/** What a collector can be set to collect at first. */
export const collectedKinds = ["files", "journal", "windows"] as const;

/** One of {@link collectedKinds}. */
export type CollectedKind = (typeof collectedKinds)[number];

/** What a new configuration of a collector begins with. */
export interface CollectorStart {
  readonly collected: CollectedKind;
  /** URL of the server that takes data. */
  readonly server: string;
  /** The value of an ingest token, or a reference to a variable. */
  readonly token: string;
}

const sources: Readonly<Record<CollectedKind, readonly string[]>> = {
  files: ["  log_files:", "    type: file", "    # Your own files.", "    include: /var/log/*.log"],
  journal: ["  journal:", "    type: journald"],
  windows: [
    "  windows_events:",
    "    type: wineventlog",
    "    channels:",
    "      - name: Application",
    "      - name: Security",
    "      - name: System",
  ],
};

/** A configuration that collects one kind of thing and sends it to one place, to begin with. */
export function collectorConfiguration({ collected, server, token }: CollectorStart): string {
  return [
    "# What is collected.",
    "sources:",
    ...sources[collected],
    "    sink: logscale",
    "",
    "# Where it is sent.",
    "sinks:",
    "  logscale:",
    "    type: humio",
    `    url: ${quoteForYaml(server)}`,
    `    token: ${quoteForYaml(token)}`,
    "",
  ].join("\n");
}

/** Where the collector's service has settings of our own. Only root reads it. */
const linuxFolder = "/etc/systemd/system/humio-log-collector.service.d";

/**
 * The command that gives the collector's service a variable, for sh, and for PowerShell on Windows, which has to run as administrator. Null
 * where no way is documented.
 */
export function variableCommand(platform: CollectorPlatform, variable: string, value: string): string | null {
  switch (platform) {
    case "linux": {
      const file = `${linuxFolder}/${variable.toLowerCase().replaceAll("_", "-")}.conf`;
      const setting = `[Service]\nEnvironment=${quoteForSystemd(`${variable}=${value}`)}`;
      return [
        `sudo mkdir -p ${linuxFolder}`,
        // Through a pipe: every user of a machine sees the arguments of its programs. The space keeps it out of the history of most shells.
        ` printf '%s\\n' ${quoteForSh(setting)} | sudo sh -c 'umask 077; cat > ${file}'`,
        "sudo systemctl daemon-reload",
        "sudo systemctl restart humio-log-collector",
      ].join("\n");
    }
    case "windows":
      return `[Environment]::SetEnvironmentVariable(${quoteForPowerShell(variable)}, ${quoteForPowerShell(value)}, 'Machine')`;
    case "macos":
      return null;
    default:
      return platform satisfies never;
  }
}

/** A text of a systemd unit, which knows escapes, and puts its own values in place of signs behind a percent sign. */
function quoteForSystemd(text: string): string {
  return `"${text.replaceAll(/["\\]/gu, String.raw`\$&`).replaceAll("%", "%%")}"`;
}

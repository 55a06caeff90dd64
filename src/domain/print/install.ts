import { ascii, quoteForPowerShell, quoteForSh } from "./quote.ts";

/** An operating system that a log collector is installed on. */
export const collectorPlatforms = ["linux", "macos", "windows"] as const;

/** One of {@link collectorPlatforms}. */
export type CollectorPlatform = (typeof collectorPlatforms)[number];

/** What a log collector needs in order to enrol: which fleet installation token, and with which server. */
export interface Enrolment {
  /** The value of the fleet installation token. */
  readonly token: string;
  /** URL of the server, without a trailing slash. */
  readonly url: string;
}

/** Where the collector's program is. On Linux and macOS it is in the search path; the Windows folder is the one LogScale documents. */
const programs = {
  linux: "humio-log-collector",
  macos: "humio-log-collector",
  windows: String.raw`C:\Program Files (x86)\CrowdStrike\Humio Log Collector\humio-log-collector.exe`,
} as const satisfies Record<CollectorPlatform, string>;

/**
 * The text that the collector is enrolled with: base64 of `{"installToken":…,"url":…}`, as LogScale's own clients build it. It contains
 * the token, so it is as secret as the token is.
 */
export function enrolmentString({ token, url }: Enrolment): string {
  return base64(JSON.stringify({ installToken: token, url }));
}

/** How an enrolment string begins: with the base64 of `{"installToken":"`, as far as it doesn't depend on the token. */
const enrolmentPattern = /eyJpbnN0YWxsVG9rZW4iOi[A-Za-z0-9+/]+={0,2}/u;

/** The enrolment string within a command that a server made; null when there is none that is known as such. */
export function enrolmentStringIn(command: string): string | null {
  return enrolmentPattern.exec(command)?.[0] ?? null;
}

/** The command that enrols a collector, for each operating system: for sh, and for PowerShell on Windows, which has to run as administrator. */
export function enrolCommands(enrolment: string): Readonly<Record<CollectorPlatform, string>> {
  return {
    linux: `sudo ${programs.linux} enroll ${quoteForSh(enrolment)}`,
    macos: `sudo ${programs.macos} enroll ${quoteForSh(enrolment)}`,
    windows: `& ${quoteForPowerShell(programs.windows)} enroll ${quoteForPowerShell(enrolment)}`,
  };
}

/** A form in which the collector is delivered. */
export const packageFormats = ["deb", "rpm", "pkg", "msi"] as const;

/** One of {@link packageFormats}. */
export type PackageFormat = (typeof packageFormats)[number];

/** Which operating system a package is for. */
export const platformOfPackage = {
  deb: "linux",
  rpm: "linux",
  pkg: "macos",
  msi: "windows",
} as const satisfies Record<PackageFormat, CollectorPlatform>;

/**
 * The command that installs the collector from a package on the machine's own disk. The commands are the usual ones of each system (our
 * decision: what LogScale shows is not public).
 *
 * @param path where the package is; may hold any character that a file name can
 */
export function installCommand(format: PackageFormat, path: string): string {
  switch (format) {
    case "deb":
      return `sudo dpkg --install ${quoteForSh(asPath(path))}`;
    case "rpm":
      return `sudo rpm --upgrade ${quoteForSh(asPath(path))}`;
    case "pkg":
      return `sudo installer -pkg ${quoteForSh(asPath(path))} -target /`;
    case "msi":
      // PowerShell hands the text on as it is, and msiexec reads the double quotes. No path on Windows can hold one itself.
      return `Start-Process -Wait -FilePath 'msiexec.exe' -ArgumentList ${quoteForPowerShell(`/i "${path.replaceAll('"', "")}" /quiet`)}`;
    default:
      return format satisfies never;
  }
}

/** A file name that begins like an option, made one that can't be taken for it. */
function asPath(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 of a JSON text. The domain knows neither the browser's encoder nor Node's; JSON can say everything in ASCII. */
function base64(json: string): string {
  const plain = ascii(json);
  let encoded = "";
  for (let at = 0; at < plain.length; at += 3) {
    const [a, b, c] = [plain.charCodeAt(at), plain.charCodeAt(at + 1), plain.charCodeAt(at + 2)];
    const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
    const [missing, digit] = [Math.max(0, at + 3 - plain.length), (shift: number) => alphabet.charAt((bits >> shift) & 63)];
    encoded += digit(18) + digit(12) + (missing > 1 ? "=" : digit(6)) + (missing > 0 ? "=" : digit(0));
  }
  return encoded;
}

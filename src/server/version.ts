// oxlint-disable-next-line import/no-relative-parent-imports -- package.json stands above the source
import packageJson from "../../package.json" with { type: "json" };

/** Tokenhouse's own version. */
export const tokenhouseVersion = packageJson.version;

/**
 * What the server says its LogScale version is. Clients read the leading number to learn what they may ask for, so it is the version of the
 * contract served; what follows tells that no real LogScale answers.
 */
export const logscaleVersion = `1.204.0--tokenhouse-${tokenhouseVersion}`;

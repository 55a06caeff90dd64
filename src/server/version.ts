// oxlint-disable-next-line import/no-relative-parent-imports -- package.json stands above the source
import packageJson from "../../package.json" with { type: "json" };

/** Tokenhouse's own version. */
export const tokenhouseVersion = packageJson.version;

/**
 * The LogScale version that the server reports. Clients read the leading number to learn what they may ask for, so it is the version of the
 * contract. The rest says that this is not LogScale.
 */
export const logscaleVersion = `1.204.0--tokenhouse-${tokenhouseVersion}`;

/** The path of a Chromium that runs here; undefined when there is none. */
export function findChromium(): string | undefined;

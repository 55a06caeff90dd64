/** The cookie that tells the server which scheme somebody chose, so that the page is painted in it before any script runs. It is no secret. */
export const colorSchemeCookie = "tokenhouse-scheme";

/** A scheme that somebody may choose in place of the system's. */
export type ColorScheme = "light" | "dark";

/** Whether a text names a scheme; a cookie may hold anything. */
export function isColorScheme(text: string | undefined): text is ColorScheme {
  return text === "light" || text === "dark";
}

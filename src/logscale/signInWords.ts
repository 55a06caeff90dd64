import type { Session } from "./session.ts";

/** A text of which parts are to be typed as they stand, or are where something is. */
export type TextWithCode = readonly (string | { readonly code: string })[];

/** Both commands, since the server does not know how it was installed. */
export const linkCommand: TextWithCode = [
  { code: "npm run sign-in-link" },
  " in Tokenhouse’s folder, or by ",
  { code: "tokenhouse sign-in-link" },
  " where it is installed as a package",
];

/** What the page to sign in says first. */
export const signInTitle = "Sign in";

/** How to sign in, to whoever did not just try to. */
export function signInWords(
  { backend, host }: Pick<Session, "backend" | "host">,
  { left, wanted }: { readonly left: boolean; readonly wanted: boolean },
): TextWithCode {
  const leads = left
    ? `This browser no longer has a session here.${wanted ? " Signing in leads back to the page you left." : ""} `
    : wanted
      ? "Sign in to open the page you asked for. "
      : "";
  if (backend === "gateway") {
    return [
      `${leads}Paste an API token of the LogScale cluster at `,
      { code: host },
      ". It is checked there, and then kept nowhere but in a sealed cookie of this browser, for 12 hours at most.",
    ];
  }
  return [
    `${leads}Open the sign-in link that the server printed when it started, or paste an API token. A link works once and for ten minutes; a fresh one is printed on the server’s machine by `,
    ...linkCommand,
    ".",
  ];
}

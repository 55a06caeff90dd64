import { kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";

import type { BrowserSession } from "./requests.ts";

/** Who a session acts as, in words. */
export function actsAs({ username, tokenName }: Pick<BrowserSession, "username" | "tokenName">): string {
  return username ?? tokenName ?? "local administrator";
}

/** How a session was begun: by a link and whose, or by which token. */
export function begunBy({
  begun,
  linkedByName,
  tokenKind,
  tokenName,
}: Pick<BrowserSession, "begun" | "linkedByName" | "tokenKind" | "tokenName">): string {
  switch (begun) {
    case "Link":
      return linkedByName == null ? "a sign-in link" : `a sign-in link of ${nameInText(linkedByName)}`;
    case "Token": {
      const kind = tokenKinds.find((each) => each === tokenKind);
      if (kind === "personal") return "the user’s personal token";
      return `the ${kind === undefined ? "" : `${kindTraits[kind].noun} `}token ${nameInText(tokenName ?? "")}`;
    }
    case "LocalAdministrator":
      return "the local administrator’s token";
    default:
      return begun satisfies never;
  }
}

/** Programs and systems, each as it stands in what a browser says of itself; of several that match the first counts. */
const browsers = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
] as const;
const systems = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
] as const;

/** The browser and the system that a session was begun in, as far as the browser said: "Firefox on Linux". */
export function browserInWords(userAgent: string | null | undefined): string {
  if (userAgent == null || userAgent === "") return "not known";
  const browser = browsers.find(([sign]) => userAgent.includes(`${sign}/`))?.[1];
  const system = systems.find(([sign]) => userAgent.includes(sign))?.[1];
  if (browser === undefined) return system ?? userAgent;
  return system === undefined ? browser : `${browser} on ${system}`;
}

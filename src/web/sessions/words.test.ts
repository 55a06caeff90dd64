import { describe, expect, it } from "vitest";

import { begunBy, browserInWords } from "./words.ts";

describe("how a session was begun", () => {
  const none = { linkedByName: null, tokenKind: null, tokenName: null };
  it.each([
    [{ ...none, begun: "Link" }, "a sign-in link"],
    [{ ...none, begun: "Link", linkedByName: "ada" }, "a sign-in link of ada"],
    [{ ...none, begun: "Token", tokenKind: "personal", tokenName: "ada" }, "the user’s personal token"],
    [{ ...none, begun: "Token", tokenKind: "system", tokenName: "backup" }, "the system token backup"],
    [{ ...none, begun: "Token", tokenKind: "of a newer server", tokenName: "backup" }, "the token backup"],
    [{ ...none, begun: "LocalAdministrator" }, "the local administrator’s token"],
  ] as const)("is said of %j as %s", (session, words) => {
    expect(begunBy(session)).toBe(words);
  });
});

describe("the browser of a session", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
      "Safari on macOS",
    ],
    [
      "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
      "Chrome on Android",
    ],
    ["curl/8.5.0", "curl/8.5.0"],
    ["", "not known"],
    [null, "not known"],
  ])("of %s is %s", (userAgent, words) => {
    expect(browserInWords(userAgent)).toBe(words);
  });
});

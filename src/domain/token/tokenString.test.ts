import { describe, expect, it } from "vitest";

import { kindTraits, tokenKinds } from "./kinds.ts";
import { localAdminId, parseLocalAdminToken, parseTokenString, tokenIdOf } from "./tokenString.ts";

const secret = "aB3".repeat(14) + "zZ";

describe("a token string", () => {
  it.each(tokenKinds)("of a %s token splits at the tilde into id and secret", (kind) => {
    const id = "Q7".repeat(kindTraits[kind].idLength / 2);
    expect(parseTokenString(`${id}~${secret}`)).toEqual({ id, secret });
    expect(tokenIdOf(`${id}~${secret}`)).toBe(id);
  });

  it("may be pasted with whitespace around it", () => {
    const id = "x".repeat(32);
    expect(parseTokenString(`\n  ${id}~${secret}\r\n`)).toEqual({ id, secret });
  });

  it.each([
    ["an id of 25 characters", `${"x".repeat(25)}~${secret}`],
    ["an id of 31 characters", `${"x".repeat(31)}~${secret}`],
    ["a secret that is too short", `${"x".repeat(24)}~${secret.slice(1)}`],
    ["a secret that is too long", `${"x".repeat(24)}~${secret}a`],
    ["two tildes", `${"x".repeat(24)}~${secret.slice(1)}~`],
    ["characters outside letters and digits", `${"x".repeat(23)}é~${secret}`],
    ["whitespace inside", `${"x".repeat(24)} ~${secret}`],
    ["a second line", `${"x".repeat(24)}~${secret}\nmore`],
    ["no secret", "x".repeat(24)],
    ["an ingest token", "0f8fad5b-d9cb-469f-a165-70867728950e"],
    ["nothing", ""],
  ])("is not read from %s", (_, text) => {
    expect(parseTokenString(text)).toBeNull();
    expect(tokenIdOf(text)).toBeNull();
  });
});

describe("the local administrator's credential", () => {
  it("is recognised apart from tokens", () => {
    const text = `${localAdminId}~${secret}`;
    expect(parseLocalAdminToken(` ${text}\n`)).toBe(secret);
    expect(parseTokenString(text)).toBeNull();
  });

  it.each([`localroot~`, `localroot~${secret}x`, `LOCALROOT~${secret}`, `xlocalroot~${secret}`, `${"x".repeat(24)}~${secret}`])(
    "is not read from %j",
    (text) => {
      expect(parseLocalAdminToken(text)).toBeNull();
    },
  );
});

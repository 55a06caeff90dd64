import { describe, expect, it } from "vitest";

import { tokenKinds } from "#domain/token/kinds.ts";
import { parseTokenString } from "#domain/token/tokenString.ts";

import { hashSecret, mintToken, sameHash } from "./secrets.ts";

const userId = "abcdefghijklmnopqrstuvwx";

describe("minting a token", () => {
  it.each(tokenKinds)("makes a %s token of the documented form", (kind) => {
    const { id, secret, tokenString, secretHash } = mintToken(kind, kind === "personal" ? userId : undefined);
    expect(parseTokenString(tokenString)).toEqual({ id, secret });
    expect(id).toHaveLength(kind === "personal" ? 24 : 32);
    expect(secretHash).toEqual(hashSecret(secret));
  });

  it("gives a personal token its user's id, and no other kind one from outside", () => {
    expect(mintToken("personal", userId).id).toBe(userId);
    expect(() => mintToken("view" as "personal", userId)).toThrow(TypeError);
    expect(() => mintToken("personal" as "view")).toThrow(TypeError);
  });

  it("draws every character of the alphabet, each about as often as any other", () => {
    const counts = new Map<string, number>();
    const drawn = Array.from({ length: 2000 }, () => mintToken("view").secret).join("");
    for (const character of drawn) counts.set(character, (counts.get(character) ?? 0) + 1);
    const expected = drawn.length / 62;
    expect(counts.size).toBe(62);
    // Six standard deviations.
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
  });
});

describe("the comparison of hashes", () => {
  it("tells different hashes apart, of different lengths too", () => {
    expect(sameHash(hashSecret("a"), hashSecret("a"))).toBe(true);
    expect(sameHash(hashSecret("a"), hashSecret("b"))).toBe(false);
    expect(sameHash(hashSecret("a"), hashSecret("a").slice(1))).toBe(false);
  });
});

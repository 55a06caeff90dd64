import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { testNow } from "#domain/testing.ts";

import { createSuccessors } from "./successors.ts";

const token = (id: string, createdAt = testNow, called = "deploy") => ({ id, name: called, createdAt });
const old = token("old", testNow - 30 * day);

describe("the successor of a token, looked for after a lost answer", () => {
  it("is a token of its name that was made since, and not the token itself", () => {
    const find = (...listed: ReturnType<typeof token>[]) => createSuccessors().find(listed, old, testNow);
    expect(find(old, token("new"))).toBe(true);
    expect(find(old)).toBe(false);
    expect(find(token("earlier", testNow - day))).toBe(false);
    expect(find(token("other", testNow, "backup"))).toBe(false);
    // The token itself may be as new.
    expect(createSuccessors().find([token("old")], token("old"), testNow)).toBe(false);
    // The server's clock may be a little behind.
    expect(find(token("new", testNow - 1000))).toBe(true);
  });

  it("is never one whose answer came, nor one that was found for another token of the name", () => {
    const successors = createSuccessors();
    successors.claim("answered");
    const listed = [token("answered"), token("lost")];
    const twin = token("twin", testNow - day);
    expect(successors.find(listed, old, testNow)).toBe(true);
    expect(successors.find(listed, twin, testNow)).toBe(false);
  });
});

import { describe, expect, it } from "vitest";

import { codeOf } from "./code.ts";

describe("the code of a sign-in link", () => {
  it("is read from the fragment of the sign-in address", () => {
    expect(codeOf(new URL("http://localhost:8080/sign-in#code=abc123"))).toBe("abc123");
  });

  it("is read from nowhere else", () => {
    expect(codeOf(new URL("http://localhost:8080/policies#code=abc123"))).toBeUndefined();
    expect(codeOf(new URL("http://localhost:8080/sign-in?code=abc123"))).toBeUndefined();
    expect(codeOf(new URL("http://localhost:8080/sign-in#other"))).toBeUndefined();
    expect(codeOf(new URL("http://localhost:8080/sign-in"))).toBeUndefined();
  });
});

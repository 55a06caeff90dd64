import { describe, expect, it } from "vitest";

import { withoutForm } from "./lists.ts";

describe("the way back to a list", () => {
  it("keeps what the list was narrowed to, and opens no form over it again", () => {
    expect(withoutForm("?q=a+b&sort=-name")).toBe("?q=a+b&sort=-name");
    expect(withoutForm("?new")).toBe("");
    expect(withoutForm("?q=a%26b&new=view&row=3")).toBe("?q=a%26b&row=3");
    expect(withoutForm("")).toBe("");
  });
});

import { describe, expect, it } from "vitest";

import type { TokenList } from "#web/api/tokens.ts";
import { visibilityWords } from "./VisibilityNote.tsx";

const whole: TokenList = {
  tokens: [],
  seen: 5,
  total: 5,
  visibility: "complete",
  listable: "complete",
  unknown: 0,
  steady: true,
  loadedAt: 0,
};

describe("the note above a list", () => {
  it("is absent where the list holds every token of its kind", () => {
    expect(visibilityWords("view", whole)).toBeUndefined();
  });

  it("counts the tokens of unknown types that were left out, and says no more where there are no others", () => {
    expect(visibilityWords("view", { ...whole, visibility: "partial", unknown: 1 })).toBe(
      "1 token among the view tokens is left out: LogScale gives it a type that this page does not know.",
    );
    expect(visibilityWords("view", { ...whole, visibility: "partial", listable: "partial", unknown: 2 })).toBe(
      "2 tokens among the view tokens are left out: LogScale gives them types that this page does not know. " +
        "Only the view tokens that you may administer are listed; there may be others.",
    );
  });
});

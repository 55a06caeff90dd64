import { describe, expect, it } from "vitest";

import { cardHeight, cardHeights } from "./cards.ts";

const { title, fact, padding } = cardHeights;
const withLines = (lines: number) => padding + title + lines * fact;

describe("the height of a card", () => {
  it("is that of the name alone when there are no facts", () => {
    expect(cardHeight([], 2)).toBe(withLines(0));
  });

  it("grows by a line once the last one is full", () => {
    expect(
      [1, 2, 3, 7].map((facts) =>
        cardHeight(
          Array.from({ length: facts }, () => 1),
          2,
        ),
      ),
    ).toEqual([1, 1, 2, 4].map(withLines));
    expect(cardHeight([1, 1, 1, 1, 1], 3)).toBe(withLines(2));
  });

  it("leaves a place free before a fact that does not fit on the line", () => {
    expect(cardHeight([1, 2, 1], 2)).toBe(withLines(3));
    expect(cardHeight([2, 1, 1], 3)).toBe(withLines(2));
  });

  it("lets browsers draw 100,000 cards of eight columns", () => {
    expect(100_000 * cardHeight([1, 1, 1, 1, 1, 1, 1], 2)).toBeLessThan(17_890_000);
  });
});

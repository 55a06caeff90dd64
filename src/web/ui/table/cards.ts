/** The widest window, px, where a row becomes a card: a phone, or a common screen at 200 % zoom. */
export const widestWithCards = 720;

/** The window, px, from which the facts of a card stand three to a line, and not two: there is room for as much as in a common column. */
export const threeFactsFrom = 580;

/** Heights within a card, px. 100,000 cards of eight columns must not be higher than what a browser draws: Firefox ends at 17.89 million px. */
export const cardHeights = { title: 24, fact: 36, padding: 10 } as const;

/**
 * How high a card is, px.
 *
 * @param spans how many places each fact takes in a line
 * @param places how many places a line has
 */
export function cardHeight(spans: readonly number[], places: number): number {
  let lines = 0;
  let free = 0;
  for (const span of spans) {
    const taken = Math.min(span, places);
    if (taken > free) {
      lines += 1;
      free = places;
    }
    free -= taken;
  }
  return cardHeights.padding + cardHeights.title + lines * cardHeights.fact;
}

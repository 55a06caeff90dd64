/** The grid of a page whose main part has a panel beside it on wide screens, and below it on others. */
export const mainAndSide = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 400px" },
  gap: 6,
  alignItems: "start",
} as const;

/**
 * The same for a form with the areas `fields`, `side` and `actions`. On a phone the panel stands before the button, so that it is read
 * before the press.
 */
export const formAndSide = {
  ...mainAndSide,
  gridTemplateAreas: { xs: '"fields" "side" "actions"', lg: '"fields side" "actions side"' },
  gridTemplateRows: { lg: "auto 1fr" },
} as const;

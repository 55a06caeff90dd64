/**
 * Attributes of a field for text that is no credential of the reader's: password managers neither fill it, offer to keep it, nor lay a button
 * over it. Browsers go by the first, and each of the others is what one manager looks for.
 */
export const noManager = {
  autoComplete: "off",
  "data-1p-ignore": "true",
  "data-bwignore": "true",
  "data-lpignore": "true",
} as const;

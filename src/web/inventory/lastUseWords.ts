/** How a token is used, with the words for it. What is not known is never taken for disuse. */
export const lastUseWords = {
  "used-24h": "Within 24 hours",
  "used-7d": "Within 7 days",
  "unused-30d": "Not for 30 days",
  "unused-90d": "Not for 90 days",
  "unused-365d": "Not for a year",
  "never-used": "Never",
  "use-unknown": "Not known",
} as const;

/** One of {@link lastUseWords}. */
export type UseValue = keyof typeof lastUseWords;

/** Whether a value says that a token was not used, which a record alone proves. */
export function isDisuse(value: string): boolean {
  return value.startsWith("unused-") || value === "never-used";
}

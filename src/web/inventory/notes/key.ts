/** Under which what is kept about findings stands in the cache. */
export const findingNotesKey = ["finding-notes"] as const;

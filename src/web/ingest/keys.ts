/** What the keys of everything read about ingest tokens begin with. */
export const ingestKey = ["ingest"] as const;

/** The key of the repositories that the caller sees, for whoever shows what others have read. */
export const ingestRepositoriesKey = [...ingestKey, "repositories"] as const;

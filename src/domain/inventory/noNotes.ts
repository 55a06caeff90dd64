import type { FindingNotes } from "./notes.ts";
import { usualThresholds } from "./thresholds.ts";

/** What holds where nothing is kept. */
export const noFindingNotes: FindingNotes = {
  thresholds: { values: usualThresholds, set: null },
  dismissals: [],
  owners: [],
  links: [],
};

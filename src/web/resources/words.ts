import { verdicts, type ResourceVerdict } from "#domain/resources/check.ts";
import { verdictCount } from "#domain/resources/words.ts";
import { countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

/** How much could not be read: whole files, and places in others. */
export interface Unread {
  readonly files: number;
  readonly places: number;
}

/** What came of all resources, in a sentence or two. */
export function summaryWords(found: readonly ResourceVerdict[], { files, places }: Unread): string {
  const parts = verdicts.flatMap((verdict) => {
    const number = found.filter((one) => one === verdict).length;
    return number === 0 ? [] : [verdictCount(verdict, number)];
  });
  const lacking = [...(files > 0 ? [countOf(files, "file")] : []), ...(places > 0 ? [countOf(places, "place")] : [])];
  const read = `${countOf(found.length, "resource")}: ${parts.join(", ")}.`;
  return lacking.length === 0 ? read : `${read} ${listWords(lacking)} cannot be read.`;
}

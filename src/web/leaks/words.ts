import type { FoundPlace } from "#domain/leak/found.ts";
import type { SecretEncoding } from "#domain/leak/variants.ts";
import { count, countOf } from "#web/ui/counts.ts";

import type { Find } from "./useScan.ts";

const encodingWords = {
  percent: "percent-encoded",
  escape: "with escapes",
  base64: "in base64",
  utf16: "in UTF-16",
} as const satisfies Record<SecretEncoding, string>;

/** A place in words. */
function placeWords({ file, line, column }: FoundPlace): string {
  return `${file === undefined ? "" : `${file}, `}line ${count(line)}, column ${count(column)}`;
}

/** Where a string was found, how often, and how it was written. */
export function whereWords({ places, count: times, encodings }: Find): string {
  const more = times - places.length;
  const listed = places.map(placeWords).join("; ");
  const coded = encodings.map((encoding) => encodingWords[encoding]).join(", ");
  return [
    times === 1 ? "Once" : `${count(times)} times`,
    `: ${listed}`,
    more > 0 ? ` and ${countOf(more, "more place")}` : "",
    coded === "" ? "" : ` (${times > 1 ? "also " : ""}${coded})`,
  ].join("");
}

/** By what a find is taken for a token's: the server would have to be sent the secret to check it. */
export function matchWords({ kind }: Pick<Find, "kind">): string {
  return kind === "cut"
    ? "By its id alone. The text has only the beginning of a secret, which was not checked."
    : "By its id alone. The secret was not checked, so it may be a former or a wrong one.";
}

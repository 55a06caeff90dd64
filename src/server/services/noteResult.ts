import { noteRefusalWords } from "#domain/inventory/noteChanges.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import type { NoteOutcome } from "#logscale/findingNotes.ts";

import { ClientError } from "#server/errors.ts";
import type { NoteResult } from "#server/store/tokenNotes.ts";

const hiddenLink =
  "This token replaces another one already, which you may not list. Ask somebody who lists both to change that. Nothing was saved.";

/**
 * What is there after a change.
 *
 * @param told whether deletions of tokens are told of
 * @throws ClientError where the change is refused
 */
export function resultOf(change: NoteChange, result: NoteResult, told: boolean): NoteOutcome {
  if (result.ok) return result.now;
  const message = noteRefusalWords(result.refusal, change, told);
  switch (result.refusal) {
    case "full":
      throw new ClientError("BAD_INPUT", message);
    case "ring":
      throw new ClientError("BAD_INPUT", message, { field: "replaces" });
    case "stale":
      if (change.type === "link" && change.seen === null && "link" in result.now && result.now.link === null) {
        throw new ClientError("NOT_ALLOWED", hiddenLink);
      }
      throw new ClientError("STALE_VERSION", message, { extensions: { now: result.now } });
    default:
      return result.refusal satisfies never;
  }
}

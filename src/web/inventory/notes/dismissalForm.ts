import * as z from "zod/mini";

import { day } from "#domain/duration.ts";
import type { Dismissal } from "#domain/inventory/notes.ts";
import { untilSchema } from "#domain/inventory/noteSchemas.ts";
import { noteSchema } from "#domain/inventory/noteTexts.ts";
import { readLocal, writeLocal } from "#web/ui/localTime.ts";

/** When a dismissed finding comes back, as the form offers it. */
export const returnChoices = [
  { id: "30", label: "In 30 days" },
  { id: "90", label: "In 90 days" },
  { id: "365", label: "In a year" },
  { id: "exact", label: "At an exact time" },
  { id: "never", label: "Not by itself" },
] as const;

/** What is typed into the form. */
export interface DismissalForm {
  readonly note: string;
  /** Id of one of {@link returnChoices}. */
  readonly back: string;
  /** What the field of date and time holds; heeded for the choice `exact` alone. */
  readonly exact: string;
}

/** What is sent of it; `until` is ms since epoch, null for never. */
export interface DismissalValues {
  readonly note: string;
  readonly until: number | null;
}

/** The form as it starts: as the dismissal is that there is, or else with a return in 90 days. */
export function startOf(present: Dismissal | undefined, now: number): DismissalForm {
  const until = present?.until ?? null;
  // One that has come back starts as a new one.
  const back = present === undefined || (until !== null && until <= now) ? "90" : until === null ? "never" : "exact";
  return { note: present?.note ?? "", back, exact: back === "exact" && until !== null ? writeLocal(until) : "" };
}

/** Reads the form at `now`, ms since epoch. */
export function dismissalFormSchema(now: number): z.ZodMiniType<DismissalValues, DismissalForm> {
  const read = z.transform((form: DismissalForm, context): DismissalValues => {
    const fault = (path: keyof DismissalForm, message: string) => {
      context.issues.push({ code: "custom", message, path: [path], input: form });
      return z.NEVER;
    };
    const note = noteSchema.safeParse(form.note);
    if (!note.success) fault("note", note.error.issues[0]?.message ?? "");
    const until = returnOf(form, now);
    if (until === undefined) return fault("exact", "Enter a date and a time.");
    const judged = untilSchema(now).safeParse(until);
    if (!judged.success) return fault(form.back === "exact" ? "exact" : "back", judged.error.issues[0]?.message ?? "");
    return { note: note.data ?? "", until };
  });
  return z.pipe(z.object({ note: z.string(), back: z.string(), exact: z.string() }), read);
}

/** The instant of return that is chosen; null for none, undefined where what is typed is no instant. */
function returnOf({ back, exact }: DismissalForm, now: number): number | null | undefined {
  if (back === "never") return null;
  if (back !== "exact") return now + Number(back) * day;
  const reading = readLocal(exact);
  return reading.type === "read" ? reading.instants[0] : undefined;
}

import { describe, expect, it } from "vitest";

import { day, minute } from "#domain/duration.ts";
import type { Dismissal } from "#domain/inventory/notes.ts";
import { writeLocal } from "#web/ui/localTime.ts";
import { dismissalFormSchema, startOf, type DismissalForm } from "./dismissalForm.ts";

const now = Date.UTC(2026, 5, 1, 12);
const typed: DismissalForm = { note: " Agreed. ", back: "30", exact: "" };
const kept: Dismissal = {
  token: { kind: "fleet", handle: "0".repeat(12) },
  rule: "r",
  note: "Agreed.",
  until: null,
  by: "ada",
  at: now,
  version: "1",
};

function read(given: Partial<DismissalForm>) {
  const { data, error } = dismissalFormSchema(now).safeParse({ ...typed, ...given });
  return data ?? error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the form of a dismissal", () => {
  it("is read as the note and the instant of return, counted from the present or as chosen", () => {
    expect(read({})).toEqual({ note: "Agreed.", until: now + 30 * day });
    expect(read({ back: "365" })).toEqual({ note: "Agreed.", until: now + 365 * day });
    expect(read({ back: "never" })).toEqual({ note: "Agreed.", until: null });
    const at = now + day + 5 * minute;
    expect(read({ back: "exact", exact: writeLocal(at) })).toEqual({ note: "Agreed.", until: at });
  });

  it("is refused at the field that is at fault", () => {
    expect(read({ note: " " })).toEqual(["note: Say why in a few words."]);
    expect(read({ back: "exact" })).toEqual(["exact: Enter a date and a time."]);
    expect(read({ back: "exact", exact: writeLocal(now) })).toEqual([
      "exact: The date of return lies in the past. Choose a later one.",
    ]);
    expect(read({ note: "", back: "exact", exact: writeLocal(now + 3000 * day) })).toEqual([
      "note: Say why in a few words.",
      expect.stringMatching(/^exact: The date of return is at most five years ahead/u),
    ]);
  });

  it("starts as the dismissal that there is, and as a new one with the old note where the finding has come back", () => {
    expect(startOf(undefined, now)).toEqual({ note: "", back: "90", exact: "" });
    expect(startOf(kept, now)).toEqual({ note: "Agreed.", back: "never", exact: "" });
    const until = now + day;
    expect(startOf({ ...kept, until }, now)).toEqual({ note: "Agreed.", back: "exact", exact: writeLocal(until) });
    expect(startOf({ ...kept, until: now }, now)).toEqual({ note: "Agreed.", back: "90", exact: "" });
  });
});

import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { testNow } from "#domain/testing.ts";
import { writeLocal } from "#web/ui/localTime.ts";

import { readRenewForm, startOfRenewal, type BulkRenewForm } from "./renewForm.ts";

const start = startOfRenewal(testNow);
const read = (form: Partial<BulkRenewForm>, withIngest = true) => readRenewForm({ ...start, ...form }, withIngest, testNow);

describe("what is asked before tokens are renewed", () => {
  it("starts from as long a life as each had, and names the month in what new names end with", () => {
    expect(read({})).toEqual({ ok: true, life: { type: "same" }, suffix: "-2024-10" });
  });

  it("is a life of days, of a time as it is written, until an exact time, or without end", () => {
    expect(read({ life: "30" })).toMatchObject({ life: { type: "for", ms: 30 * day } });
    expect(read({ life: "span", span: "36h" })).toMatchObject({ life: { type: "for", ms: 36 * hour } });
    expect(read({ life: "exact", exact: writeLocal(testNow + day) })).toMatchObject({
      life: { type: "until", at: testNow + day },
    });
    expect(read({ life: "never" })).toMatchObject({ life: { type: "until", at: null } });
  });

  it("says what is wrong with a time that cannot be read, is none, or is over", () => {
    expect(read({ life: "span", span: "soon" })).toMatchObject({ ok: false, faults: { span: expect.any(String) } });
    expect(read({ life: "span", span: "0d" })).toMatchObject({ ok: false, faults: { span: expect.any(String) } });
    expect(read({ life: "exact", exact: "" })).toMatchObject({ faults: { exact: "Enter a date and a time." } });
    expect(read({ life: "exact", exact: writeLocal(testNow - day) })).toMatchObject({
      faults: { exact: "Choose a time that is still to come." },
    });
  });

  it("needs what new names end with only where there are ingest tokens", () => {
    for (const suffix of ["", "  ", "-\u202e"]) {
      expect(read({ suffix })).toMatchObject({ ok: false, faults: { suffix: expect.any(String) } });
      expect(read({ suffix }, false)).toMatchObject({ ok: true });
    }
  });
});

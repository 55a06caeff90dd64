import { describe, expect, it } from "vitest";

import { usualThresholds } from "#domain/inventory/thresholds.ts";

import { findingNotesSchema, type FindingNotesAnswer } from "./findingNotes.ts";
import { findingNotesFrom } from "./findingNotesAnswer.ts";

const written = { by: "ada", at: 1_700_000_000_000, version: "v1" };
const view = { kind: "view", id: "abc", createdAt: 5 } as const;
const ingest = { kind: "ingest", repository: "sandbox", name: "shipper" } as const;
const fleet = { kind: "fleet", handle: "0123456789abcdef" } as const;

const whole: FindingNotesAnswer = {
  mayWrite: true,
  mayAssign: ["view", "ingest", "fleet"],
  thresholds: { values: usualThresholds, set: written },
  dismissals: [
    { token: view, rule: "old", note: "Known.", until: null, ...written },
    { token: fleet, rule: "unused", note: "Known.", until: 1_800_000_000_000, ...written },
  ],
  owners: [{ token: ingest, owner: "Platform", ...written }],
  links: [{ token: view, replaces: { ...view, id: "former" }, ...written }],
};

const others: readonly unknown[] = [null, true, -1, 1.5, "other", [], [null], {}, { other: 1 }];

/** The value with something else in one place, or without that place, for every place in it. */
function* variants(value: unknown): Generator {
  if (typeof value !== "object" || value === null) return;
  const put = (key: string, next: unknown) =>
    Array.isArray(value) ? value.map((item: unknown, index) => (String(index) === key ? next : item)) : { ...value, [key]: next };
  for (const [key, item] of Object.entries(value)) {
    for (const other of others) yield put(key, other);
    if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    for (const variant of variants(item)) yield put(key, variant);
  }
}

describe("what people write of tokens, as a page reads it", () => {
  it("is what the contract's schema makes of it", () => {
    expect(findingNotesFrom(structuredClone(whole))).toEqual(whole);
    const unset = { ...whole, thresholds: { values: usualThresholds, set: null } };
    expect(findingNotesFrom(unset)).toEqual(unset);
  });

  it("is refused where the schema refuses it, whatever is missing or something else in it", () => {
    let refused = 0;
    for (const variant of [undefined, ...others, ...variants(whole)]) {
      const { success, data } = findingNotesSchema.safeParse(variant);
      // The forms of ids and handles are the server's to keep.
      const isForm = /"(?:id|handle)":"other"|"(?:repository|name|version)":""/u.test(JSON.stringify(variant) ?? "");
      if (!isForm) expect(findingNotesFrom(variant), JSON.stringify(variant)).toEqual(success ? data : undefined);
      if (!success) refused++;
    }
    expect(refused).toBeGreaterThan(200);
  });

  it("is refused where a threshold is beyond its bounds, or is one that is not known", () => {
    for (const values of [
      { ...usualThresholds, olderThan: 0 },
      { ...usualThresholds, quietFor: 366 },
      { ...usualThresholds, another: 5 },
    ]) {
      expect(findingNotesFrom({ ...whole, thresholds: { values, set: null } })).toBeUndefined();
    }
  });
});

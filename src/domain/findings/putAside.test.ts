import { expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { aListed } from "./testing.ts";
import { indexDismissals, tokenKeyOf } from "#domain/inventory/notes.ts";
import { testNow } from "#domain/testing.ts";

import { putAside } from "./putAside.ts";

const kept = { note: "Agreed.", by: "ada", at: 0, version: "1" };

it("a finding is put aside on the very token and rule of a dismissal, up to its date of return", () => {
  const [one, other, ingest] = [aListed(), aListed(), aListed({ kind: "ingest" })];
  const key = tokenKeyOf(one);
  const ingestKey = tokenKeyOf(ingest);
  if (key === undefined || ingestKey === undefined) throw new Error("Both tokens can be noted of.");
  const index = indexDismissals([
    { ...kept, token: key, rule: "old", until: testNow + day },
    { ...kept, token: ingestKey, rule: "no-events", until: null },
  ]);
  const aside = putAside(index, testNow);
  expect(aside?.(one, "old")).toBe(true);
  expect(aside?.(one, "unused")).toBe(false);
  expect(aside?.(other, "old")).toBe(false);
  expect(aside?.(one, "old")).toBe(true);
  expect(aside?.(ingest, "no-events")).toBe(true);
  expect(aside?.({ ...one, createdAt: undefined }, "old")).toBe(false);
  expect(aside?.({ ...one, createdAt: testNow }, "old")).toBe(false);
  expect(putAside(index, testNow + day - 1)?.(one, "old")).toBe(true);
  expect(putAside(index, testNow + day)?.(one, "old")).toBe(false);
  expect(putAside(indexDismissals([]), testNow)).toBeUndefined();
});

import { describe, expect, it } from "vitest";

import { auditFilterSchema } from "#logscale/audit.ts";
import { readView, writeView } from "#web/list/view.ts";

import { activityLink } from "./activityLink.ts";
import { activityDialect, filterOf, isNarrowed } from "./link.ts";
import { fromInput, timeWords, toInput } from "./time.ts";

const read = (text: string) => readView(activityDialect, new URLSearchParams(text));
const now = Date.UTC(2026, 10, 27, 12);

describe("The address of the activity page", () => {
  it("narrows by everything that the server can narrow by, and comes back as it was", () => {
    const text =
      "q=ci&actor=u1%2Cu2&type=hashedtokens.change&target=token&about=t1&outcome=refused&address=192.0.2.1&since=2026-11-01T00%3A00Z&until=2026-11-02T10%3A30Z";
    const view = read(text);
    expect(filterOf(view, now)).toEqual({
      actors: ["u1", "u2"],
      types: ["hashedtokens.change"],
      targetKinds: ["token"],
      subjects: ["t1"],
      outcome: "refused",
      addresses: ["192.0.2.1"],
      since: Date.UTC(2026, 10, 1),
      until: Date.UTC(2026, 10, 2, 10, 30),
      search: "ci",
    });
    expect(writeView(activityDialect, view).toString()).toBe(text);
    expect(Object.keys(filterOf(view, now)).toSorted()).toEqual(
      Object.keys(auditFilterSchema.def.shape)
        .filter((name) => name !== "ids")
        .toSorted(),
    );
  });

  it("takes a span that ends now over instants", () => {
    expect(filterOf(read("time=24h&since=2026-11-01T00:00Z"), now)).toEqual({ since: now - 24 * 60 * 60_000 });
  });

  it.each([
    "outcome=maybe",
    "target=moon",
    "time=1y",
    "time=constructor",
    "since=yesterday",
    "since=2026-13-40T00:00Z",
    "until=2026-11-01",
    "actor=",
    "q=%20",
    "record=r1",
  ])("ignores what makes no sense, or narrows nothing: %s", (text) => {
    expect(filterOf(read(text), now)).toEqual({});
    expect(isNarrowed(read(text))).toBe(false);
  });

  it("never asks for what the server refuses as no filter", () => {
    const long = `actor=${Array.from({ length: 300 }, (_, index) => `u${index}`).join(",")}&q=${"x".repeat(900)}`;
    expect(auditFilterSchema.safeParse(filterOf(read(long), now)).success).toBe(true);
    expect(auditFilterSchema.safeParse(filterOf(read(`about=${"x".repeat(5000)}`), now)).success).toBe(true);
  });

  it("leads to one thing's records, whatever its id", () => {
    expect(filterOf(read(activityLink({ about: ["a,b\\c"] }).split("?")[1] ?? ""), now)).toEqual({ subjects: ["a,b\\c"] });
  });

  it("holds an instant of the reader's own calendar in UTC, and says both", () => {
    // No zone changes its clocks near this day: on the day of a change two instants may have one local time.
    expect(fromInput(toInput("2026-11-20T08:15Z"))).toBe("2026-11-20T08:15Z");
    expect(fromInput("")).toBeUndefined();
    expect(timeWords({ time: undefined, since: "2026-11-20T08:15Z", until: undefined })).toContain("2026-11-20 08:15 UTC");
    expect(timeWords({ time: "7d", since: undefined, until: undefined })).toBe("Last 7 days");
  });
});

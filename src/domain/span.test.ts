import { describe, expect, it } from "vitest";

import { day, hour, minute, second } from "./duration.ts";
import { readSpan } from "./span.ts";

describe("a span on one line", () => {
  it.each([
    ["90d", 90 * day],
    ["36h", 36 * hour],
    [" 30m ", 30 * minute],
    ["45s", 45 * second],
    ["1.5d", 1.5 * day],
    ["0d", 0],
  ])("%s is read exactly", (text, ms) => expect(readSpan(text)).toEqual({ ok: true, ms }));

  it.each(["", "90", "d", "90 days", "1w", "-1d", "1e3d", "1,5d", "90D", "9d 3h"])("%s is refused", (text) =>
    expect(readSpan(text).ok).toBe(false),
  );
});

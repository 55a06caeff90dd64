import { createHash } from "node:crypto";

import { expect, it } from "vitest";

import { handleOf } from "./fleetHandle.ts";

it("the handle of a fleet token is the beginning of its value's hash, and holds nothing of the value", () => {
  for (const value of ["a".repeat(32), "Qw3".repeat(10) + "xY", "0"]) {
    const handle = handleOf(value);
    expect(handle).toBe(createHash("sha256").update(value).digest("hex").slice(0, 12));
    expect(handle).toMatch(/^[0-9a-f]{12}$/u);
  }
});

import { describe, expect, it } from "vitest";

import { handleOf } from "#logscale/fleetHandle.ts";

import { handlesOf } from "./handles.ts";

const values = ["", "kK3zq0Zb7nYcLw1s", "ünïcode ✓"];

describe("the handles of fleet tokens", () => {
  it("are the same by the browser's own hash as by the one that is loaded", async () => {
    const own = await handlesOf(values);
    expect(own).toEqual(values.map(handleOf));
    expect(await handlesOf(values, null)).toEqual(own);
  });
});

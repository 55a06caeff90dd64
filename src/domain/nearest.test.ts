import { expect, it } from "vitest";

import { nearestOf } from "./nearest.ts";

const keys = ["enabled", "maximumLifetime", "ipFilter", "vpn"];

it.each([
  ["maxLifetime", "maximumLifetime"],
  ["maximumlifetime", "maximumLifetime"],
  ["ip_filter", "ipFilter"],
  ["IPFilters", "ipFilter"],
  ["enable", "enabled"],
  ["vpm", "vpn"],
  ["own", undefined],
  ["filter-of-the-office", undefined],
  ["", undefined],
  ["v", undefined],
])("what %s stands for is %s", (typed, expected) => expect(nearestOf(typed, keys)).toBe(expected));

it("names that are very long are not compared", () => {
  const long = "x".repeat(1_000_000);
  expect(nearestOf(long, [`${long}y`])).toBeUndefined();
  expect(nearestOf("x", [long])).toBeUndefined();
});

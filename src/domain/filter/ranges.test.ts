import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { acceptsAddress } from "./judge.ts";
import { parseIpFilter } from "./parseIpFilter.ts";
import { acceptsEverything, acceptsNoLess } from "./ranges.ts";

describe("rules accept no less than others", () => {
  it.each([
    [
      "where they are the same but for a comment and the order",
      "# us\nallow 10.0.0.1\nallow 192.0.2.1",
      "allow 192.0.2.1; allow 10.0.0.1",
    ],
    ["where one range is put as two", "allow 10.0.0.0/9\nallow 10.128.0.0/9", "allow 10.0.0.0/8"],
    ["where all is accepted", "allow all", "deny 10.0.0.1\nallow all"],
    ["where what is denied was accepted nowhere", "deny 192.0.2.1\nallow 10.0.0.0/8", "allow 10.0.0.0/8"],
    ["where what is denied later was accepted before that", "allow 10.0.0.0/8\ndeny 10.0.0.1", "allow 10.0.0.0/8"],
    ["where the others are invalid and accept nothing", "deny all", "allow everybody"],
  ])("%s", (_, after, before) => expect(acceptsNoLess(after, before)).toBe(true));

  it.each([
    ["where one address less is accepted", "deny 10.0.0.1\nallow 10.0.0.0/8", "allow 10.0.0.0/8"],
    ["where IPv6 is no longer accepted", "allow 0.0.0.0/0", "allow all"],
    ["where they are invalid and accept nothing", "allow everybody", "allow 10.0.0.1"],
  ])("but not %s", (_, after, before) => expect(acceptsNoLess(after, before)).toBe(false));

  it("exactly where no address is accepted by the others alone", () => {
    // All the addresses of a small network, and one beside it.
    const addresses = [...Array.from({ length: 16 }, (_, number) => `10.0.0.${number}`), "10.0.1.0", "::1"];
    const target = fc.oneof(
      fc.constant("all"),
      fc.tuple(fc.nat(15), fc.integer({ min: 28, max: 32 })).map(([last, prefix]) => `10.0.0.${last}/${prefix}`),
      fc.constantFrom("10.0.1.0", "::1"),
    );
    const rules = fc
      .array(
        fc.tuple(fc.constantFrom("allow", "deny"), target).map((words) => words.join(" ")),
        { maxLength: 6 },
      )
      // What these addresses do not tell is denied, so that they tell everything.
      .map((lines) => lines.filter((line) => line !== "allow all").join("\n"));
    fc.assert(
      fc.property(rules, rules, (after, before) => {
        const accepts = (text: string, address: string) => acceptsAddress(parseIpFilter(text), address);
        const lost = addresses.some((address) => accepts(before, address) && !accepts(after, address));
        expect(acceptsNoLess(after, before)).toBe(!lost);
      }),
    );
  });
});

it.each([
  ["allow all", true],
  ["allow 0.0.0.0/1\nallow 128.0.0.0/1; allow ::/0", true],
  ["allow ::/0", false],
  ["deny 10.0.0.1\nallow all", false],
  ["allow all\nallow everybody", false],
])("%j accepts every address: %s", (text, expected) => expect(acceptsEverything(text)).toBe(expected));

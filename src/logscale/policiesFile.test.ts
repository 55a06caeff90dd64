import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { changesNothing } from "#domain/policy/file/resolve.ts";
import { hostileNames, kindPolicyArbitrary, somePolicies } from "#domain/testing.ts";
import { perKind } from "#domain/token/kinds.ts";

import { openPoliciesFile, readPoliciesFile } from "./policiesFile.ts";
import { writePoliciesFile } from "./writePoliciesFile.ts";

const office: IpFilter = { id: "F1", name: "office", ipFilter: "# the office\nallow 10.0.0.0/8\ndeny all\n" };
const inForce = { policies: somePolicies(), filters: [office] };

const view = `version: 1
policies:
  view:
    enabled: true
    maximumLifetime: 90d
    ipFilter: office
    allowPermissionUpdates: false
`;

describe("writing a file of policies, reading it, and holding it against the same organization", () => {
  const name = fc.oneof(
    fc.constantFrom(
      ...hostileNames,
      "null",
      "~",
      "yes",
      "42",
      "1e3",
      "",
      " office ",
      "a: b",
      "- a",
      "# no",
      "? k",
      "{a}",
      "🚀",
      "\u{1F3F4}\u{E0067}",
      "a\nb",
      "\r\n",
      "\u0000\u0007\u0085\u2028\uFEFF",
      "\uD800",
      "x".repeat(1500),
    ),
    fc.string({ unit: "binary", maxLength: 30 }),
  );
  const rules = fc.oneof(
    fc.constantFrom(
      "allow all",
      "allow all\n",
      "# a\n\nallow all\n\n\n",
      "  allow all\n deny all",
      "\n\nallow all",
      "\tallow all",
      "allow all\r\ndeny all\r\n",
      "allow all\r",
      "",
      " ",
      "\n",
      "allow all  \n  \n",
      "nonsense\u0000",
      "allow all\n   ",
      "--- \n...\n",
      "%YAML 1.1",
    ),
    fc
      .array(
        fc.constantFrom(
          "allow 10.0.0.0/8",
          "deny all",
          "# c: #",
          "",
          " ",
          "  x",
          "\t",
          "\r",
          "\n",
          "é",
          "\u2028",
          "\uFEFF",
          "'",
          '"',
          "\\",
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join("")),
    fc
      .array(fc.constantFrom("allow 10.0.0.0/8", "deny all", "# c: #", "", " ", "  x", "\tx"), { maxLength: 6 })
      .map((lines) => lines.join("\n")),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const organization = fc
    .array(fc.record({ name, ipFilter: rules }), { maxLength: 5 })
    .map((filters) => filters.map((filter, number): IpFilter => ({ id: `F${number}`, ...filter })))
    .chain((filters) =>
      fc.record({
        filters: fc.constant(filters),
        policies: fc.record(
          perKind((kind) =>
            fc
              .tuple(
                kindPolicyArbitrary(kind),
                fc.option(fc.constantFrom("unreadable", ...filters.map(({ id }) => id))),
                fc.constantFrom<number | bigint | undefined>(undefined, undefined, 0, -1, 1, 90_001, 2n ** 53n, 2n ** 62n),
              )
              .map(([policy, ipFilter, odd]) => ({ ...policy, ipFilter, ...(odd !== undefined && { maximumLifetime: odd }) })),
          ),
        ),
      }),
    );

  it("changes nothing, whatever names, rules and values there are", () => {
    fc.assert(
      fc.property(organization, ({ filters, policies }) => {
        const text = writePoliciesFile(policies, filters);
        const opened = openPoliciesFile(text, { policies, filters });
        expect(opened.ok ? changesNothing(opened.change) : [text, opened.errors]).toBe(true);
        const read = readPoliciesFile(text);
        for (const [filter, written] of read.ok ? read.file.ipFilters : []) {
          expect(filters.find((each) => each.name === filter)?.ipFilter).toBe(written);
        }
      }),
    );
  });
});

/** The errors of a text, each as it would be printed. */
function errorsOf(text: string): string[] {
  const opened = openPoliciesFile(text, inForce);
  return opened.ok ? [] : opened.errors.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("an error in a file of policies names line and column", () => {
  it.each([
    ["a missing version", view.replace("version: 1\n", ""), "1:1 Say first of which version the file is: “version: 1”."],
    ["another version", view.replace("version: 1", "version: 2"), "1:10 Only version 1 of the file can be read here."],
    [
      "an unknown key with the name that is near",
      view.replace("maximumLifetime", "maxLifetime"),
      "5:5 The policy of view tokens has no key maxLifetime. Is maximumLifetime meant?",
    ],
    [
      "a number without its unit",
      view.replace("90d", "90"),
      "5:22 Write a number and its unit, such as 90d, 36h or 30m. Write null for no maximum.",
    ],
    ["a maximum out of bounds", view.replace("90d", "30s"), "5:22 A maximum lifetime is at least 1 minute."],
    [
      "a maximum that is left empty",
      view.replace(" 90d", ""),
      "5:21 Write a number and its unit, such as 90d, 36h or 30m, or null for no maximum.",
    ],
    ["what is neither true nor false", view.replace("true", "yes"), "4:14 Write true or false."],
    [
      "a filter that is not there",
      view.replace("office", "vpn"),
      "6:15 There is no IP filter “vpn”, neither in force nor among ipFilters of this file.",
    ],
  ])("%s", (_, text, error) => {
    expect(errorsOf(text)).toEqual([error]);
  });
});

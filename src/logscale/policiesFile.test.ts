import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
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
  const withFilters = (text: string) => `${view}ipFilters:\n${text}`;
  const noFile = "A file of policies begins with “version: 1”; then come the keys policies and ipFilters.";
  it.each([
    ["nothing at all", "# nothing", `1:1 ${noFile}`],
    ["a list", "\n- a", `2:1 ${noFile}`],
    ["a missing version", view.replace("version: 1\n", ""), "1:1 Say first of which version the file is: “version: 1”."],
    ["another version", view.replace("version: 1", "version: 2"), "1:10 Only version 1 of the file can be read here."],
    [
      "an unknown kind",
      view.replace("view:", "ingest:"),
      "3:3 policies has no key ingest. The keys are personal, view, organization and system.",
    ],
    [
      "an unknown key, with the name that is near",
      view.replace("maximumLifetime", "maxLifetime"),
      "5:5 The policy of view tokens has no key maxLifetime. Is maximumLifetime meant?",
    ],
    [
      "permission updates of personal tokens",
      view.replace("view:", "personal:"),
      "7:5 The policy of personal tokens has no allowPermissionUpdates: these tokens carry no permissions of their own.",
    ],
    [
      "a missing value",
      view.replace("    enabled: true\n", ""),
      "3:3 Write enabled too. A kind that is named has all its values; one that is left out stays as it is.",
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
    ["what is neither true nor false", view.replace("true", "yes"), "4:14 Write true or false, without quotes."],
    ["what is true in quotes", view.replace("true", '"true"'), "4:14 Write true or false, without quotes."],
    ["a filter that is left empty", view.replace(" office", ""), "6:14 Write the name of an IP filter, or null for none."],
    [
      "a filter that is not there",
      view.replace("office", "vpn"),
      "6:15 There is no IP filter “vpn”, neither in force nor among ipFilters of this file.",
    ],
    ["an id that is not there", view.replace("office", "{ id: F9 }"), "6:15 There is no IP filter with the id F9."],
    [
      "a filter named by anything else",
      view.replace("office", "{ name: a }"),
      "6:15 An IP filter is named by its name, or by its id: { id: … }.",
    ],
    [
      "a rule with an error in it, of rules in a block",
      withFilters("  office: |\n    # us\n    allow 10.0.0.0/8\n      alow all\n"),
      "12:7 A rule begins with allow or deny.",
    ],
    [
      "a rule with an error in it, of rules in quotes",
      withFilters('  office: "deny all\\nalow all"\n'),
      "9:11 Line 2 of these rules: A rule begins with allow or deny.",
    ],
    [
      "rules that are none",
      withFilters("  office: # none\n"),
      "9:3 Write the rules as a text: “|” behind the colon, then each rule on an indented line.",
    ],
    [
      "rules as a list",
      withFilters("  office:\n    - deny all\n"),
      "10:5 Write the rules as a text: “|” behind the colon, then each rule on an indented line.",
    ],
    [
      "the name of a new filter",
      withFilters("  ' vpn': deny all\n"),
      "9:3 The name of a new IP filter cannot begin or end with blanks.",
    ],
    ["a key that is there twice", `${view}version: 1\n`, "8:1 This key is there twice."],
    ["a key that is there twice, once in quotes", `${view}"policies": {}\n`, "8:1 This key is there twice."],
    ["a second document", `${view}---\nversion: 1\n`, "8:1 A file of policies is one document; a second one begins here."],
    [
      "a merge of keys",
      view.replace("    enabled", "    <<: {}\n    enabled"),
      "4:5 The policy of view tokens has no key <<. The keys are enabled, maximumLifetime, ipFilter and allowPermissionUpdates.",
    ],
    [
      "a tag",
      view.replace("90d", "!!str 90d"),
      "5:28 Tags are not read here. Leave it out; text that begins with ! has to stand in quotes.",
    ],
    ["quotes that are never closed", view.replace("office", '"office'), "6:15 The quotes that begin here are never closed."],
    ["endless nesting", `version: ${"[".repeat(1000)}`, "1:72 The file is nested too deeply."],
    ["a huge file", "#".repeat(1_000_001), "1:1 A file of policies has at most 1,000,000 characters."],
  ])("%s", (_, text, error) => {
    expect(errorsOf(text)).toEqual([error]);
    // As an editor on Windows saves it.
    expect(errorsOf(`\uFEFF${text}`.replaceAll("\n", "\r\n"))).toEqual([error]);
  });

  it("anchors and aliases, which make a few lines stand for millions", () => {
    expect(errorsOf(view.replace("90d", "&a 90d").replace("office", "*a"))).toEqual([
      "5:25 Anchors are not read here. Leave it out; text that begins with & has to stand in quotes.",
      "6:15 Aliases are not read here. Write the value itself; text that begins with * has to stand in quotes.",
    ]);
  });

  it("a tab, first of all", () => {
    expect(errorsOf(view.replace("    enabled", "\tenabled"))[0]).toBe("4:1 YAML is indented by spaces, not by tabs.");
  });

  it("behind more lines than a call takes arguments", () => {
    const text = "#\n".repeat(200_000) + "[".repeat(100);
    expect(errorsOf(text)).toEqual(["200001:65 The file is nested too deeply."]);
  });

  it("up to the first fifty", () => {
    const twice = Array.from({ length: 60 }, () => "a: 1").join("\n");
    expect(errorsOf(`version: 1\n${twice}`).length).toBe(50);
    const wrong = Array.from({ length: 60 }, (_, number) => `  f${number}: nonsense`).join("\n");
    expect(errorsOf(`version: 1\nipFilters:\n${wrong}`).length).toBe(50);
  });

  it("all of them, in the order of the text", () => {
    const text = view.replace("true", "on").replace("90d", "ninety").replace("office", "[a]").replace("false", "");
    const lines = errorsOf(`${text}  system:\n    enabled: true\nipFilters:\n  vpn: |\n    alow all\n  vqn:\n`).map(
      (each) => each.split(" ")[0],
    );
    expect(lines).toEqual(["4:14", "5:22", "6:15", "7:29", "8:3", "12:5", "13:3"]);
  });

  it("but not that a filter is missing whose own rules could not be read", () => {
    expect(errorsOf(`${view.replace("office", "vpn")}ipFilters:\n  vpn:\n`)).toEqual([
      "9:3 Write the rules as a text: “|” behind the colon, then each rule on an indented line.",
    ]);
  });
});

describe("a file of policies is read", () => {
  const read = (text: string) => {
    const opened = openPoliciesFile(text, inForce);
    return opened.ok ? opened.change : opened.errors;
  };

  it("as JSON too, with a document marker, or with everything commented out", () => {
    expect(read('{"version":1,"policies":{},"ipFilters":{}}')).toMatchObject({ kinds: [], filters: [] });
    expect(read(`---\n${view}...\n`)).toMatchObject({ kinds: ["view"] });
    expect(read("version: 1\npolicies:\n  # view:\nipFilters:\n")).toMatchObject({ kinds: [], filters: [] });
  });

  it("with names that YAML could take for something else", () => {
    const text = `${view.replace("office", "42")}ipFilters:\n  42: deny all\n  no: deny all\n  "null": deny all\n`;
    expect(read(text)).toMatchObject({
      next: { view: { ipFilter: "new:42" } },
      filters: [{ name: "42" }, { name: "no" }, { name: "null" }],
    });
    expect(read(view.replace("office", '"null"'))).toMatchObject([
      { message: expect.stringContaining("There is no IP filter “null”") },
    ]);
  });

  it("with the comments and blank lines of rules", () => {
    expect(read("version: 1\nipFilters:\n  office: |+\n\n    # us # there\n\n    deny all\n\n")).toMatchObject({
      filters: [{ text: "\n# us # there\n\ndeny all\n\n" }],
    });
  });
});

describe("a file of policies is written", () => {
  it("as people would write it", () => {
    const policies = somePolicies({
      personal: { maximumLifetime: 90 * day, ipFilter: "F1" },
      view: { maximumLifetime: 36 * hour, ipFilter: "F2", allowPermissionUpdates: true },
      organization: { maximumLifetime: 90_001, ipFilter: "F4" },
      system: { enabled: false, maximumLifetime: -1, ipFilter: "F1" },
    });
    const filters: IpFilter[] = [
      office,
      { id: "F2", name: 'vpn: the "old" one', ipFilter: "allow 10.0.0.1\r\n  # us\r\ndeny all" },
      { id: "F3", name: "unused", ipFilter: "deny all" },
      { id: "F4", name: "twin", ipFilter: "deny all" },
      { id: "F5", name: "twin", ipFilter: "deny all" },
    ];
    expect(writePoliciesFile(policies, filters)).toMatchInlineSnapshot(`
      "# Token security policies, and the IP filters that they name.
      #
      # A kind that is left out stays as it is; one that is named has all its values.
      # maximumLifetime: 90d, 36h, 30m, or null for none. It counts from a token's creation.
      # ipFilter: the name of an IP filter that every token of the kind must have, or null for none;
      #   { id: ID } where several filters have the name.
      # ipFilters: names and rules. A filter that does not exist is created, one with other rules is
      #   changed; both before the policies. A filter that is left out stays as it is; none is deleted.
      version: 1

      policies:
        personal:
          enabled: true
          maximumLifetime: 90d
          ipFilter: office
        view:
          enabled: true
          maximumLifetime: 36h
          ipFilter: 'vpn: the "old" one'
          allowPermissionUpdates: true
        organization:
          enabled: true
          maximumLifetime: 90001ms
          ipFilter: { id: F4 } # twin. Several IP filters have this name, so its rules are not in this file.
          allowPermissionUpdates: false
        system:
          enabled: false
          maximumLifetime: -1ms # In force, but not from 1m to 365250d: it can stay, but cannot be set.
          ipFilter: office
          allowPermissionUpdates: false

      ipFilters:
        office: |
          # the office
          allow 10.0.0.0/8
          deny all
        'vpn: the "old" one': "\\
          allow 10.0.0.1\\r\\n\\
          \\  # us\\r\\n\\
          deny all\\
          "
      "
    `);
  });

  it("without filters where no policy names one", () => {
    expect(writePoliciesFile(somePolicies(), [office]).endsWith("\nipFilters: {}\n")).toBe(true);
  });
});

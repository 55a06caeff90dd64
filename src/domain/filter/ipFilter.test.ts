import { BlockList } from "node:net";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { cidrsOf } from "./ipFilterRemedy.ts";
import { decideAddress, longestIpFilter, mostIpFilterRules, refusing, type IpFilterAction } from "./ipFilter.ts";
import { parseIpFilter } from "./parseIpFilter.ts";
import { ipFilterNameSchema, ipFilterTextSchema } from "./ipFilterSchema.ts";
import { lintIpFilter, type IpFilterFinding } from "./ipFilterLint.ts";

/** The filter that LogScale's documentation shows. */
const documented = "deny all\ndeny 127.0.0.1\nallow 10.0.0.0/24\nallow 192.168.0.0/8\n";

const rulesOf = (text: string) => {
  const { rules, errors } = parseIpFilter(text);
  expect(errors).toEqual([]);
  return rules;
};
const allowed = (text: string, address: string) => decideAddress(rulesOf(text), address).allowed;
const findings = (text: string) => lintIpFilter(rulesOf(text));
const types = (text: string) => findings(text).map((finding) => finding.type);

describe("A proposal to refuse an address", () => {
  it("puts a rule before all others, with the line ends that the filter has", () => {
    expect(refusing("allow 10.0.0.0/8", "10.0.0.7")).toBe("deny 10.0.0.7\nallow 10.0.0.0/8");
    expect(refusing("# office\r\nallow all", "2001:db8::7")).toBe("deny 2001:db8::7\r\n# office\r\nallow all");
    expect(allowed(refusing("allow 10.0.0.0/8", "10.0.0.7") ?? "", "10.0.0.7")).toBe(false);
    expect(allowed(refusing("allow 10.0.0.0/8", "10.0.0.7") ?? "", "10.0.0.8")).toBe(true);
  });

  it("is none where the address is refused already", () => {
    expect(refusing("deny 10.0.0.7\nallow all", "10.0.0.7")).toBeUndefined();
    expect(refusing("allow 10.0.0.0/8", "192.0.2.1")).toBeUndefined();
  });
});

describe("reading a filter", () => {
  it("takes rules from lines and between semicolons, with their positions", () => {
    const rules = rulesOf("allow 10.0.0.1;deny all\r\n\n  # the office; allow all\n\tallow\t2001:db8::/32 ; ; deny ::1;\n");
    expect(rules.map(({ action, target, line, column }) => ({ action, target, line, column }))).toEqual([
      { action: "allow", target: "10.0.0.1", line: 1, column: 1 },
      { action: "deny", target: "all", line: 1, column: 16 },
      { action: "allow", target: "2001:db8::/32", line: 4, column: 2 },
      { action: "deny", target: "::1", line: 4, column: 26 },
    ]);
  });

  it.each([
    ["allow", 1, 1, "Say what to allow: all, an address, or a CIDR such as 10.0.0.0/24."],
    ["permit all", 1, 1, "A rule begins with allow or deny."],
    ["10.0.0.1", 1, 1, "A rule begins with allow or deny."],
    ["Allow all", 1, 1, "Write allow in lower case."],
    ["deny ALL", 1, 6, "Write all in lower case."],
    ["deny all\nallow  ?", 2, 8, "Expected all, an IPv4 or IPv6 address, or a CIDR such as 10.0.0.0/24."],
    ["allow vpn.example.com", 1, 7, "Names cannot be used; write an IPv4 or IPv6 address, or a CIDR such as 10.0.0.0/24."],
    ['"allow 10.0.0.1"', 1, 1, "A rule begins with allow or deny. Leave out the quotes."],
    ["allow 10.0.0.1 10.0.0.2", 1, 16, "A rule ends here; begin a new line or put a semicolon."],
    ["allow 10.0.0.1\rdeny all", 1, 16, "A rule ends here; begin a new line or put a semicolon."],
    ["allow 10.0.0.1 # office", 1, 16, "A comment needs a line of its own."],
    ["allow all; # office", 1, 12, "A comment needs a line of its own."],
    ["allow 10.0.0.0/33", 1, 7, "The length behind / is a whole number from 0 to 32 for IPv4."],
    ["allow 10.0.0.0/", 1, 7, "The length behind / is a whole number from 0 to 32 for IPv4."],
    ["allow 10.0.0.0/255.0.255.0", 1, 7, "The length behind / is a whole number from 0 to 32 for IPv4."],
    ["allow ::1/129", 1, 7, "The length behind / is a whole number from 0 to 128 for IPv6."],
    ["# a\u0000b\nallow all", 1, 4, "A control character (U+0000) stands here; delete it."],
    ["# \ud800", 1, 3, "Half a character (U+D800) stands here; delete it."],
  ])("%j is refused at its place", (text, line, column, message) => {
    expect(parseIpFilter(text).errors).toEqual([{ line, column, message }]);
  });

  it.each([
    "10.1",
    "010.0.0.1",
    "0x0a.0.0.1",
    "167772161",
    "10.0.0.256",
    "fe80::1%eth0",
    "1::2::3",
    "12345::",
    "::ffff:1.2.3",
    "::01.2.3.4",
  ])("the notation %s is refused, because it is ambiguous or no address", (target) => {
    expect(parseIpFilter(`allow ${target}`).errors).toHaveLength(1);
  });

  it.each([
    ["allow\u00a010.0.0.1", 6, "This is a no-break space (U+00A0); type a plain space."],
    ["\ufeff# office", 1, "This is an invisible byte order mark (U+FEFF); delete it."],
    ["deny all;\ufeffallow all", 10, "This is an invisible byte order mark (U+FEFF); delete it."],
    ["allow 10.\u00ad0.0.1", 10, "This is an invisible soft hyphen (U+00AD); delete it."],
    ["allow 10.0.0.1\u200b", 15, "This is an invisible zero-width space (U+200B); delete it."],
    ["allow 10.0.0.1\u2063", 15, "This is an invisible character (U+2063); delete it."],
    ["\u0430llow 10.0.0.1", 1, "This is a Cyrillic letter \u0430 (U+0430); type a plain a."],
    ["d\u03b5ny all", 2, "This is a Greek letter \u03b5 (U+03B5); a rule has plain letters, digits and signs only."],
    ["allow 10.0.0.0\uff0f8", 15, "This is a full-width slash (U+FF0F); type a plain /."],
    ["allow \uff110.0.0.1", 7, "This is a full-width digit 1 (U+FF11); type a plain 1."],
    ["allow 10.0.0.\u0669", 14, "This is an Arabic digit \u0669 (U+0669); type a plain 9."],
    ["allow 10.0.0.\u06f4", 14, "This is an Arabic digit \u06f4 (U+06F4); type a plain 4."],
    ["allow 10.0.0.\u096b", 14, "This is a Devanagari digit \u096b (U+096B); type a plain 5."],
    ["allow \u201c10.0.0.1\u201d", 7, "This is a curly quote (U+201C); delete it. One more character here must go as well."],
    ["deny all\u2028", 9, "This is a line separator (U+2028); begin a new line."],
    ["allow b\u00fcro", 8, "This is the character \u00fc (U+00FC); a rule has plain letters, digits and signs only."],
    [
      "allow 10.0.0.1\u201310.0.0.2",
      15,
      "This is an en dash (U+2013). A rule takes no range; for 10.0.0.1 to 10.0.0.2 write: allow 10.0.0.1; allow 10.0.0.2",
    ],
  ])("a character of %j that looks like another, or like nothing, is named at its column", (text, column, message) => {
    expect(parseIpFilter(text).errors).toEqual([{ line: 1, column, message }]);
  });

  it("takes any character in a comment", () => {
    expect(parseIpFilter("# B\u00fcro\u00a0\u0430\u201c\nallow all").errors).toEqual([]);
  });

  it.each([
    ["allow 10.0.0.5-10.0.0.9", "allow 10.0.0.5; allow 10.0.0.6/31; allow 10.0.0.8/31"],
    ["deny 10.0.0.0 - 10.0.0.255", "deny 10.0.0.0/24"],
    ["allow 10.0.0.1-3", "allow 10.0.0.1; allow 10.0.0.2/31"],
    ["allow 0.0.0.0-255.255.255.255", "allow 0.0.0.0/0"],
    ["allow 2001:db8::1-2001:db8::4", "allow 2001:db8::1; allow 2001:db8::2/127; allow 2001:db8::4"],
    ["allow ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "allow ::/0"],
  ])("the range in %j is answered with rules that can be pasted and read", (text, rules) => {
    const [fault] = parseIpFilter(text).errors;
    expect(fault?.message.split(" write: ")[1]).toBe(rules);
    expect(parseIpFilter(rules).errors).toEqual([]);
  });

  it("a range is answered with exactly its addresses, in the fewest CIDRs", () => {
    const bits = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n });
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const [first, last] = a < b ? [a, b] : [b, a];
        const cidrs = cidrsOf(4, first, last);
        const ranges = rulesOf(cidrs.map((cidr) => `allow ${cidr}`).join(";")).flatMap((rule) => rule.ranges);
        expect(ranges[0]?.first).toBe(first);
        expect(ranges.at(-1)?.last).toBe(last);
        for (const [index, range] of ranges.slice(1).entries()) expect(range.first).toBe((ranges[index]?.last ?? 0n) + 1n);
        expect(cidrs.length).toBeLessThanOrEqual(62);
      }),
    );
    expect(cidrsOf(4, 1n, (1n << 32n) - 2n)).toHaveLength(62);
  });

  it("says so of a range too long to write out, and of one that is none", () => {
    const most = "allow ::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe";
    expect(parseIpFilter(most).errors[0]?.message).toMatch(/ – and 190 more$/u);
    expect(parseIpFilter("allow 10.0.0.9-10.0.0.5").errors[0]?.message).toBe(
      "A rule takes no range, and 10.0.0.5 comes before 10.0.0.9.",
    );
    expect(parseIpFilter("allow 10.0.0.9-2001:db8::1").errors[0]?.message).toMatch(/from one address family to the other/u);
  });

  it.each([
    ["192.168.001.024", "No leading zeros, which some systems read as octal: write 192.168.1.24 if that is meant."],
    ["192.168.001.0/24", "No leading zeros, which some systems read as octal: write 192.168.1.0 if that is meant."],
    ["10.0.0.256", "A part of an IPv4 address is at most 255; 256 is more."],
    ["10.1", "An IPv4 address has four parts, as in 10.0.0.1; this has 2."],
    ["10.1/16", "An IPv4 address has four parts; write 10.1.0.0/16 if that is meant."],
    ["10.0.0.1:443", "Leave the port out: write 10.0.0.1."],
    ["[2001:db8::1]:443", "Leave the port out: write 2001:db8::1."],
    ["[2001:db8::1]", "Leave out the brackets: write 2001:db8::1."],
    ['"10.0.0.0/8"', "Leave out the quotes: write 10.0.0.0/8."],
    ["fe80::1%eth0", "Leave the zone (%…) out: write fe80::1."],
    ["10.0.*.*", "A rule takes no wildcard; write 10.0.0.0/16."],
    ["10.0.0.1,10.0.0.2", "A rule has one address; write allow 10.0.0.1; allow 10.0.0.2."],
    ["10.0.0.0\\8", "A backslash stands before the length; write /."],
    [
      "10.0.0.0/255.255.240.0",
      "The length behind / is a whole number from 0 to 32 for IPv4: for the mask 255.255.240.0 write /20.",
    ],
    ["::1/08", "The length behind / is a whole number from 0 to 128 for IPv6, with no leading zeros: write /8."],
    ["1::2::3", "An IPv6 address has :: at most once."],
    ["12345::", "A group of an IPv6 address has at most four digits; 12345 has more."],
    ["1:2:3", "An IPv6 address has eight groups, or :: for those left out; this has 3."],
    ["2001:db8::g", "An IPv6 address has the digits 0 to 9 and a to f; g is none."],
  ])("the usual mistake %s is answered with what to write", (target, message) => {
    expect(parseIpFilter(`allow ${target}`).errors).toEqual([{ line: 1, column: 7, message }]);
  });

  it("keeps the rules that are right beside those that are wrong", () => {
    const { rules, errors } = parseIpFilter("allow 10.0.0.1\nallow nobody\ndeny all");
    expect(rules.map((rule) => rule.line)).toEqual([1, 3]);
    expect(errors.map((error) => error.line)).toEqual([2]);
  });

  it("stops at limits, so that a hostile text costs little", () => {
    const most = "deny all;".repeat(mostIpFilterRules);
    expect(parseIpFilter(most)).toMatchObject({ rules: { length: mostIpFilterRules }, errors: [] });
    expect(parseIpFilter(`${most}deny all`).errors).toMatchObject([{ message: "A filter has at most 1,000 rules." }]);
    expect(parseIpFilter("x;".repeat(longestIpFilter / 2)).errors).toHaveLength(100);
    expect(parseIpFilter("\n".repeat(longestIpFilter)).errors).toEqual([]);
    expect(parseIpFilter("\n".repeat(longestIpFilter + 1)).errors).toMatchObject([
      { message: "A filter has at most 65,536 characters." },
    ]);
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            "allow",
            "deny",
            "all",
            " ",
            ";",
            "\n",
            "#",
            "10.0.0.0/8",
            "::/0",
            "/",
            ":",
            "%",
            "\r",
            "x",
            "-",
            "\u2013",
            "\u00a0",
            "10.0.0.1",
            "\ud83d\ude00",
          ),
          {
            maxLength: 40,
          },
        ),
        (parts) => {
          const { rules } = parseIpFilter(parts.join(""));
          lintIpFilter(rules);
        },
      ),
    );
  });
});

describe("judging an address", () => {
  it("lets the first rule that matches decide", () => {
    expect(decideAddress(rulesOf("deny 10.0.0.80\nallow 10.0.0.0/24\ndeny all"), "10.0.0.80")).toEqual({
      allowed: false,
      rule: 0,
    });
    expect(decideAddress(rulesOf("allow 10.0.0.0/24\ndeny 10.0.0.80\ndeny all"), "10.0.0.80")).toEqual({
      allowed: true,
      rule: 0,
    });
  });

  it("denies what no rule matches", () => {
    expect(decideAddress(rulesOf("allow 10.0.0.0/24"), "10.0.1.0")).toEqual({ allowed: false, rule: null });
    expect(decideAddress([], "10.0.1.0")).toEqual({ allowed: false, rule: null });
  });

  it("ignores the host bits of a CIDR", () => {
    expect(allowed("allow 192.168.0.77/24", "192.168.0.255")).toBe(true);
    expect(allowed("allow 192.168.0.77/24", "192.168.1.0")).toBe(false);
    expect(allowed("allow 192.168.0.0/8", "192.1.2.3")).toBe(true);
    expect(allowed("allow 2001:db8::1/32", "2001:db8:ffff::")).toBe(true);
  });

  it("judges IPv4-mapped IPv6 addresses as IPv4, in rules too", () => {
    expect(allowed("allow 10.0.0.0/24", "::ffff:10.0.0.9")).toBe(true);
    expect(allowed("allow 10.0.0.0/24", "::ffff:a00:9")).toBe(true);
    expect(allowed("allow ::/0", "::ffff:10.0.0.9")).toBe(false);
    expect(allowed("allow ::ffff:10.0.0.0/120", "10.0.0.9")).toBe(true);
    expect(allowed("allow ::ffff:10.0.0.9", "10.0.0.9")).toBe(true);
    // Not a mapped address, however alike it looks.
    expect(allowed("allow ::10.0.0.9", "10.0.0.9")).toBe(false);
    expect(allowed("allow ::10.0.0.9", "::a00:9")).toBe(true);
  });

  it("lets `all` match both families", () => {
    expect(allowed("allow all", "203.0.113.1")).toBe(true);
    expect(allowed("allow all", "2001:db8::1")).toBe(true);
    expect(allowed("allow 0.0.0.0/0", "2001:db8::1")).toBe(false);
  });

  it("drops the zone of a client's address", () => {
    expect(allowed("allow fe80::/10", "fe80::1%eth0")).toBe(true);
  });

  it.each(["", "unknown", "10.0.0", "10.0.0.1:443", "[::1]", "1".repeat(100), "10.0.0.1%eth0"])(
    "denies %j, which is no address",
    (address) => {
      expect(decideAddress(rulesOf("allow all"), address)).toEqual({ allowed: false, rule: null });
    },
  );

  it("agrees with the platform's own address lists on random filters", () => {
    fc.assert(
      fc.property(filterArbitrary, fc.array(addressArbitrary, { minLength: 1, maxLength: 20 }), (lines, addresses) => {
        const rules = rulesOf(lines.map(textOfLine).join("\n"));
        for (const address of addresses) expect(decideAddress(rules, address)).toEqual(reference(lines, address));
      }),
      { numRuns: 300 },
    );
  });
});

describe("remarks on a filter", () => {
  it("finds that the documented example denies everything, since its first rule matches everything", () => {
    expect(findings(documented)).toMatchObject([
      { type: "unreachable", rule: 1, by: [0] },
      { type: "unreachable", rule: 2, by: [0] },
      { type: "unreachable", rule: 3, by: [0] },
      { type: "everything-denied" },
      { type: "readings-differ", example: "10.0.0.0", firstMatch: "deny", denyWins: "allow" },
    ]);
  });

  it("has nothing to say on an allow list that ends with deny all", () => {
    expect(types("deny 10.0.0.80\nallow 10.0.0.0/24\nallow 2001:db8::/32\ndeny all")).toEqual([]);
  });

  it("names a rule unreachable only when earlier rules take every address of it, together if need be", () => {
    expect(findings("allow 10.0.0.0/25\ndeny 192.0.2.1\nallow 10.0.0.128/25\ndeny 10.0.0.0/24\ndeny all")).toMatchObject([
      { type: "unreachable", rule: 3, by: [0, 2] },
      { type: "readings-differ", example: "10.0.0.0", firstMatch: "allow", denyWins: "deny" },
    ]);
    expect(types("allow 10.0.0.0/25\nallow 10.0.0.128/26\nallow 10.0.0.0/24\ndeny all")).toEqual([]);
    expect(types("deny 0.0.0.0/0\ndeny ::/0\nallow all")).toContain("unreachable");
  });

  it("names a rule that says the same as an earlier one, however it is written", () => {
    expect(findings("allow 10.0.0.1/24\nallow 10.0.0.2/24\ndeny all")).toMatchObject([{ type: "duplicate", rule: 1, of: 0 }]);
    expect(findings("allow 2001:DB8::\nallow 2001:db8:0::0/128\ndeny all")).toMatchObject([
      { type: "duplicate", rule: 1, of: 0 },
    ]);
  });

  it("misses a final all only where an address is left without a rule", () => {
    expect(types("allow 10.0.0.1")).toEqual(["no-final-all"]);
    expect(types("deny ::/0\nallow 128.0.0.0/1\ndeny 0.0.0.0/1")).toEqual([]);
  });

  it("says when everything is allowed or denied", () => {
    expect(types("allow all")).toEqual(["everything-allowed"]);
    expect(types("allow 0.0.0.0/1\nallow 128.0.0.0/1\nallow ::/0")).toEqual(["everything-allowed"]);
    expect(types("deny all")).toEqual(["everything-denied"]);
    expect(types("deny 10.0.0.1")).toEqual(["no-final-all", "everything-denied"]);
    expect(lintIpFilter([]).map((finding) => finding.type)).toEqual(["no-final-all", "everything-denied"]);
  });

  it("gives an example where deny rules that come late would win in the older reading", () => {
    expect(findings("allow 10.0.0.0/24\ndeny 10.0.0.80\ndeny all")).toMatchObject([
      { type: "unreachable", rule: 1 },
      { type: "readings-differ", example: "10.0.0.80", firstMatch: "allow", denyWins: "deny" },
    ]);
    expect(findings("allow all\ndeny 2001:db8::/32").at(-1)).toMatchObject({
      type: "readings-differ",
      example: "2001:db8::",
      message:
        "The order matters here: read from the top, 2001:db8:: is allowed; if deny rules win over allow rules, as older documentation says, it is denied.",
    });
  });

  it("agrees with a brute-force reading of every address at which a verdict can change", () => {
    fc.assert(
      fc.property(filterArbitrary, (lines) => {
        const rules = rulesOf(lines.map(textOfLine).join("\n"));
        const found = lintIpFilter(rules);
        const points = criticalAddresses(lines);
        const verdicts = points.map((address) => ({ address, ...reference(lines, address) }));

        expect(found.some((f) => f.type === "everything-allowed")).toBe(verdicts.every((v) => v.allowed));
        expect(found.some((f) => f.type === "everything-denied")).toBe(verdicts.every((v) => !v.allowed));
        expect(found.some((f) => f.type === "no-final-all")).toBe(verdicts.some((v) => v.rule === null));

        const reached = new Set(verdicts.map((v) => v.rule));
        const dead = found.flatMap((f) => (f.type === "unreachable" || f.type === "duplicate" ? [f.rule] : []));
        expect(dead).toEqual(lines.flatMap((_, index) => (reached.has(index) ? [] : [index])));

        const differ = verdicts.some((v) => v.allowed !== denyWins(lines, v.address));
        const finding = found.find(
          (f): f is Extract<IpFilterFinding, { type: "readings-differ" }> => f.type === "readings-differ",
        );
        expect(finding !== undefined).toBe(differ);
        if (finding !== undefined) {
          expect(reference(lines, finding.example).allowed).toBe(finding.firstMatch === "allow");
          expect(denyWins(lines, finding.example)).toBe(finding.denyWins === "allow");
        }
      }),
      { numRuns: 300 },
    );
  });

  it("copes with the longest filter there may be", () => {
    const lines = Array.from({ length: mostIpFilterRules - 1 }, (_, n) => `allow 10.${n >> 8}.${n & 255}.0/25`);
    expect(types([...lines, "deny all"].join("\n"))).toEqual([]);
  });
});

describe("the schemas of a filter", () => {
  it("keep the text verbatim", () => {
    const text = "# office\r\n  allow 10.0.0.1/24 ;deny all\n\n";
    expect(ipFilterTextSchema.parse(text)).toBe(text);
    expect(ipFilterTextSchema.parse(documented)).toBe(documented);
  });

  it("report errors with their place", () => {
    expect(ipFilterTextSchema.safeParse("allow 10.0.0.1\nallow").error?.issues.map((issue) => issue.message)).toEqual([
      "Line 2, column 1: Say what to allow: all, an address, or a CIDR such as 10.0.0.0/24.",
    ]);
  });

  it.each(["", " \n;", "# nobody yet"])("refuse %j, which has no rule", (text) => {
    expect(ipFilterTextSchema.safeParse(text).error?.issues.map((issue) => issue.message)).toEqual([
      "A filter needs at least one rule, such as “deny all”.",
    ]);
  });

  it("trim a name and refuse an empty, overlong or broken one", () => {
    expect(ipFilterNameSchema.parse("  office ")).toBe("office");
    for (const name of ["  ", "x".repeat(201), "a\nb"]) expect(ipFilterNameSchema.safeParse(name).success).toBe(false);
  });
});

interface Line {
  readonly action: IpFilterAction;
  /** null: all. */
  readonly block: { readonly address: string; readonly prefix: number; readonly family: "ipv4" | "ipv6" } | null;
}

// Addresses from two small neighbourhoods, so that random rules overlap, touch and fill each other's gaps.
const octet = fc.constantFrom(0, 1, 2, 127, 128, 254, 255);
const ipv4 = fc.tuple(fc.constantFrom(10, 11), octet).map(([a, d]) => `${a}.0.0.${d}`);
const ipv6 = fc.tuple(fc.constantFrom("2001:db8", "2001:db9"), octet).map(([head, last]) => `${head}::${last.toString(16)}`);
const addressArbitrary = fc.oneof(
  ipv4,
  ipv6,
  ipv4.map((address) => `::ffff:${address}`),
  fc.ipV4(),
  fc.ipV6(),
);
const filterArbitrary: fc.Arbitrary<Line[]> = fc.array(
  fc.record({
    action: fc.constantFrom("allow", "deny"),
    block: fc.oneof(
      { weight: 1, arbitrary: fc.constant(null) },
      {
        weight: 6,
        arbitrary: fc.record({ address: ipv4, prefix: fc.constantFrom(0, 1, 7, 8, 24, 25, 31, 32), family: fc.constant("ipv4") }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          address: ipv6,
          prefix: fc.constantFrom(0, 1, 31, 32, 120, 121, 127, 128),
          family: fc.constant("ipv6"),
        }),
      },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

function textOfLine({ action, block }: Line): string {
  if (block === null) return `${action} all`;
  const full = block.prefix === (block.family === "ipv4" ? 32 : 128);
  return `${action} ${block.address}${full ? "" : `/${block.prefix}`}`;
}

/** Whether a line matches an address, by the platform's own arithmetic and without any of ours. */
function matches({ block }: Line, address: string): boolean {
  if (block === null) return true;
  const plain = address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
  const family = plain.includes(":") ? "ipv6" : "ipv4";
  if (family !== block.family) return false;
  if (block.prefix === 0) return true;
  const list = new BlockList();
  list.addSubnet(block.address, block.prefix, block.family);
  return list.check(plain, family);
}

function reference(lines: readonly Line[], address: string): { allowed: boolean; rule: number | null } {
  const rule = lines.findIndex((line) => matches(line, address));
  return rule < 0 ? { allowed: false, rule: null } : { allowed: lines[rule]?.action === "allow", rule };
}

/** The older reading: a specific deny, then a specific allow, then `all`, of which deny wins again. */
function denyWins(lines: readonly Line[], address: string): boolean {
  const specific = lines.filter((line) => line.block !== null && matches(line, address));
  if (specific.some((line) => line.action === "deny")) return false;
  if (specific.length > 0) return true;
  const general = lines.filter((line) => line.block === null);
  return general.length > 0 && general.every((line) => line.action === "allow");
}

/** First and last address of each line's block and their neighbours: between two of these nothing changes. */
function criticalAddresses(lines: readonly Line[]): string[] {
  const addresses = [
    "0.0.0.0",
    "255.255.255.255",
    "::",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "::fffe:ffff:ffff",
    "::1:0:0:0",
  ];
  for (const { block } of lines) {
    if (block === null) continue;
    const bits = block.family === "ipv4" ? 32 : 128;
    const value = block.family === "ipv4" ? number4(block.address) : number6(block.address);
    const size = 1n << BigInt(bits - block.prefix);
    const first = (value / size) * size;
    for (const point of [first - 1n, first, first + size - 1n, first + size]) {
      if (point >= 0n && point < 1n << BigInt(bits)) addresses.push(block.family === "ipv4" ? text4(point) : text6(point));
    }
  }
  return addresses;
}

const number4 = (text: string) => text.split(".").reduce((value, part) => value * 256n + BigInt(part), 0n);
const text4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
/** Reads `a:b::c`, the only form used above. */
function number6(text: string): bigint {
  const [head = "", tail = ""] = text.split("::");
  const [a = "", b = ""] = head.split(":");
  return (BigInt(`0x${a}`) << 112n) + (BigInt(`0x${b}`) << 96n) + BigInt(`0x${tail}`);
}
const text6 = (value: bigint) =>
  Array.from({ length: 8 }, (_, n) => ((value >> BigInt(112 - 16 * n)) & 0xffffn).toString(16)).join(":");

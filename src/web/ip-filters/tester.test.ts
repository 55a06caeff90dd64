import { describe, expect, it } from "vitest";

import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";

import { addressesIn, decidedByLine, isAddress, judge, sameVerdict, verdictText } from "./tester.ts";

const { rules } = parseIpFilter("# offices\nallow 10.8.0.0/16; deny 10.9.0.1\nallow 2001:db8::/32\ndeny 10.0.0.0/8");
const verdicts = (...addresses: readonly string[]) => addresses.map((address) => ({ address, verdict: judge(rules, address) }));

describe("the addresses to test", () => {
  it("are read from lines or separated as in logs, each once", () => {
    expect(addressesIn(" 10.8.0.1\n10.8.0.2, ::1;10.8.0.1\t\r\n")).toEqual(["10.8.0.1", "10.8.0.2", "::1"]);
    expect(addressesIn("  \n")).toEqual([]);
  });

  it.each(["10.0.0.1", "::1", "::ffff:10.0.0.1", "fe80::1%eth0"])("may be %s", (text) => expect(isAddress(text)).toBe(true));

  it.each(["10.0.0", "10.0.0.0/8", "host", "10.0.0.1:443", "all", ""])("may not be %j", (text) =>
    expect(isAddress(text)).toBe(false),
  );
});

describe("a verdict", () => {
  it.each([
    ["10.8.3.4", "allowed by line 2: allow 10.8.0.0/16"],
    ["10.9.0.1", "denied by line 2: deny 10.9.0.1"],
    ["2001:db8::7", "allowed by line 3: allow 2001:db8::/32"],
    ["::ffff:10.200.0.1", "denied by line 4: deny 10.0.0.0/8"],
    ["192.0.2.1", "no rule matches: denied"],
    ["?", "is not an IPv4 or IPv6 address"],
    ["10.0.0.1:443", "is not an IPv4 or IPv6 address. Leave the port out: write 10.0.0.1."],
    ["10.0.0.1\u200b", "is not an IPv4 or IPv6 address. This is an invisible zero-width space (U+200B); delete it."],
  ])("on %s names the rule that decides", (address, text) => expect(verdictText(judge(rules, address))).toBe(text));

  it("equals another that accepts or refuses alike, whatever the rule", () => {
    const [a, b, c, d] = verdicts("10.8.3.4", "2001:db8::7", "192.0.2.1", "office").map(({ verdict }) => verdict);
    expect(a && b && sameVerdict(a, b)).toBe(true);
    expect(a && c && sameVerdict(a, c)).toBe(false);
    expect(c && d && sameVerdict(c, d)).toBe(false);
  });
});

describe("what a line of rules decides", () => {
  it("is counted for each rule on it, without addresses that no rule matches", () => {
    const lines = decidedByLine(verdicts("10.8.3.4", "10.9.0.1", "10.8.3.5", "192.0.2.1", "office", "10.200.0.1"));
    expect([...lines]).toEqual([
      [2, { allowed: ["10.8.3.4", "10.8.3.5"], denied: ["10.9.0.1"] }],
      [4, { allowed: [], denied: ["10.200.0.1"] }],
    ]);
  });
});

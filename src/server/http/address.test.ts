import { describe, expect, it } from "vitest";

import { limitKey, readAddress, among } from "./address.ts";

describe("a forwarded address", () => {
  it.each([
    ["203.0.113.5", "203.0.113.5"],
    ["203.0.113.5:5555", "203.0.113.5"],
    ["2001:DB8::1", "2001:db8::1"],
    ["2001:db8::1:443", "2001:db8::1:443"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["::ffff:203.0.113.5", "203.0.113.5"],
    ["[::ffff:203.0.113.5]:443", "203.0.113.5"],
    ["fe80::1%eth0", "fe80::1"],
    ["fe80::1%25eth0", "fe80::1"],
    ["[fe80::1%eth0]:443", "fe80::1"],
  ])("%s is read as %s", (text, address) => {
    expect(readAddress(text)).toBe(address);
  });

  it.each([
    "",
    "unknown",
    "_hidden",
    "example.com:80",
    "203.0.113.05",
    "203.0.113",
    "3405803781",
    "0xcb007105",
    "203.0.113.5:",
    "203.0.113.5:123456",
    "203.0.113.5%eth0",
    "[2001:db8::1",
    "[2001:db8::1]443",
    "2001:db8::1::2",
    undefined,
  ])("%s is no address", (text) => {
    expect(readAddress(text)).toBe("unknown");
  });
});

describe("the list of trusted proxies", () => {
  const trusts = among(["10.0.0.0/8", "2001:db8::7", "::ffff:192.0.2.0/120"]);

  it("matches proxies by address and CIDR, with and without a port", () => {
    for (const address of ["10.1.2.3", "10.1.2.3:5555", "::ffff:10.1.2.3", "2001:db8::7", "[2001:db8::7]:443", "192.0.2.9"]) {
      expect(trusts(address), address).toBe(true);
    }
    for (const address of ["11.0.0.1", "2001:db8::8", "unknown", "", undefined]) expect(trusts(address), address).toBe(false);
  });
});

describe("the key of a rate limit", () => {
  it("is an IPv4 address, or the /64 of an IPv6 address", () => {
    expect(limitKey("203.0.113.5")).toBe("203.0.113.5");
    expect(limitKey("2001:db8:1:2:3:4:5:6")).toBe(limitKey("2001:db8:1:2::9"));
    expect(limitKey("2001:db8:1:3::9")).not.toBe(limitKey("2001:db8:1:2::9"));
  });
});

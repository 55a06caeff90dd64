import { describe, expect, it } from "vitest";

import { incidentLink, readSubject } from "./link.ts";

const read = (link: string) => readSubject(new URL(link, "http://localhost").searchParams);

describe("The link of an incident", () => {
  it("says the same when it is read as when it was made", () => {
    const subject = {
      user: "U".repeat(24),
      token: "t".repeat(32),
      address: "2001:db8::1",
      since: Date.UTC(2026, 0, 2, 3, 4),
      until: Date.UTC(2026, 0, 3),
    };
    expect(read(incidentLink(subject))).toEqual(subject);
    expect(incidentLink({})).toBe("/incident");
  });

  it("names an address as records do, however it is written", () => {
    for (const [written, kept] of [
      ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
      ["::ffff:192.0.2.7", "192.0.2.7"],
      ["fe80::1%25eth0", "fe80::1"],
      ["192.0.2.7", "192.0.2.7"],
    ] as const) {
      expect(read(`/incident?address=${written}`)).toEqual({ address: kept });
    }
  });

  it("leaves out what makes no sense, and any text that could be a secret", () => {
    const secret = `${"i".repeat(32)}~${"S".repeat(44)}`;
    const link = `/incident?user=${secret}&token=${"S".repeat(44)}&address=office&since=yesterday&until=2026-13-01T00:00Z`;
    expect(read(link)).toEqual({});
  });
});

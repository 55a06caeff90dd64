import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const at = Date.UTC(2027, 1, 20, 3, 35, 7);

/** The words of a browser in a zone: what formats them is made when the module is. */
async function wordsIn(zone: string): Promise<string> {
  vi.stubEnv("TZ", zone);
  return (await import("./times.ts")).localAndUtcTime(at);
}

describe("an instant in local time and UTC", () => {
  beforeEach(() => void vi.resetModules());
  afterEach(() => void vi.unstubAllEnvs());

  it("is told twice where the reader's clock goes otherwise", async () => {
    expect(await wordsIn("Asia/Tokyo")).toMatch(/^20 Feb 2027, 12:35:07 .* · 2027-02-20 03:35:07 UTC$/u);
  });

  it("is told once where the reader's clock goes by UTC", async () => {
    expect(await wordsIn("UTC")).toBe("20 Feb 2027, 03:35:07 UTC");
  });
});

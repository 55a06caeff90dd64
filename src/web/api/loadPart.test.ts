import { describe, expect, it } from "vitest";

import { failureOf } from "./failure.ts";
import { loadPart } from "./loadPart.ts";

describe("a part of the app that is loaded on demand", () => {
  it("is handed on once it is loaded", async () => {
    await expect(loadPart(() => Promise.resolve("a dialog"))).resolves.toBe("a dialog");
  });

  it("fails with a message about the server, not about modules or logs", async () => {
    const missing = new TypeError("Failed to fetch dynamically imported module: https://tokens.example/assets/a-1.js");
    const failure = await loadPart(() => Promise.reject(missing)).catch(failureOf);
    expect(failure).toMatchObject({ kind: "unreachable" });
    expect(failure).toHaveProperty("message", expect.stringMatching(/the server does not answer.*Nothing was sent or changed/u));
    expect(JSON.stringify(failure)).not.toMatch(/module|log\b/u);
  });
});

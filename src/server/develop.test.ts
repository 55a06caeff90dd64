import { spawnSync } from "node:child_process";

import { expect, it } from "vitest";

/** What `npm run dev` answers before it starts anything. */
function refusal(args: readonly string[], PORT = ""): string {
  const { PATH = "", HOME = "" } = process.env;
  const { stderr } = spawnSync(process.execPath, ["scripts/dev.mjs", ...args], {
    env: { PATH, HOME, PORT },
    encoding: "utf8",
    timeout: 20_000,
  });
  return stderr.trim();
}

it("the development server refuses a port that is none, and what would move the server away from behind it", () => {
  expect(refusal([], "abc")).toBe("PORT must be a whole number from 1 to 65535.");
  expect(refusal(["--port=5000"])).toBe("npm run dev sets --port itself. PORT chooses the port.");
  expect(refusal(["--demo", "--public-url", "http://x"])).toBe("npm run dev sets --public-url itself. PORT chooses the port.");
});

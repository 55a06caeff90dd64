import { expect, it } from "vitest";

import { encodingOf } from "./packed.ts";

it("a text tells how it is encoded by its mark, and without one by the zeros of UTF-16", () => {
  const cases = [
    ["utf-16le", [0xff, 0xfe, 0x61, 0]],
    ["utf-16be", [0xfe, 0xff, 0, 0x61]],
    ["utf-16le", [0x61, 0, 0x62, 0]],
    ["utf-16be", [0, 0x61, 0, 0x62]],
    ["utf-8", [0xef, 0xbb, 0xbf, 0x61]],
    ["utf-8", [0x61, 0x62, 0x63, 0x64]],
    ["utf-8", [0, 0, 0, 0]],
    ["utf-8", [0x61, 0, 0, 0]],
    ["utf-8", [0x61]],
    ["utf-8", []],
  ] as const;
  for (const [encoding, bytes] of cases) expect(encodingOf(Uint8Array.from(bytes)), bytes.join(" ")).toBe(encoding);
});

import { describe, expect, it } from "vitest";

import { distinctNames } from "./distinctNames.ts";

const offices = [
  { id: "aiyyErQ1x", name: "Offices" },
  { id: "b7KpzzQ2x", name: "Offices" },
];
const data = { id: "c4MmmmQ3x", name: "Data centre" };

describe("distinct names", () => {
  it("carry part of the id only where a name repeats", () => {
    expect(Object.fromEntries(distinctNames([...offices, data]))).toEqual({
      aiyyErQ1x: "Offices (aiyyEr…)",
      b7KpzzQ2x: "Offices (b7Kpzz…)",
      c4MmmmQ3x: "Data centre",
    });
  });

  it("carry part of the id where a name looks like another, and are isolated where they run from right to left", () => {
    const names = distinctNames([
      { id: "aiyyErQ1x", name: "office" },
      { id: "b7KpzzQ2x", name: "office\u200B" },
      { id: "c4MmmmQ3x", name: "משרד" },
    ]);
    expect([...names.values()]).toEqual(["office (aiyyEr…)", "office⟨U+200B⟩ (b7Kpzz…)", "\u2068משרד\u2069"]);
  });

  it("stay unchanged where the same thing comes twice", () => {
    expect(distinctNames([data, data]).get(data.id)).toBe("Data centre");
  });
});

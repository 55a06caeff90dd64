import { describe, expect, it } from "vitest";

import { distinctNames } from "./distinctNames.ts";

const offices = [
  { id: "aiyyErQ1x", name: "Offices" },
  { id: "b7KpzzQ2x", name: "Offices" },
];
const data = { id: "c4MmmmQ3x", name: "Data centre" };

describe("names to tell things apart by", () => {
  it("have part of the id where a name repeats, and nowhere else", () => {
    expect(Object.fromEntries(distinctNames([...offices, data]))).toEqual({
      aiyyErQ1x: "Offices (aiyyEr…)",
      b7KpzzQ2x: "Offices (b7Kpzz…)",
      c4MmmmQ3x: "Data centre",
    });
  });

  it("stay as they are where the same thing is told twice", () => {
    expect(distinctNames([data, data]).get(data.id)).toBe("Data centre");
  });
});

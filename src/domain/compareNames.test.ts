import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { compareNames, inOrderOfNames } from "./compareNames.ts";

describe("the order of names", () => {
  it("has numbers by their size, and makes no difference between upper and lower case", () => {
    expect(["web-10", "Web-2", "web-1", "api"].toSorted(compareNames)).toEqual(["api", "web-1", "Web-2", "web-10"]);
    expect(compareNames("WEB", "web")).toBe(0);
  });

  it("is that of a plain sort for any items, of which many have the same name", () => {
    const name = fc.oneof(
      fc.constantFrom("web", "Web", "web-2", "web-10", "WEB-2", ""),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 40 }), (names) => {
        const items = names.map((each, id) => ({ name: each, id: (id * 7) % 41 }));
        const among = (a: { id: number }, b: { id: number }) => b.id - a.id;
        expect(inOrderOfNames(items, among)).toEqual(items.toSorted((a, b) => compareNames(a.name, b.name) || among(a, b)));
      }),
    );
  });

  it("compares each different name once, however many items have it", () => {
    let read = 0;
    const item = (text: string) => ({
      get name() {
        read++;
        return text;
      },
    });
    const items = Array.from({ length: 1000 }, (_, index) => item(`web-${index % 3}`));
    inOrderOfNames(items, () => 0);
    expect(read).toBe(2 * items.length);
  });
});

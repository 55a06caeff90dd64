import { describe, expect, it } from "vitest";

import { drawnIndexes, scrolledTo, sightOf } from "./sight.ts";

const metrics = { rowHeight: 40, headHeight: 40 };
const none = { overscan: 0, kept: undefined };

describe("the rows in sight", () => {
  it("are those between the headings and the lower edge, also where only a part of one is seen", () => {
    expect(sightOf(0, 440, metrics)).toEqual({ first: 0, end: 10 });
    expect(sightOf(30, 440, metrics)).toEqual({ first: 0, end: 11 });
    expect(sightOf(400, 440, metrics)).toEqual({ first: 10, end: 20 });
  });

  it("are drawn with some beyond at either end, and never more than there are", () => {
    expect(drawnIndexes(100, { first: 50, end: 52 }, { overscan: 1, kept: undefined })).toEqual([49, 50, 51, 52]);
    expect(drawnIndexes(3, { first: 0, end: 10 }, { overscan: 10, kept: undefined })).toEqual([0, 1, 2]);
    expect(drawnIndexes(0, { first: 0, end: 10 }, none)).toEqual([]);
  });

  it("are the last ones of a list that became shorter than it was scrolled", () => {
    expect(drawnIndexes(5, { first: 90, end: 93 }, none)).toEqual([2, 3, 4]);
  });

  it("come with the one that has the focus, however far it is scrolled away", () => {
    const sight = { first: 50, end: 52 };
    expect(drawnIndexes(100, sight, { overscan: 0, kept: 3 })).toEqual([3, 50, 51]);
    expect(drawnIndexes(100, sight, { overscan: 0, kept: 99 })).toEqual([50, 51, 99]);
    expect(drawnIndexes(100, sight, { overscan: 0, kept: 51 })).toEqual([50, 51]);
    expect(drawnIndexes(10, { first: 0, end: 2 }, { overscan: 0, kept: 12 })).toEqual([0, 1]);
  });

  it("are reached by scrolling no further than needed", () => {
    expect(scrolledTo(5, 0, 440, metrics)).toBe(0);
    expect(scrolledTo(10, 0, 440, metrics)).toBe(40);
    expect(scrolledTo(2, 400, 440, metrics)).toBe(80);
  });
});

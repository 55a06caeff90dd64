import { describe, expect, it } from "vitest";

import { compareLink, comparedKeys } from "./link.ts";

const keysOf = (link: string) => comparedKeys(new URL(link, "http://localhost").searchParams);

describe("the link of a comparison", () => {
  it("gives back the very keys, whatever they hold", () => {
    const keys = ["view:a&t=b", "ingest:ops/é#1?", "fleet:+ %2F"];
    expect(keysOf(compareLink(keys))).toEqual(keys);
  });

  it("names a token once, and passes over what names none", () => {
    expect(keysOf("/tokens/compare?t=a&t=b&t=a&t=&q=c")).toEqual(["a", "b"]);
    expect(keysOf("/tokens/compare")).toEqual([]);
  });
});

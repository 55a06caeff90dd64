import { describe, expect, it } from "vitest";

import { choiceIn, withChoice } from "./choice.ts";

describe("what was chosen for a roll-out", () => {
  it("comes back from a link as it went in, whatever the names are", () => {
    const choice = { repository: "a&b=c#d", ingest: "../new?x", configuration: "c1", fleet: "0123abcd" };
    const link = withChoice("/fleet/configurations?new#part", choice);
    const url = new URL(link, "http://localhost");
    expect(url.pathname).toBe("/fleet/configurations");
    expect(url.searchParams.has("new")).toBe(true);
    expect(url.hash).toBe("#part");
    expect(choiceIn(url.searchParams)).toEqual(choice);
  });

  it("leaves a link alone where nothing was chosen, and a form's word bare", () => {
    expect(withChoice("/roll-out", {})).toBe("/roll-out");
    expect(withChoice("/tokens/fleet?new", { configuration: "c" })).toBe("/tokens/fleet?new&configuration=c");
  });

  it("has no ingest token without its repository", () => {
    expect(choiceIn(new URLSearchParams("ingest=web&fleet=1&repository="))).toEqual({ fleet: "1" });
  });
});

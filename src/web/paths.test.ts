import fc from "fast-check";
import { matchPath } from "react-router";
import { describe, expect, it } from "vitest";

import { formerIngestLink } from "#web/ingest/formerLink.ts";
import { paths } from "./paths.ts";

const oddNames = [
  "a/b",
  "a%2Fb",
  "a%252Fb",
  ".",
  "..",
  "payments.eu",
  "web.v2",
  "new",
  "in",
  "token",
  "a+b",
  "a b",
  "?&=#",
  "שלום",
  "",
];
const anyName = fc.oneof(fc.constantFrom(...oddNames), fc.string({ unit: "grapheme" }));

/** What a page reads from its address, after a browser took it. */
function read(address: string) {
  const { pathname, searchParams } = new URL(address, "http://localhost");
  return { pathname, parameters: Object.fromEntries(searchParams) };
}

describe("the address of a thing that people name", () => {
  it("holds the name in its query alone, and gives every name back unchanged", () => {
    fc.assert(
      fc.property(anyName, anyName, (repository, name) => {
        expect(read(paths.ingestToken(repository, name))).toEqual({
          pathname: "/tokens/ingest/token",
          parameters: { repository, name },
        });
        expect(read(paths.ingestRepository(repository))).toEqual({ pathname: "/tokens/ingest/in", parameters: { repository } });
        expect(read(paths.newIngestToken(repository))).toEqual({ pathname: "/tokens/ingest/new", parameters: { repository } });
        expect(read(paths.repository(name))).toEqual({ pathname: "/repositories/place", parameters: { name } });
      }),
    );
  });

  it("is different for different things", () => {
    const addresses = oddNames.flatMap((repository) => oddNames.map((name) => paths.ingestToken(repository, name)));
    expect(new Set(addresses).size).toBe(oddNames.length ** 2);
  });
});

describe("an address of a former version", () => {
  it.each([
    ["/tokens/ingest/in/sandbox", { repository: "sandbox" }],
    ["/tokens/ingest/in/payments.eu/web.v2", { repository: "payments.eu", search: "web.v2" }],
    ["/tokens/ingest/in/sandbox/a%2Fb", { repository: "sandbox", search: "a/b" }],
    ["/tokens/ingest/in/sandbox/a%252Fb", { repository: "sandbox", search: "a%2Fb" }],
    ["/tokens/ingest/in/sandbox/a/b", { repository: "sandbox", search: "a/b" }],
    ["/tokens/ingest/in/sandbox/", { repository: "sandbox" }],
    ["/tokens/ingest/in/100%/x", { repository: "100%", search: "x" }],
    ["/tokens/ingest/in/", {}],
  ])("%s is read for what it named", (address, named) => {
    expect(matchPath("/tokens/ingest/in/*", address)).not.toBeNull();
    expect(formerIngestLink(address)).toEqual(named);
  });
});

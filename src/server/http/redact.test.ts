import { describe, expect, it } from "vitest";

import { loggablePath, withoutTokens } from "./redact.ts";

const uuid = "4d8b4f31-5a55-4c5e-9f3a-2c1f7a1f0b11";
const fleet = "Abcdefghijklmnopqrstuvwxyz012345";
const api = `${fleet}~${"s".repeat(44)}`;
/** A value that an administrator chose. */
const custom = "correct-horse-battery";

describe("a path in the log", () => {
  it.each([
    ["/", "/"],
    ["/graphql", "/graphql"],
    ["/session/link", "/session/link"],
    ["/tokens/view", "/tokens/view"],
    ["/ip-filters/new", "/ip-filters/new"],
    ["/favicon.svg", "/favicon.svg"],
    ["/api/v1/ingest/elastic-bulk/", "/api/v1/ingest/elastic-bulk/"],
    ["/services/collector/event/1.0", "/services/collector/event/1.0"],
    ["/assets/AddOutlined-DzL_Nazm.js", "/assets/…"],
    [`/tokens/view/${fleet}`, "/tokens/view/…"],
  ])("%s is shown as %s", (path, shown) => {
    expect(loggablePath(path, undefined)).toBe(shown);
  });

  const encoded = (text: string) => text.replaceAll(/./gu, (character) => `%${character.charCodeAt(0).toString(16)}`);

  it.each([uuid, uuid.toUpperCase(), fleet, api, `localroot~${"s".repeat(44)}`, encoded(uuid), uuid.replaceAll("-", "%2d")])(
    "holds nothing of %s, wherever it stands",
    (value) => {
      for (const path of ["/", "/api/v1/ingest/", "/api/v1/ingest/raw/", "/services/collector/", "/_bulk/", "/fleet/", "/x/y/"]) {
        for (const written of [value, `a${value}`, `${value}.json`, encodeURIComponent(value)]) {
          expect(loggablePath(`${path}${written}/x`, undefined)).not.toMatch(/[0-9a-f]{4}-|%|~|[A-Za-z0-9]{32}/iu);
        }
      }
    },
  );

  it("holds nothing unknown where programs send data, since a value may be of anybody's choice", () => {
    for (const path of ["/api/v1/ingest/", "/api/v1/ingest/raw/", "/services/collector/", "/_bulk/", "/api/"]) {
      expect(loggablePath(path + custom, `${path}*`)).toBe(`${path}…`);
    }
  });

  it("holds what the route itself is called", () => {
    expect(loggablePath("/api/tokenhouse/Last-Use9/x9Y", "/api/tokenhouse/Last-Use9/:id")).toBe("/api/tokenhouse/Last-Use9/…");
  });
});

describe("a text in the log", () => {
  it("keeps everything but the values of tokens", () => {
    expect(withoutTokens(`a ${uuid}, b ${fleet}; c ${api} d`)).toBe("a …, b …; c …… d");
    expect(withoutTokens(`http://h/x?t=${uuid.replaceAll("-", "%2D")}&u=${api.replace("~", "%7E")}`)).toBe("http://h/x?t=…&u=……");
    expect(withoutTokens("relation “tokens” of 2030-01-01, 12 rows")).toBe("relation “tokens” of 2030-01-01, 12 rows");
  });
});

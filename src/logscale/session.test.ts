import { expect, it } from "vitest";

import { isSignedIn, refusalIn, sessionFrom } from "./session.ts";

const signedOut = { clientAddress: "192.0.2.1", backend: "embedded", host: "localhost:8080", extensions: ["tokenUse"] };
const user = { id: "u", username: "ada", fullName: null, isRoot: false, isOrgRoot: true };

it("reads a session of each kind as the server tells it", () => {
  for (const whose of [
    {},
    { user },
    { user: { ...user, fullName: "Ada" }, tokenId: "u", tokenKind: "personal", tokenName: "mine" },
    { tokenId: "t", tokenKind: "view", tokenName: "shipper" },
    { tokenName: "local administrator" },
  ]) {
    const session = sessionFrom({ ...signedOut, ...whose });
    expect(session).toEqual({ ...signedOut, ...whose });
    expect(session && isSignedIn(session)).toBe(Object.keys(whose).length > 0);
  }
  expect(sessionFrom({ ...signedOut, backend: "gateway", scheme: "http" })).toMatchObject({ scheme: "http" });
});

it("leaves out what it does not know, as a newer server may tell it", () => {
  expect(sessionFrom({ ...signedOut, mood: "fine", user: { ...user, shoe: 43 }, extensions: ["later"] })).toEqual({
    ...signedOut,
    user,
    extensions: ["later"],
  });
});

it("takes no answer for a session that lacks a member or has another type in its place", () => {
  for (const answer of [undefined, null, "no", 7, [], {}, ["clientAddress"]]) expect(sessionFrom(answer)).toBeUndefined();
  for (const member of Object.keys(signedOut)) {
    const rest = Object.entries(signedOut).filter(([one]) => one !== member);
    expect(sessionFrom(Object.fromEntries(rest)), member).toBeUndefined();
    for (const odd of [null, 7, {}, "odd", ["odd", 7]].filter((value) => typeof value !== "string" || member === "backend"))
      expect(sessionFrom({ ...signedOut, [member]: odd }), `${member}: ${JSON.stringify(odd)}`).toBeUndefined();
  }
  for (const odd of [null, 7, {}, "odd"]) {
    const members = ["user", "tokenKind", "scheme", ...(typeof odd === "string" ? [] : ["tokenId", "tokenName"])];
    for (const member of members) expect(sessionFrom({ ...signedOut, [member]: odd }), member).toBeUndefined();
  }
  for (const member of Object.keys(user))
    expect(sessionFrom({ ...signedOut, user: { ...user, [member]: 7 } }), member).toBeUndefined();
});

it("finds what a refusal says of itself", () => {
  expect(refusalIn({ message: "Wait a minute." })).toBe("Wait a minute.");
  for (const answer of [undefined, null, "Wait", { message: 7 }, {}]) expect(refusalIn(answer)).toBeUndefined();
});

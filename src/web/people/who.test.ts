import { expect, it } from "vitest";

import { isAmong, readWho } from "./who.ts";

const user = { isRoot: false, isOrgRoot: false, roles: [], signedIn: false };

it("somebody is without any rights only who is known to have no role, no root and no ownership", () => {
  expect(isAmong("no-rights", user)).toBe(true);
  expect(isAmong("no-rights", { ...user, roles: ["reader"] })).toBe(false);
  expect(isAmong("no-rights", { ...user, isOrgRoot: true })).toBe(false);
  expect(isAmong("no-rights", { ...user, roles: undefined })).toBe(false);
});

it("root is root, an owner an owner, and signed in whose session is alive", () => {
  expect(isAmong("root", { ...user, isRoot: true })).toBe(true);
  expect(isAmong("owner", { ...user, isRoot: true })).toBe(false);
  expect(isAmong("owner", { ...user, isOrgRoot: true })).toBe(true);
  expect(isAmong("signed-in", { ...user, signedIn: true })).toBe(true);
});

it("what a link asks for that makes no sense is ignored", () => {
  expect(readWho("root")).toBe("root");
  expect(readWho("toString")).toBeUndefined();
});

import { describe, expect, it } from "vitest";

import type { UserDetail } from "./queries.ts";
import { additionOf, changeOf, profileFormSchema, profileOf, userFormSchema } from "./requests.ts";

const user: UserDetail = {
  id: "u1",
  username: "rosa",
  fullName: "Rosa Marin",
  email: null,
  isRoot: false,
  isOrgRoot: false,
  createdAt: "2026-01-01T00:00:00.000Z",
  searchDomainRoles: [],
};

describe("what is sent of a user", () => {
  it("is only what was changed, so that what somebody else changed meanwhile stays", () => {
    const now = profileOf(user);
    expect(changeOf(user, now).variables).toEqual({ input: { username: "rosa" } });
    expect(changeOf(user, { ...now, email: "rosa@example.com" }).variables).toEqual({
      input: { username: "rosa", email: "rosa@example.com" },
    });
    expect(changeOf(user, { ...now, fullName: "", isRoot: true }).variables).toEqual({
      input: { username: "rosa", fullName: "", isRoot: true },
    });
  });

  it("names neither root nor ownership of a new user unless they are given", () => {
    const form = { username: "rosa", fullName: "", email: "", isRoot: false, isOrgRoot: false };
    expect(additionOf(form).variables).toEqual({ input: { username: "rosa" } });
    expect(additionOf({ ...form, isRoot: true, isOrgRoot: true }).variables).toEqual({
      input: { username: "rosa", isRoot: true, isOrgOwner: true },
    });
  });

  it("is trimmed, and refused where it is too long or holds what cannot be seen", () => {
    expect(profileFormSchema.parse({ fullName: " Rosa ", email: "", isRoot: false }).fullName).toBe("Rosa");
    const refused = [
      { fullName: "a​b", email: "", isRoot: false },
      { fullName: "", email: "x".repeat(1001), isRoot: false },
    ];
    for (const form of refused) expect(profileFormSchema.safeParse(form).success).toBe(false);
    expect(userFormSchema.safeParse({ ...refused[0], fullName: "", username: " ", isOrgRoot: false }).success).toBe(false);
  });
});

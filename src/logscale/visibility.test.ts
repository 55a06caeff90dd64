import { describe, expect, it } from "vitest";

import { visibilityByRights } from "./visibility.ts";

const nobody = { isUser: false, isRoot: false, isOrganizationRoot: false, maySeeOrganizationTokens: false };

describe("what a caller of LogScale sees", () => {
  it("never includes all personal tokens, even for root", () => {
    expect(visibilityByRights({ ...nobody, isUser: true, isRoot: true })).toEqual({
      personal: "partial",
      view: "complete",
      organization: "complete",
      system: "complete",
    });
  });

  it("may lack system tokens for the owner of an organization", () => {
    expect(visibilityByRights({ ...nobody, isUser: true, isOrganizationRoot: true })).toMatchObject({
      organization: "complete",
      system: "partial",
    });
  });

  it("is partial for a token without rights, and holds no personal tokens", () => {
    expect(visibilityByRights(nobody)).toEqual({
      personal: "hidden",
      view: "partial",
      organization: "hidden",
      system: "partial",
    });
  });
});

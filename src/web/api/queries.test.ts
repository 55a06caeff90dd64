import { describe, expect, it } from "vitest";

import { visibilityByRights } from "./queries.ts";

const nobody = { isUser: false, isRoot: false, isOrganizationRoot: false, maySeeOrganizationTokens: false };

describe("what a caller of a plain LogScale sees", () => {
  it("is never all personal tokens, even for root", () => {
    expect(visibilityByRights({ ...nobody, isUser: true, isRoot: true })).toEqual({
      personal: "partial",
      view: "complete",
      organization: "complete",
      system: "complete",
    });
  });

  it("leaves system tokens in doubt for the owner of an organization", () => {
    expect(visibilityByRights({ ...nobody, isUser: true, isOrganizationRoot: true })).toMatchObject({
      organization: "complete",
      system: "partial",
    });
  });

  it("is at most in part for a token without rights, and no personal token at all", () => {
    expect(visibilityByRights(nobody)).toEqual({
      personal: "hidden",
      view: "partial",
      organization: "hidden",
      system: "partial",
    });
  });
});

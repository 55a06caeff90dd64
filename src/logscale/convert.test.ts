import { describe, expect, it } from "vitest";

import { carriesPermissions, perKind, tokenKinds } from "#domain/token/kinds.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";

import { firstUseFromWire, policiesFromInput, policiesToInput } from "./convert.ts";

/** Policies whose values all differ from the default and, where possible, between the kinds. */
const policies: Policies = perKind((kind) => ({
  enabled: false,
  maximumLifetime: 1000 * (1 + tokenKinds.indexOf(kind)),
  ipFilter: kind,
  allowPermissionUpdates: carriesPermissions(kind),
}));

describe("the first use of a token", () => {
  it("is told, never, or not known where it was used before that was written down or nobody tells", () => {
    expect(firstUseFromWire({ lastUsedAt: 5, firstUsedAt: 2 })).toBe(2);
    expect(firstUseFromWire({ lastUsedAt: null, firstUsedAt: null })).toBeNull();
    expect(firstUseFromWire({ lastUsedAt: 5, firstUsedAt: null })).toBeUndefined();
    expect(firstUseFromWire({ lastUsedAt: 5 })).toBeUndefined();
    expect(firstUseFromWire({})).toBeUndefined();
  });
});

describe("policies as LogScale's input", () => {
  it("name LogScale's fifteen fields, each value under its own kind", () => {
    expect(policiesToInput(policies, { withSystem: true })).toEqual({
      personalUserTokensEnabled: false,
      personalUserTokensEnforceExpirationAfterMs: 1000,
      personalUserTokensEnforceIpFilterId: "personal",
      viewPermissionTokensEnabled: false,
      viewPermissionTokensEnforceExpirationAfterMs: 2000,
      viewPermissionTokensEnforceIpFilterId: "view",
      viewPermissionTokensAllowPermissionUpdates: true,
      organizationPermissionTokensEnabled: false,
      organizationPermissionTokensEnforceExpirationAfterMs: 3000,
      organizationPermissionTokensEnforceIpFilterId: "organization",
      organizationPermissionTokensAllowPermissionUpdates: true,
      systemPermissionTokensEnabled: false,
      systemPermissionTokensEnforceExpirationAfterMs: 4000,
      systemPermissionTokensEnforceIpFilterId: "system",
      systemPermissionTokensAllowPermissionUpdates: true,
    });
  });

  it("say nothing of the system kind where they must not, and then leave it as it is", () => {
    const input = policiesToInput(policies, { withSystem: false });
    expect(Object.keys(input).filter((field) => field.startsWith("system"))).toEqual([]);
    const current = { ...defaultPolicies, system: { ...policies.system, maximumLifetime: 9000, ipFilter: "former" } };
    expect(policiesFromInput(input, current)).toEqual({ ...policies, system: current.system });
  });

  it("come back as they were sent", () => {
    expect(policiesFromInput(policiesToInput(policies, { withSystem: true }), defaultPolicies)).toEqual(policies);
  });
});

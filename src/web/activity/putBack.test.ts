import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { recordText } from "#domain/audit/record.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { auditRecordSchema, type AuditRecord } from "#logscale/audit.ts";
import { readDraft } from "#web/policies/draft/readLink.ts";

import { draftLinks } from "./putBack.ts";

const applied = (before: Policies, after: Policies, refused = false): AuditRecord =>
  auditRecordSchema.parse(
    JSON.parse(
      recordText(
        {
          type: "organizations.securitypolicies.tokens.update",
          action: "apply",
          target: null,
          ...(!refused && { before, after }),
        },
        {
          id: "r",
          at: 0,
          actor: { type: "localAdministrator", organizationId: "o", orgRoot: true },
          operation: "updateTokenSecurityPolicies",
          refusal: refused ? { code: "NOT_ALLOWED" } : undefined,
        },
      ),
    ),
  );

const opened = (link: string | undefined, current: Policies) =>
  readDraft(new URLSearchParams(link?.split("?")[1]), {
    current,
    withSystem: true,
    filters: new Set(["office"]),
    allFilters: true,
  });

describe("The draft of an application of the policies", () => {
  const before = { ...defaultPolicies, view: { ...defaultPolicies.view, maximumLifetime: 400 * day } };
  const after: Policies = {
    ...before,
    view: { ...before.view, maximumLifetime: 90 * day, ipFilter: "office" },
    system: { ...before.system, enabled: !before.system.enabled },
  };
  const changed = [
    { kind: "view", field: "maximumLifetime" },
    { kind: "view", field: "ipFilter" },
    { kind: "system", field: "enabled" },
  ];

  it("comes back into the form as it was, and what was before it can be put there instead", () => {
    const links = draftLinks(applied(before, after));
    const again = opened(links?.again, before);
    expect(again?.changes).toEqual(expect.arrayContaining(changed));
    expect(again?.changes).toHaveLength(3);
    expect(again).toMatchObject({ leftOut: [], moved: [], form: { view: { amount: "90", unit: "days", ipFilter: "office" } } });
    expect(opened(links?.undo, after)).toMatchObject({ leftOut: [], moved: [], form: { view: { amount: "400", ipFilter: "" } } });
  });

  it("is told apart from what is in force now, where that moved since", () => {
    const now = { ...before, personal: { ...before.personal, ipFilter: "office" } };
    expect(opened(draftLinks(applied(before, after))?.again, now)?.moved).toEqual([{ kind: "personal", field: "ipFilter" }]);
  });

  it("names a maximum that nobody could set, and keeps what can be", () => {
    const beyond = { ...before, view: { ...before.view, maximumLifetime: 2n ** 62n } };
    const undo = opened(draftLinks(applied(beyond, after))?.undo, after);
    expect(undo?.changes).toEqual([
      { kind: "view", field: "ipFilter" },
      { kind: "system", field: "enabled" },
    ]);
    expect(undo?.leftOut).toEqual([
      { text: "view.max=4611686018427387904ms", why: "It is shorter or longer than a maximum lifetime can be." },
    ]);
  });

  it("is not offered where there is none: of a refusal, of what changed no policy, and of another form", () => {
    expect(draftLinks(applied(before, after, true))).toBeUndefined();
    expect(draftLinks(applied(before, before))).toBeUndefined();
    expect(draftLinks({ ...applied(before, after), after: { view: "open" } })).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";

import { withAuditedUse, type AuditedUse } from "./auditUse.ts";
import { auditUseWords } from "./AuditUseNote.tsx";

const audit: AuditedUse = { period: 2_592_000_000, whole: true, uses: new Map([["a", 5000]]) };

describe("last use from the audit log", () => {
  it("fills in what the server does not tell, and nothing else", () => {
    expect(withAuditedUse({ id: "a" }, audit)).toEqual({ id: "a", lastUsedAt: 5000 });
    expect(withAuditedUse({ id: "a", lastUsedAt: null }, audit)).toEqual({ id: "a", lastUsedAt: null });
    expect(withAuditedUse({ id: "a", lastUsedAt: 9000 }, audit)).toEqual({ id: "a", lastUsedAt: 9000 });
  });

  it("leaves a token unknown that it does not name: not every request is audited", () => {
    const token = { id: "b" };
    expect(withAuditedUse(token, audit)).toBe(token);
    expect(withAuditedUse(token, undefined)).toBe(token);
  });

  it("is said with its reach, and with the cluster's own doubts", () => {
    expect(auditUseWords({ type: "audited", audit })).toMatch(/the last 30 days\. .* may be in use all the same\.$/u);
    expect(auditUseWords({ type: "audited", audit: { ...audit, whole: false } })).toMatch(/may not be whole\.$/u);
    expect(auditUseWords({ type: "recorded" })).toBeUndefined();
    expect(auditUseWords({ type: "failed", failure: { kind: "refused", message: "No." }, retry: () => undefined })).toBe(
      "Last use is not known. No.",
    );
  });
});

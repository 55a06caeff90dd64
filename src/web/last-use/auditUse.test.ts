import { describe, expect, it } from "vitest";

import type { Creator } from "#domain/token/creator.ts";
import { neverUsed, type LastUse } from "#domain/token/lastUse.ts";
import { withAuditedUse, type AuditedUse } from "#domain/token/auditedUse.ts";
import { auditUseWords } from "./AuditUseNote.tsx";

const audited: LastUse = { at: 5000, from: "10.0.0.1", source: "at-least" };
const creator: Creator = { kind: "user", id: "u", name: "ada" };
const audit: AuditedUse = {
  period: 2_592_000_000,
  whole: true,
  uses: new Map([["a", audited]]),
  creators: new Map([["c", creator]]),
};

describe("last use from the audit log", () => {
  it("fills in only what the server does not tell", () => {
    const recorded: LastUse = { at: 9000, from: "10.0.0.2", source: "recorded" };
    expect(withAuditedUse({ id: "a" }, audit)).toEqual({ id: "a", lastUse: audited });
    expect(withAuditedUse({ id: "a", lastUse: neverUsed }, audit)).toEqual({ id: "a", lastUse: neverUsed });
    expect(withAuditedUse({ id: "a", lastUse: recorded }, audit)).toEqual({ id: "a", lastUse: recorded });
  });

  it("comes with the creator, where the log names one", () => {
    expect(withAuditedUse({ id: "c" }, audit)).toEqual({ id: "c", creator });
    const recorded: Creator = { kind: "token", id: "t", name: "ci" };
    expect(withAuditedUse({ id: "c", creator: recorded }, audit)).toEqual({ id: "c", creator: recorded });
  });

  it("leaves a token unknown that the log does not name, since not every request is audited", () => {
    const token = { id: "b" };
    expect(withAuditedUse(token, audit)).toBe(token);
    expect(withAuditedUse(token, undefined)).toBe(token);
  });

  it("is shown with how far it reaches, and with the cluster's own warnings", () => {
    expect(auditUseWords({ type: "audited", audit })).toMatch(/the last 30 days\. .* may be in use all the same\.$/u);
    expect(auditUseWords({ type: "audited", audit: { ...audit, whole: false } })).toMatch(/may not be whole\.$/u);
    expect(auditUseWords({ type: "recorded" })).toBeUndefined();
    expect(auditUseWords({ type: "failed", failure: { kind: "refused", message: "No." }, retry: () => undefined })).toBe(
      "Last use is not known. No.",
    );
  });
});

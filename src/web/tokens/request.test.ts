import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { day, hour, minute } from "#domain/duration.ts";
import { latestProposal } from "#domain/token/expiry.ts";
import { defaultPolicies, type KindPolicy } from "#domain/policy/policy.ts";

import { earliestLocal, latestLocal, writeLocal } from "#web/ui/localTime.ts";

import {
  clockChangeWords,
  emptyForm,
  expiryOf,
  tokenFields,
  tokenFormSchema,
  type RequestContext,
  type TokenForm,
} from "./request.ts";

const now = Date.UTC(2027, 0, 15, 12);
const policy = (changes: Partial<KindPolicy> = {}): KindPolicy => ({ ...defaultPolicies.view, ...changes });

function read(form: Partial<TokenForm>, context: Partial<RequestContext> = {}) {
  const given: RequestContext = { kind: "view", policy: policy(), now, lacking: () => [], ...context };
  const filled = { ...emptyForm(given.policy, now), name: "bot", viewIds: ["a"], permissions: ["ReadAccess"], ...form };
  const result = tokenFormSchema(given).safeParse(filled);
  return result.success
    ? result.data
    : Object.fromEntries(result.error.issues.map(({ path, message }) => [path.join("."), message]));
}

describe("the form of a new token", () => {
  it("starts with 90 days and no filter where nothing is enforced", () => {
    expect(read({})).toEqual({
      kind: "view",
      name: "bot",
      viewIds: ["a"],
      permissions: ["ReadAccess"],
      expireAt: now + 90 * day,
      ipFilter: null,
    });
  });

  it("starts with what the policy allows, a minute below the maximum", () => {
    expect(read({}, { policy: policy({ maximumLifetime: 7 * day, ipFilter: "office" }) })).toMatchObject({
      expireAt: now + 7 * day - minute,
      ipFilter: "office",
    });
  });

  it("asks for the parts of its kind and no others", () => {
    expect(read({ name: "", viewIds: [], permissions: [] }, { kind: "personal" })).toEqual({
      kind: "personal",
      expireAt: now + 90 * day,
      ipFilter: null,
    });
    expect(read({ permissions: ["ViewUsage"], viewIds: [] }, { kind: "organization" })).toMatchObject({
      permissions: ["ViewUsage"],
    });
  });

  it("reports each mistake at its field", () => {
    expect(Object.keys(read({ name: " ", viewIds: [], permissions: [], expiry: "exact" }))).toEqual([
      "exact",
      "name",
      "viewIds",
      "permissions",
    ]);
  });

  it("refuses an exact expiry that is past or beyond the policy, at the field that holds it", () => {
    const limited = { policy: policy({ maximumLifetime: day }) };
    expect(read({ expiry: "exact", exact: writeLocal(now - day) })).toEqual({ exact: "Choose an expiry in the future." });
    expect(read({ expiry: "exact", exact: writeLocal(now + 2 * day) }, limited)).toEqual({
      exact: "View tokens may live at most 1 day; choose an earlier expiry.",
    });
    expect(read({ expiry: "never" }, limited)).toHaveProperty("expiry");
  });

  it("refuses to grant what the caller does not hold", () => {
    expect(read({}, { lacking: (names) => names })).toHaveProperty("permissions");
  });

  it("refuses everything where the kind is disabled", () => {
    expect(read({}, { policy: policy({ enabled: false }) })).toEqual({
      root: "View tokens are disabled by the security policy.",
    });
  });
});

describe("an expiry", () => {
  it("is counted from the moment of the request", () => {
    expect(expiryOf({ expiry: String(day), exact: "" }, null, now + 5 * minute)).toBe(now + 5 * minute + day);
    expect(expiryOf({ expiry: "never", exact: "" }, null, now)).toBeNull();
  });

  it("is read as local time", () => {
    expect(expiryOf({ expiry: "exact", exact: writeLocal(now) }, null, 0)).toBe(now);
    expect(expiryOf({ expiry: "exact", exact: "soon" }, null, now)).toBeUndefined();
  });
});

describe("an exact expiry on the day of a clock change", () => {
  beforeEach(() => void vi.stubEnv("TZ", "Europe/Berlin"));
  afterEach(() => void vi.unstubAllEnvs());
  const back = Date.UTC(2027, 9, 31, 1);
  const exact = (text: string, maximum: number | null, at: number) =>
    read({ expiry: "exact", exact: text }, { policy: policy({ maximumLifetime: maximum }), now: at });

  it("is refused where the clocks skip the time", () => {
    const words = "There is no 02:30 on this day: the clocks are set from 02:00 to 03:00. Choose another time.";
    expect(exact("2027-03-28T02:30", null, now)).toEqual({ exact: words });
    expect(clockChangeWords("2027-03-28T02:30", null, now)).toBe(words);
    expect(exact("2027-03-28T03:00", null, now)).toMatchObject({ expireAt: Date.UTC(2027, 2, 28, 1) });
  });

  it("is the first of two that lies ahead and fits the policy, and the form says which", () => {
    const text = "2027-10-31T02:30";
    expect(exact(text, null, now)).toMatchObject({ expireAt: back - hour / 2 });
    expect(clockChangeWords(text, null, now)).toMatch(/comes twice\. The first is meant\.$/u);
    expect(exact(text, null, back - hour / 4)).toMatchObject({ expireAt: back + hour / 2 });
    expect(clockChangeWords(text, null, back - hour / 4)).toMatch(/comes twice\. The second is meant\.$/u);
    expect(clockChangeWords("2027-10-31T03:00", null, now)).toBeUndefined();
  });

  it("is accepted at the field's earliest and latest time, at every minute around the change", () => {
    const forth = Date.UTC(2027, 2, 28, 1);
    for (const change of [forth, back]) {
      for (let at = change - 3 * hour; at < change + 3 * hour; at += 7 * minute + 1234) {
        expect(exact(earliestLocal(at + minute), day, at)).toHaveProperty("expireAt");
        for (const maximum of [hour, day]) {
          expect(exact(latestLocal(latestProposal(maximum, at - maximum)), maximum, at - maximum)).toHaveProperty("expireAt");
        }
      }
    }
  });

  it("is refused as too far off in a year beyond the calendar", () => {
    expect(exact("275760-12-01T00:00", null, now)).toEqual({ exact: "This expiry is too far in the future." });
  });
});

describe("a refusal of the server", () => {
  it.each([
    ["viewPermissions", "permissions"],
    ["ipFilterId", "ipFilter"],
    ["viewIds", "viewIds"],
    ["expireAt", "exact"],
    ["something", undefined],
  ])("about %s lands on %s", (field, expected) => {
    expect(tokenFields({ expiry: "exact" })[field]).toBe(expected);
  });

  it("about the expiry lands on the list of lifetimes where one was chosen there", () => {
    expect(tokenFields({ expiry: "never" })["expireAt"]).toBe("expiry");
  });
});

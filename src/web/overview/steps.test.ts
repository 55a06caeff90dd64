import { describe, expect, it } from "vitest";

import { defaultPolicies } from "#domain/policy/policy.ts";

import { firstSteps, isYoung, type OrganizationFacts } from "./steps.ts";

const empty: OrganizationFacts = {
  gateway: false,
  repositories: ["sandbox"],
  users: 1,
  policies: defaultPolicies,
  tokens: [],
  may: { createRepository: true, manageUsers: true, changePolicies: true, createToken: "personal", createIngestToken: true },
};
const done = (facts: OrganizationFacts) => firstSteps(facts).map((step) => step.done);

describe("the first steps of an organization", () => {
  it("are all to be taken in an empty one, and each leads somewhere", () => {
    const steps = firstSteps(empty);
    expect(steps.map(({ title }) => title)).toEqual([
      "Create a repository",
      "Let people in",
      "Set the policies",
      "Create a token",
      "Connect a shipper",
    ]);
    expect(steps.every((step) => !step.done && step.ways.length > 0 && step.who === undefined)).toBe(true);
  });

  it("are each done by what they are about alone", () => {
    expect(done({ ...empty, repositories: ["sandbox", "web"] })).toEqual([true, false, false, false, false]);
    expect(done({ ...empty, users: 2 })).toEqual([false, true, false, false, false]);
    const policies = { ...defaultPolicies, view: { ...defaultPolicies.view, maximumLifetime: 86_400_000 } };
    expect(done({ ...empty, policies })).toEqual([false, false, true, false, false]);
    expect(done({ ...empty, tokens: [{ kind: "view" }] })).toEqual([false, false, false, true, false]);
    expect(done({ ...empty, tokens: [{ kind: "ingest" }] })).toEqual([false, false, false, false, true]);
    expect(done({ ...empty, tokens: [{ kind: "fleet" }] })).toEqual([false, false, false, false, false]);
  });

  it("are not done where that is not known", () => {
    expect(done({ ...empty, repositories: undefined, users: undefined, policies: undefined })).toEqual(Array(5).fill(false));
  });

  it("say who can take them where the caller may not, unless they are done", () => {
    const may = {
      createRepository: false,
      manageUsers: false,
      changePolicies: false,
      createToken: undefined,
      createIngestToken: false,
    };
    for (const { ways, who } of firstSteps({ ...empty, may })) {
      expect(ways).toEqual([]);
      expect(who).toMatch(/permission/u);
    }
    expect(firstSteps({ ...empty, may, users: 2 })[1]).toMatchObject({ done: true, ways: [] });
    expect(firstSteps({ ...empty, may, users: 2 })[1]?.who).toBeUndefined();
  });

  it("leave repositories and users to LogScale in front of a cluster", () => {
    const steps = firstSteps({ ...empty, gateway: true });
    expect(steps.slice(0, 2).map(({ ways, who }) => [ways, who?.includes("LogScale itself")])).toEqual([
      [[], true],
      [[], true],
    ]);
    expect(steps.slice(2).every(({ ways }) => ways.length > 0)).toBe(true);
  });
});

it("an organization is young while it has few tokens", () => {
  expect([0, 9, 10, 1000].map(isYoung)).toEqual([true, true, false, false]);
});

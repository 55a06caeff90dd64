import { describe, expect, it } from "vitest";

import type { ThingsInForce } from "#domain/resources/inForce.ts";
import { aToken, somePolicies, testNow } from "#domain/testing.ts";

import { checkInput, parseInput } from "./check.ts";

const file = (name: string, text: string) => ({ name, text, named: true });
const health = `apiVersion: core.humio.com/v1alpha1
kind: HumioSystemToken
spec: {managedClusterName: c, tokenSecretName: s, name: health, permissions: [ReadHealthCheck]}
`;
const missing = health.replace("name: health", "name: other");
const plan =
  "version: 1\npolicies:\n  system: { enabled: false, maximumLifetime: null, ipFilter: null, allowPermissionUpdates: false }\n";

const inForce: ThingsInForce = {
  policies: somePolicies(),
  filters: { type: "seen", all: [] },
  tokens: {
    system: { tokens: [{ ...aToken({ kind: "system", name: "health" }), permissions: ["ReadHealthCheck"] }], unseen: undefined },
  },
  domains: { type: "seen", all: [] },
  ingest: new Map(),
};

const verdictsOf = (files: ReturnType<typeof file>[], there = inForce) => {
  const { rows, unreadable } = checkInput(parseInput({ files, unread: [] }), there, testNow);
  return {
    verdicts: rows.map(({ placed, checked }) => `${placed.resource.thing.name} ${checked.verdict}`),
    unreadable: unreadable.map(({ file: name, line, message }) => `${name}:${line} ${message}`),
  };
};

describe("files that are dropped", () => {
  it("are checked together, the gravest first", () => {
    expect(verdictsOf([file("a.yaml", health), file("b.yaml", missing)])).toEqual({
      verdicts: ["other missing", "health exists"],
      unreadable: [],
    });
  });

  it("may have a file of policies among them, whose plan they are held against", () => {
    const parsed = parseInput({ files: [file("a.yaml", health), file("policies.yaml", plan)], unread: [] });
    expect(parsed).toMatchObject({ plan: { name: "policies.yaml" }, needed: { kinds: ["system"] } });
    expect(verdictsOf([file("a.yaml", health), file("policies.yaml", plan)]).verdicts).toEqual(["health stopped"]);
  });

  it("say where a file of policies is wrong, and are held against one alone", () => {
    const wrong = file("wrong.yaml", plan.replace("enabled: false", "enabled: maybe"));
    const both = verdictsOf([file("a.yaml", health), wrong, file("more.yaml", plan)]);
    expect(both.verdicts).toEqual(["health exists"]);
    expect(both.unreadable).toEqual([
      "more.yaml:1 This is another file of policies. One plan is looked at at a time.",
      expect.stringMatching(/^wrong\.yaml:3 /u),
    ]);
  });

  it("are not held against a plan where the IP filters are not known", () => {
    const { verdicts, unreadable } = verdictsOf([file("a.yaml", health), file("policies.yaml", plan)], {
      ...inForce,
      filters: { type: "unseen", why: "You may not list them." },
    });
    expect(verdicts).toEqual(["health exists"]);
    expect(unreadable).toEqual(["policies.yaml:1 What this plan does cannot be said. You may not list them."]);
  });

  it("are no policies where a resource has keys of such names", () => {
    const map = "apiVersion: v1\nkind: ConfigMap\ndata: {}\npolicies: {}\n";
    expect(parseInput({ files: [file("map.yaml", map)], unread: [] })).toMatchObject({
      plan: undefined,
      files: { skipped: [{ kind: "ConfigMap" }] },
    });
  });
});

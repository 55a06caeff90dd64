import { describe, expect, it } from "vitest";

import type { DocumentReading } from "./model.ts";
import { readDocument } from "./read.ts";
import { aDocument } from "./testing.ts";

function readOne(value: unknown): DocumentReading {
  const [first, ...more] = readDocument(value);
  if (first === undefined || more.length > 0) throw new Error("It is not one document.");
  return first.reading;
}

function resourceOf(value: unknown) {
  const reading = readOne(value);
  if (reading.type !== "resource") throw new Error(JSON.stringify(reading));
  return reading.resource;
}

function faultsOf(value: unknown) {
  const reading = readOne(value);
  if (reading.type !== "unreadable") throw new Error(JSON.stringify(reading));
  return reading.faults.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("a resource of humio-operator", () => {
  it("says what it makes, by name", () => {
    expect(
      resourceOf(
        aDocument("view", {
          name: "deploy",
          viewNames: ["web", "shop", "web"],
          permissions: ["ReadAccess"],
          expiresAt: "2030-01-31T12:00:00.900+01:00",
          ipFilterName: "office",
        }),
      ),
    ).toEqual({
      thing: {
        type: "view",
        name: "deploy",
        views: ["web", "shop"],
        permissions: ["ReadAccess"],
        expireAt: Date.UTC(2030, 0, 31, 11),
        ipFilter: "office",
      },
      resourceName: "a-resource",
      cluster: "logs",
      madeId: null,
      remarks: [],
    });
    expect(resourceOf(aDocument("system", { name: "health", permissions: ["ReadHealthCheck"] })).thing).toEqual({
      type: "system",
      name: "health",
      views: [],
      permissions: ["ReadHealthCheck"],
      expireAt: null,
      ipFilter: null,
    });
    expect(resourceOf(aDocument("ingest", { name: "web", repositoryName: "weblogs" })).thing).toEqual({
      type: "ingest",
      name: "web",
      repository: "weblogs",
      parser: null,
    });
    const rules = [
      { action: "deny", address: "192.168.1.24" },
      { action: "allow", address: "all" },
    ];
    expect(resourceOf(aDocument("ip-filter", { name: "office", ipFilter: rules })).thing).toEqual({
      type: "ip-filter",
      name: "office",
      rules: [
        { action: "deny", target: "192.168.1.24" },
        { action: "allow", target: "all" },
      ],
    });
  });

  it("has the id of what the operator made, as Kubernetes gives it back", () => {
    const spec = { name: "a", permissions: [] };
    expect(resourceOf(aDocument("system", spec, { status: { humioId: "abc" } })).madeId).toBe("abc");
    expect(resourceOf(aDocument("system", spec, { status: { id: "abc", token: "secret" } })).madeId).toBe("abc");
    expect(resourceOf(aDocument("system", spec, { status: {} })).madeId).toBeNull();
  });

  it.each([
    [
      "no spec",
      { ...aDocument("organization", {}), spec: null },
      "spec: spec is empty: HumioOrganizationToken needs name, permissions.",
    ],
    [
      "an empty spec",
      { ...aDocument("view", {}), spec: {} },
      "spec: spec is empty: HumioViewToken needs name, viewNames, permissions.",
    ],
    ["a spec that is a list", { ...aDocument("view", {}), spec: [1] }, "spec: spec consists of keys with values."],
    ["a number for a name", aDocument("system", { name: 1, permissions: [] }), "spec.name: name is a text: put it in quotes."],
    [
      "an empty name",
      aDocument("ingest", { name: "", repositoryName: "a" }),
      "spec.name: name is missing: HumioIngestToken needs",
    ],
    [
      "no repository",
      aDocument("ingest", { name: "a" }),
      "spec: repositoryName is missing: HumioIngestToken needs name, repositoryName.",
    ],
    [
      "one permission for a list",
      aDocument("system", { name: "a", permissions: "X" }),
      "spec.permissions: permissions is a list of names.",
    ],
    [
      "a permission that is none",
      aDocument("system", { name: "a", permissions: [true] }),
      "spec.permissions.0: Each of permissions is a name",
    ],
    ["no rules", aDocument("ip-filter", { name: "a", ipFilter: [] }), "spec.ipFilter: ipFilter is a list of rules"],
    [
      "an unknown action",
      aDocument("ip-filter", { name: "a", ipFilter: [{ action: "drop", address: "all" }] }),
      "spec.ipFilter.0.action: The action",
    ],
    ["no address", aDocument("ip-filter", { name: "a", ipFilter: [{ action: "deny" }] }), "spec.ipFilter.0: The address"],
    [
      "a wrong address",
      aDocument("ip-filter", { name: "a", ipFilter: [{ action: "deny", address: "10.0.0.256" }] }),
      "spec.ipFilter.0.address: ",
    ],
    [
      "another version",
      { ...aDocument("view", { name: "a" }), apiVersion: "core.humio.com/v2" },
      "apiVersion: Tokenhouse reads core.humio.com/v1alpha1",
    ],
    ["no version", { ...aDocument("view", { name: "a" }), apiVersion: undefined }, ": apiVersion is missing."],
    ["no kind", { apiVersion: "v1" }, ": kind is missing."],
    ["neither", { name: "a" }, ": This is no resource"],
    ["a mere text", "hello", ": A resource consists of keys with values"],
    ["a list", [1], ": A resource consists of keys with values"],
    [
      "a JSON patch",
      [{ op: "add", path: "/spec/name", value: "x" }],
      ": This is a JSON patch. Check what kustomize build prints",
    ],
    ["a patch", aDocument("view", { $patch: "delete" }), "spec.$patch: This is a patch, not a whole resource."],
    [
      "a patch of two fields",
      aDocument("view", { permissions: ["ReadAccess"] }),
      "spec: name is missing: HumioViewToken needs name, viewNames, permissions. If this is a patch for kustomize",
    ],
  ])("is unreadable with %s, and says where and why", (_, value, expected) => {
    expect(faultsOf(value)[0]).toContain(expected);
  });

  it.each(["2030-01-31", "2030-02-30T12:00:00Z", "2030-01-31 12:00:00", "in 30 days", 7, "2030-01-31T25:00:00Z"])(
    "is unreadable with the expiry %j",
    (expiresAt) => {
      expect(faultsOf(aDocument("system", { name: "a", permissions: [], expiresAt }))).toEqual([
        "spec.expiresAt: expiresAt is a time such as 2030-01-31T12:00:00Z.",
      ]);
    },
  );

  it("tells every fault of one document", () => {
    expect(faultsOf(aDocument("view", { name: 1, viewNames: "a", permissions: [2], expiresAt: "x" }))).toHaveLength(4);
  });

  it("is remarked on where Kubernetes would refuse it, or drop a field without a word", () => {
    const remarksOn = (spec: Record<string, unknown>) =>
      resourceOf({ ...aDocument("view", {}), spec }).remarks.map(({ path, message }) => `${path.join(".")}: ${message}`);
    const whole = { name: "a", viewNames: ["b"], permissions: [], managedClusterName: "c", tokenSecretName: "d" };
    expect(remarksOn(whole)).toEqual([]);
    expect(remarksOn({ ...whole, expireAt: "2030-01-31T12:00:00Z" })).toEqual([
      "spec.expireAt: HumioViewToken has no field of this name, so it means nothing; expiresAt may be meant.",
    ]);
    expect(remarksOn({ ...whole, ipFilter: "office" })[0]).toContain("ipFilterName may be meant");
    expect(remarksOn({ ...whole, colour: 1 })).toEqual([
      "spec.colour: HumioViewToken has no field of this name, so it means nothing.",
    ]);
    expect(remarksOn({ ...whole, managedClusterName: undefined, tokenSecretName: undefined })).toHaveLength(2);
    expect(remarksOn({ ...whole, externalClusterName: "e" })[0]).toContain("refuses the resource with both");
    const filter = aDocument("ip-filter", { name: "a", ipFilter: [{ action: "allow", address: "2001:db8::1" }] });
    expect(resourceOf(filter).remarks[0]?.message).toContain("IPv6 must be written out");
  });
});

describe("a document", () => {
  it("of another kind is named, with what it makes", () => {
    const user = { apiVersion: "core.humio.com/v1alpha1", kind: "HumioUser", metadata: { name: "u" }, spec: { userName: "a" } };
    expect(readOne(user)).toEqual({ type: "other", kind: "HumioUser", resourceName: "u", makes: null });
    const repository = { apiVersion: "core.humio.com/v1alpha1", kind: "HumioRepository", spec: { name: "weblogs" } };
    expect(readOne(repository)).toEqual({ type: "other", kind: "HumioRepository", resourceName: null, makes: "weblogs" });
    expect(readOne({ ...aDocument("view", {}), apiVersion: "example.com/v1" })).toMatchObject({ type: "other" });
  });

  it("that is a list holds each of its items, with its path", () => {
    const items = [aDocument("ingest", { name: "a", repositoryName: "b" }), aDocument("ingest", { name: "a" }), 3];
    for (const kind of ["List", "HumioIngestTokenList"]) {
      const readings = readDocument({ apiVersion: "v1", kind, items });
      expect(readings.map(({ path, reading }) => [path.join("."), reading.type])).toEqual([
        ["items.0", "resource"],
        ["items.1", "unreadable"],
        ["items.2", "unreadable"],
      ]);
      expect(readings[1]?.reading).toMatchObject({ faults: [{ path: ["items", 1, "spec"] }] });
    }
    expect(readDocument({ apiVersion: "v1", kind: "List", items: [] })).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { printResource, type ApiResource } from "#domain/print/apiResource.ts";
import { checkResources } from "#domain/resources/check.ts";
import type { ThingsInForce } from "#domain/resources/inForce.ts";
import { expandViewPermissions, organizationPermissions, viewPermissions } from "#domain/token/permissions.ts";
import { aToken, hostileNames, somePolicies, testNow } from "#domain/testing.ts";

import { longestResources, readResources, type PlacedDocument } from "./operatorYaml.ts";

/** As people write them: comments, several documents, no line break at the end. */
const several = `# Tokens of the shop
apiVersion: core.humio.com/v1alpha1
kind: HumioViewToken
metadata:
  labels:
    app.kubernetes.io/managed-by: kustomize
  name: shop
spec:
  managedClusterName: logs
  name: "shop deploy"
  viewNames: &views
    - shop
  permissions:
    - ReadAccess
  expiresAt: 2030-01-31T12:00:00Z
  tokenSecretName: shop-token
---
---
apiVersion: core.humio.com/v1alpha1
kind: HumioUser
metadata: {name: ada}
spec:
  userName: ada@example.com
  #isRoot: true
---
apiVersion: core.humio.com/v1alpha1
kind: HumioIPFilter
metadata:
  name: office
spec:
  managedClusterName: logs
  name: office
  ipFilter:
    - action: deny
      address: 10.0.0.24
    - action: allow
      address: all`;

/** As the operator's own sample of an organization token is: with nothing in it but a note to its author. */
const empty = `apiVersion: core.humio.com/v1alpha1
kind: HumioOrganizationToken
metadata:
  name: sample
spec:
  # Add fields here
`;

const token = (...spec: string[]) =>
  `apiVersion: core.humio.com/v1alpha1\nkind: HumioSystemToken\nspec:\n${spec.map((line) => `  ${line}\n`).join("")}`;
const whole = ["managedClusterName: logs", "tokenSecretName: s", "name: health", "permissions: [ReadHealthCheck]"];

const faultsOf = (text: string) =>
  readResources(text).flatMap((document) =>
    document.type === "unreadable" ? document.faults.map(({ line, column, message }) => `${line}:${column} ${message}`) : [],
  );

describe("a file of resources", () => {
  it("is read document by document, each with the line it begins at", () => {
    const documents = readResources(several);
    expect(documents).toMatchObject([
      {
        type: "resource",
        line: 2,
        column: 1,
        resource: { thing: { type: "view", name: "shop deploy", views: ["shop"] } },
        remarks: [],
      },
      { type: "other", kind: "HumioUser", line: 19 },
      { type: "resource", line: 26, resource: { thing: { type: "ip-filter", rules: [{ action: "deny" }, { target: "all" }] } } },
    ]);
    expect(readResources(several.replaceAll("\n", "\r\n"))).toEqual(documents);
    expect(readResources(`\uFEFF${several}`)).toHaveLength(3);
  });

  it("may be a list that Kubernetes printed, as YAML or JSON", () => {
    const item = {
      apiVersion: "core.humio.com/v1alpha1",
      kind: "HumioIngestToken",
      metadata: {},
      spec: { name: "a", repositoryName: "b" },
      status: { state: "Exists" },
    };
    const list = { apiVersion: "v1", kind: "List", items: [item, { ...item, spec: { name: "c" } }] };
    const [first, second, ...more] = readResources(JSON.stringify(list, null, 2));
    expect(first).toMatchObject({ type: "resource", line: 5, resource: { thing: { type: "ingest", repository: "b" } } });
    expect(second).toMatchObject({
      type: "unreadable",
      faults: [{ line: 21, message: expect.stringContaining("repositoryName is missing") }],
    });
    expect(more).toEqual([]);
  });

  it.each(["", "\n# nothing\n", "---\n", "---\n---\n# a\n", "~\n"])("holds no resource where there is none: %j", (text) => {
    expect(readResources(text)).toEqual([]);
  });

  it("names line and column of what is wrong, and reads the other documents all the same", () => {
    expect(faultsOf(empty)).toEqual(["5:1 spec is empty: HumioOrganizationToken needs name, permissions."]);
    const documents = readResources(`${token("name: [health", "permissions: 1")}\n---\n${token(...whole)}---\n${empty}`);
    expect(documents.map(({ type }) => type)).toEqual(["unreadable", "resource", "unreadable"]);
    expect(faultsOf(token("name: 3", "name: 4"))).toEqual(["5:3 This key is there twice."]);
    expect(faultsOf(token("permissions: [ReadHealthCheck, 7]", "expiresAt: tomorrow"))).toEqual([
      expect.stringMatching(/^3:1 name is missing/u),
      expect.stringMatching(/^4:34 Each of permissions/u),
      expect.stringMatching(/^5:14 expiresAt is a time/u),
    ]);
  });

  it("says that it is a template, and where, instead of what follows from that", () => {
    const helm = [
      [token("name: {{ .Values.name }}"), "4:9"],
      [token("name: '{{ .Values.name }}'", ...whole.slice(3)), "4:10"],
      [`{{- if .Values.tokens }}\n${token(...whole)}{{- end }}\n`, "1:1"],
    ] as const;
    for (const [text, place] of helm)
      expect(faultsOf(text)).toEqual([expect.stringMatching(new RegExp(`^${place} This is a template`, "u"))]);
    expect(faultsOf(token(...whole, "# {{ no template }}", "colour: red # {{ nor this }}"))).toEqual([]);
    expect(readResources("apiVersion: v1\nkind: ConfigMap\ndata: {alert: '{{ $value }}'}\n")).toMatchObject([{ type: "other" }]);
  });

  it("says that it is a patch for kustomize", () => {
    expect(faultsOf("- op: add\n  path: /spec/name\n  value: x\n")).toEqual([
      expect.stringMatching(/^1:1 This is a JSON patch/u),
    ]);
    expect(faultsOf(token("$patch: delete"))).toEqual([expect.stringMatching(/^4:11 This is a patch/u)]);
  });

  it("follows anchors and merge keys, but not into a value without end", () => {
    const merged = token("<<: &all {managedClusterName: logs, tokenSecretName: s}", "name: a", "permissions: [ReadHealthCheck]");
    expect(readResources(merged)).toMatchObject([{ type: "resource", resource: { cluster: "logs" } }]);
    expect(faultsOf(token("name: *nowhere"))).toEqual([expect.stringMatching(/^4:9 This alias/u)]);
    const levels = Array.from({ length: 12 }, (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(10)}]`);
    const bomb = `apiVersion: v1\nkind: X\nl0: &l0 [1]\n${levels.join("\n")}\n`;
    expect(faultsOf(bomb)).toEqual([expect.stringContaining("stands for too much")]);
  });

  it("refuses a word that Kubernetes reads as yes or no", () => {
    expect(faultsOf(token(...whole.filter((line) => !line.startsWith("name")), "name: On"))).toEqual([
      "7:9 Kubernetes reads this as yes or no, not as a text: put it in quotes.",
    ]);
    expect(faultsOf(token(...whole.filter((line) => !line.startsWith("name")), 'name: "on"'))).toEqual([]);
  });

  it("is not read where it is too long or nested without end", () => {
    expect(faultsOf(" ".repeat(longestResources + 1))[0]).toContain("at most 2,000,000 characters");
    expect(faultsOf("[".repeat(10_000))).toEqual([expect.stringContaining("nested too deeply")]);
    expect(faultsOf("#\n".repeat(200_000) + "[".repeat(100))).toEqual([expect.stringContaining("nested too deeply")]);
  });

  it("gives no value of the text away in a message", () => {
    const secret = "hunter2";
    for (const text of [
      `name: "${secret}\nkind: a`,
      `- ${secret}: b: c`,
      token(`name: {a: ${secret}}`),
      secret,
      token(`permissions: ${secret}`, `expiresAt: ${secret}`),
    ])
      expect(faultsOf(text).join("\n")).not.toContain(secret);
  });
});

/** What is there once an API call has made what a resource asks for. */
function madeOf(resource: ApiResource): ThingsInForce {
  const nothing: ThingsInForce = {
    policies: somePolicies(),
    filters: { type: "seen", all: [] },
    tokens: {},
    domains: { type: "seen", all: [] },
    ingest: new Map(),
  };
  switch (resource.type) {
    case "ip-filter":
      return { ...nothing, filters: { type: "seen", all: [{ id: "f", name: resource.name, ipFilter: filterText }] } };
    case "ingest": {
      const { name, repository, parser } = resource;
      return { ...nothing, ingest: new Map([[repository, { type: "seen", all: [{ name, parser }] }]]) };
    }
    default: {
      const { type, name, permissions, views, expireAt, ipFilter } = resource;
      const made = {
        ...aToken({ kind: type, name, expireAt, ipFilter: ipFilter === null ? null : "f" }),
        permissions: type === "view" ? [...expandViewPermissions(permissions as never), "OrganizationOwnedQueries"] : permissions,
        views: views.map((view, index) => ({ id: String(index), name: view })),
      };
      return {
        ...nothing,
        filters: { type: "seen", all: ipFilter === null ? [] : [{ id: "f", name: ipFilter, ipFilter: "allow all" }] },
        tokens: { [type]: { tokens: [made], unseen: undefined } },
      };
    }
  }
}

const filterText = "# ours\nallow 10.0.0.0/8; deny ::1\ndeny all";

/** Any name that is not taken for a template. */
const nameArbitrary = fc
  .oneof(
    fc.constantFrom(...hostileNames, "on", "42", "~", "null", "2030-01-01"),
    fc.string({ minLength: 1, maxLength: 12, unit: "binary" }),
  )
  .filter((name) => !name.includes("{{") && !/\p{Cs}/u.test(name));

const some = <T extends string>(names: readonly T[]) => fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 6 });
const limits = {
  expireAt: fc.option(fc.integer({ min: testNow + 1000, max: testNow + 1e12 })),
  ipFilter: fc.option(nameArbitrary),
};

const resourceArbitrary: fc.Arbitrary<ApiResource> = fc.oneof(
  fc.record({
    type: fc.constant("view" as const),
    name: nameArbitrary,
    permissions: some(viewPermissions.map(({ name }) => name)),
    views: fc.uniqueArray(nameArbitrary, { minLength: 1, maxLength: 4 }),
    ...limits,
  }),
  fc.record({
    type: fc.constant("organization" as const),
    name: nameArbitrary,
    permissions: some(organizationPermissions.map(({ name }) => name)),
    views: fc.constant([]),
    ...limits,
  }),
  fc.record({
    type: fc.constant("ip-filter" as const),
    name: nameArbitrary,
    rules: fc.constant(parseIpFilter(filterText).rules.map(({ action, target }) => ({ action, target }))),
  }),
  fc.record({
    type: fc.constant("ingest" as const),
    name: nameArbitrary,
    repository: nameArbitrary,
    parser: fc.option(nameArbitrary),
    existing: fc.boolean(),
  }),
);

describe("a resource that Tokenhouse writes", () => {
  it("reads back and exists, whatever its names are, once it was made", () => {
    fc.assert(
      fc.property(resourceArbitrary, (resource) => {
        const text = printResource(resource).find(({ id }) => id === "operator")?.text ?? "";
        const documents: readonly PlacedDocument[] = readResources(text);
        expect(documents).toMatchObject([{ type: "resource", remarks: [] }]);
        const [document] = documents;
        if (document?.type !== "resource") throw new Error("It is no resource.");
        const [checked] = checkResources([document.resource], madeOf(resource), { now: testNow });
        expect(checked).toMatchObject({ verdict: "exists" });
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";

import { printResource, type ApiResource } from "./apiResource.ts";
import { hostileNames } from "#domain/testing.ts";

describe("the resources for Terraform and humio-operator", () => {
  const token = <T extends "view" | "organization" | "system">(type: T, name: string): ApiResource & { type: T } => ({
    type,
    name,
    permissions: ["ReadAccess", "ChangeParsers"],
    views: ["sandbox", name],
    expireAt: Date.UTC(2030, 0, 2, 3, 4, 5, 678),
    ipFilter: name,
  });

  it.each(hostileNames)("humio-operator's YAML has the name %j as it is", (name) => {
    const [printed, ...more] = printResource(token("view", name));
    expect(more).toEqual([]);
    const yaml = parseYaml(printed?.text ?? "") as { kind: string; metadata: { name: string }; spec: Record<string, unknown> };
    expect(yaml.kind).toBe("HumioViewToken");
    expect(yaml.metadata.name).toMatch(/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/u);
    expect(yaml.spec).toEqual({
      managedClusterName: "example-humiocluster",
      name,
      viewNames: ["sandbox", name],
      permissions: ["ReadAccess", "ChangeParsers"],
      ipFilterName: name,
      expiresAt: "2030-01-02T03:04:05Z",
      tokenSecretName: `${yaml.metadata.name}-token`,
    });
  });

  it("an organization or system token has no views, and neither expiry nor filter where there is none", () => {
    for (const [type, kind] of [
      ["organization", "HumioOrganizationToken"],
      ["system", "HumioSystemToken"],
    ] as const) {
      const [printed] = printResource({ ...token(type, "a b"), expireAt: null, ipFilter: null });
      expect(parseYaml(printed?.text ?? "")).toEqual({
        apiVersion: "core.humio.com/v1alpha1",
        kind,
        metadata: { name: "a-b" },
        spec: {
          managedClusterName: "example-humiocluster",
          name: "a b",
          permissions: ["ReadAccess", "ChangeParsers"],
          tokenSecretName: "a-b-token",
        },
      });
    }
  });

  it("an IP filter is offered where the operator's schema takes every address, and not otherwise", () => {
    const filter = (...targets: string[]) =>
      printResource({ type: "ip-filter", name: "office", rules: targets.map((target) => ({ action: "allow", target })) });
    const [printed] = filter("10.0.0.0/8", "::1", "2001:db8:0:0:0:0:0:1/64", "all");
    expect(parseYaml(printed?.text ?? "")).toMatchObject({
      kind: "HumioIPFilter",
      spec: {
        name: "office",
        ipFilter: [{ action: "allow", address: "10.0.0.0/8" }, { address: "::1" }, {}, { address: "all" }],
      },
    });
    expect(filter("2001:db8::1")).toEqual([]);
    expect(filter()).toEqual([]);
  });

  const ingest = (existing: boolean, parser: string | null = "kv"): ApiResource => ({
    type: "ingest",
    name: 'a ${x} %{y} "q"',
    repository: "sandbox",
    parser,
    existing,
  });

  it("Terraform is offered for ingest tokens alone, with nothing in a name that begins a template", () => {
    const made = printResource(ingest(false));
    expect(made.map(({ id }) => id)).toEqual(["terraform", "operator"]);
    expect(made[0]?.text).toContain('name       = "a $${x} %%{y} \\"q\\""');
    expect(printResource(token("system", "a")).map(({ id }) => id)).toEqual(["operator"]);
  });

  it("an ingest token that exists is imported by Terraform, which cannot take its parser off, and taken over by the operator", () => {
    const [terraform, operator] = printResource(ingest(true));
    expect(terraform?.text).toContain(
      'import {\n  to = humio_ingest_token.a_x_y_q\n  id = "sandbox+a $${x} %%{y} \\"q\\""\n}\n\nresource',
    );
    expect(terraform?.hint).toContain("imported");
    expect(operator?.hint).toContain("takes the token over");
    const [bare, ...more] = printResource(ingest(true, null));
    expect([bare?.id, more]).toEqual(["operator", []]);
    expect(bare?.text).not.toContain("parserName");
    for (const { text } of printResource(ingest(false))) expect(text).not.toContain("import");
  });
});

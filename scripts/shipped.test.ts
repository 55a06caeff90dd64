import { describe, expect, it } from "vitest";

import { changelogEntry, checksums, licencesText, shippedBom, type Bom } from "./shipped.ts";

describe("the entry of a version in the changelog", () => {
  const changelog =
    "# Changelog\n\n## Unreleased\n\n## [0.2.0] – 2027-01-02\n\nMore.\n\n### Lists\n\nShorter.\n\n## 0.1.0\n\nAll.\n";

  it("is what stands under its heading, with or without a date", () => {
    expect(changelogEntry(changelog, "0.2.0")).toBe("More.\n\n### Lists\n\nShorter.");
    expect(changelogEntry(changelog, "0.1.0")).toBe("All.");
  });

  it("is missing where there is no heading of exactly that version, or nothing under it", () => {
    for (const version of ["0.1", "0.1.00", "1.0.0", "Unreleased"]) expect(changelogEntry(changelog, version)).toBeUndefined();
    expect(changelogEntry("## 0.1.0", "0.1.0")).toBeUndefined();
  });
});

function component(name: string, development = false) {
  const properties = development ? [{ name: "cdx:npm:package:development", value: "true" }] : [];
  return { "bom-ref": `${name}@1.0.0`, name, version: "1.0.0", scope: development ? "optional" : "required", properties };
}

function bom(...components: ReturnType<typeof component>[]): Bom {
  const refs = components.map((one) => one["bom-ref"]);
  return {
    serialNumber: `urn:uuid:${Math.random()}`,
    metadata: { timestamp: new Date().toISOString(), component: { ...component("some-folder"), "bom-ref": "tokenhouse@0.1.0" } },
    components,
    dependencies: [{ ref: "tokenhouse@0.1.0", dependsOn: refs }, ...refs.map((ref) => ({ ref, dependsOn: refs }))],
  };
}

describe("the bill of materials", () => {
  const all = () => bom(component("server"), component("page", true), component("tests", true));
  const installed = () => [{ name: "server", version: "1.0.0", identifier: "MIT" }];
  const packed = { version: "0.1.0", bytes: Buffer.from("package"), committedAt: "2030-01-01T00:00:00.000Z" };
  const bundled = [{ name: "page", version: "1.0.0", identifier: "MIT" }];

  it("has what is installed and what is bundled, as required, and nothing that only makes or tests it", () => {
    const made = shippedBom(all(), installed(), bundled, packed);
    expect(made.components.map(({ name, scope, properties }) => ({ name, scope, properties }))).toEqual([
      { name: "server", scope: "required", properties: [] },
      { name: "page", scope: "required", properties: [{ name: "cdx:npm:package:bundled", value: "true" }] },
    ]);
    expect(made.dependencies).toEqual(
      ["tokenhouse@0.1.0", "server@1.0.0", "page@1.0.0"].map((ref) => ({ ref, dependsOn: ["server@1.0.0", "page@1.0.0"] })),
    );
  });

  it("is the same whenever and wherever it is made, and another for another package", () => {
    const made = shippedBom(all(), installed(), bundled, packed);
    expect(made).toEqual(shippedBom(all(), installed(), bundled, packed));
    expect(made.serialNumber).toMatch(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/u);
    expect(made.metadata).toMatchObject({
      timestamp: packed.committedAt,
      component: { name: "tokenhouse", type: "application" },
    });
    const other = shippedBom(all(), installed(), bundled, { ...packed, bytes: Buffer.from("another") });
    expect(other.serialNumber).not.toBe(made.serialNumber);
  });

  it("is not made where it would lack what is bundled or installed", () => {
    const unknown = [{ name: "page", version: "2.0.0", identifier: "MIT" }];
    expect(() => shippedBom(all(), installed(), unknown, packed)).toThrow("page@2.0.0");
    expect(() => shippedBom(all(), unknown, bundled, packed)).toThrow("page@2.0.0");
  });
});

describe("the licences", () => {
  it("name each package once, with its text", () => {
    const text = licencesText("Ours", [
      { name: "b", version: "1.0.0", identifier: "MIT", text: "Permission\r\nis" },
      { name: "a", version: "1.0.0", identifier: "ISC" },
      { name: "b", version: "1.0.0", identifier: "MIT", text: "Permission\r\nis" },
    ]);
    expect(text.match(/^\S+@\S+: \S+$/gmu)).toEqual(["a@1.0.0: ISC", "b@1.0.0: MIT"]);
    expect(text).toContain("Permission\nis\n");
    expect(text.startsWith("Tokenhouse\n\nOurs\n")).toBe(true);
  });

  it("are refused where a package names none", () => {
    expect(() => licencesText("Ours", [{ name: "a", version: "1.0.0" }])).toThrow("a@1.0.0");
  });
});

it("checksums are as sha256sum reads them, by name", () => {
  const files = new Map([
    ["b", Buffer.from("")],
    ["a", Buffer.from("a")],
  ]);
  expect(checksums(files)).toBe(
    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a\n" +
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n",
  );
});

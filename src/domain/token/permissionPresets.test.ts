import { describe, expect, it } from "vitest";

import { tokenKinds } from "./kinds.ts";
import { permissionPresets } from "./permissionPresets.ts";
import {
  composedPermissions,
  organizationPermissions,
  systemPermissions,
  viewPermissions,
  type PermissionEntry,
} from "./permissions.ts";

const catalogues: Record<(typeof tokenKinds)[number], readonly PermissionEntry[]> = {
  personal: [],
  view: viewPermissions,
  organization: organizationPermissions,
  system: systemPermissions,
};

const presets = tokenKinds.flatMap((kind) =>
  permissionPresets[kind].map((preset) => ({ kind, ...preset, name: `${kind}: ${preset.label}` })),
);

describe("the presets of permissions", () => {
  it("are there for every kind that has permissions, and for no other", () => {
    expect(tokenKinds.filter((kind) => permissionPresets[kind].length === 0)).toEqual(["personal"]);
  });

  it("can be told apart within a kind", () => {
    for (const kind of tokenKinds) {
      const own = presets.filter((preset) => preset.kind === kind);
      expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
      expect(new Set(own.map(({ label }) => label)).size).toBe(own.length);
      expect(new Set(own.map(({ permissions }) => [...permissions].toSorted().join())).size).toBe(own.length);
    }
  });

  it.each(presets)("$name names permissions of its kind, each once, and none that is composed", ({ kind, permissions }) => {
    const known = catalogues[kind].map(({ name }) => name);
    expect(permissions.filter((name) => !known.includes(name))).toEqual([]);
    expect(new Set<string>(permissions).size).toBe(permissions.length);
    expect(permissions.filter((name) => Object.hasOwn(composedPermissions, name))).toEqual([]);
  });

  it.each(presets)("$name holds nothing that can obtain further rights or destroy data", ({ kind, permissions }) => {
    const risky = catalogues[kind].filter(({ risk }) => risk === "escalates" || risk === "destroys").map(({ name }) => name);
    expect(permissions.filter((name) => risky.includes(name))).toEqual([]);
  });
});

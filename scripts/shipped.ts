/** What a release says of what it ships: its entry in the changelog, its bill of materials, its licences. */

import { createHash } from "node:crypto";

/** A component of a bill of materials, as far as it is looked at here; the rest is npm's. */
export interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly [further: string]: unknown;
}

/** A bill of materials in CycloneDX's form, as `npm sbom` writes it. */
export interface Bom {
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component; readonly [further: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly [further: string]: unknown;
}

/** A package that is shipped, by its name and version, and under which licence. */
export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** As SPDX has it. */
  readonly identifier?: string | undefined;
  /** The text of its licence; undefined where it comes with none. */
  readonly text?: string | undefined;
}

/** The package as it is handed out. */
export interface Packed {
  readonly version: string;
  readonly bytes: Uint8Array;
  /** When what it was made of was committed, as ISO 8601 has it. */
  readonly committedAt: string;
}

const keyOf = ({ name, version }: Pick<Licensed, "name" | "version">) => `${name}@${version}`;

/** The entry of a version in the changelog, without its heading; undefined when there is none, or nothing in it. */
export function changelogEntry(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /mu).slice(1);
  const entry = sections.find((section) => section.split(/[\s\]]/u, 1)[0]?.replace(/^\[/u, "") === version);
  const text = entry?.slice(entry.indexOf("\n") + 1).trim();
  return text === undefined || text === "" || !entry?.includes("\n") ? undefined : text;
}

/**
 * The bill of materials of the package: what npm installs with it, by the lock file, and what the build put into it. `all` has every
 * package of the lock file. (`npm sbom --omit dev` would leave out what a dev dependency needs as well.) Nothing in it depends on when and
 * where it is made.
 *
 * @throws Error when `all` lacks a package that is installed or bundled
 */
export function shippedBom(all: Bom, installed: readonly Licensed[], bundled: readonly Licensed[], packed: Packed): Bom {
  const bundledKeys = new Set(bundled.map(keyOf));
  const shippedKeys = new Set([...bundledKeys, ...installed.map(keyOf)]);
  const components = all.components.flatMap((component) => {
    const isBundled = bundledKeys.has(keyOf(component));
    if (!shippedKeys.has(keyOf(component))) return [];
    const properties = (component.properties ?? []).filter(({ name }) => name !== "cdx:npm:package:development");
    return [
      {
        ...component,
        scope: "required",
        properties: isBundled ? [...properties, { name: "cdx:npm:package:bundled", value: "true" }] : properties,
      },
    ];
  });
  const known = new Set(components.map(keyOf));
  const unknown = [...shippedKeys].filter((key) => !known.has(key));
  if (unknown.length > 0) throw new Error(`The list of all packages lacks what is shipped: ${unknown.join(", ")}.`);

  const root = all.metadata.component;
  const refs = new Set([root["bom-ref"], ...components.map((component) => component["bom-ref"])]);
  const digest = createHash("sha256").update(packed.bytes).digest("hex");
  return {
    ...all,
    serialNumber: `urn:uuid:${asUuid(digest)}`,
    metadata: {
      ...all.metadata,
      timestamp: packed.committedAt,
      lifecycles: [{ phase: "build" }],
      // npm gives it the name of the folder it was made in.
      component: {
        ...root,
        type: "application",
        name: "tokenhouse",
        version: packed.version,
        hashes: [{ alg: "SHA-256", content: digest }],
      },
    },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}

/** A UUID of version 8, whose digits are whatever one wants them to be. */
function asUuid(digest: string): string {
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/**
 * The licences of all that is shipped, as one text: our own first, then each package once, by name.
 *
 * @throws Error when a package names no licence
 */
export function licencesText(own: string, shipped: readonly Licensed[]): string {
  const packages = [...new Map(shipped.map((one) => [keyOf(one), one])).values()].toSorted((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1,
  );
  const unnamed = packages.filter(({ identifier }) => identifier === undefined || identifier === "");
  if (unnamed.length > 0) throw new Error(`These name no licence: ${unnamed.map(keyOf).join(", ")}.`);
  const parts = packages.map(
    ({ text, ...one }) =>
      `${keyOf(one)}: ${one.identifier}\n\n${text?.replaceAll("\r\n", "\n").trim() ?? "It comes without the text of its licence."}`,
  );
  const line = "-".repeat(80);
  return `Tokenhouse\n\n${own.trim()}\n\nIt is built with, or installs, these packages.\n\n${parts.map((part) => `${line}\n${part}\n`).join("\n")}`;
}

/** The checksums of files, as `sha256sum --check` reads them. */
export function checksums(files: ReadonlyMap<string, Uint8Array>): string {
  return [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`)
    .join("");
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

it("no two files export a type of the same name", () => {
  const files = ["src", "e2e"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  const places = new Map<string, string[]>();
  for (const file of files.filter((name) => /\.tsx?$/.test(name) && !/[/\\]generated[/\\]/.test(name))) {
    for (const [, name = ""] of readFileSync(join(root, file), "utf8").matchAll(
      /^export (?:interface|type|class|enum) (\w+)/gm,
    )) {
      places.set(name, [...(places.get(name) ?? []), file]);
    }
  }
  expect(places.size).toBeGreaterThan(100);
  expect([...places].filter(([, where]) => where.length > 1)).toEqual([]);
});

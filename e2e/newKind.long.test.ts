import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

import { countKind } from "./countKind.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a program of Node says, whatever its end is. */
function said(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 1e8 }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

/** Both sides in one run of the compiler; which side may use what is not the matter here. */
const everything = {
  extends: "./tsconfig.json",
  compilerOptions: { lib: ["es2023", "dom", "dom.iterable"], jsx: "react-jsx", types: ["node", "vite/client"] },
  files: [],
  include: ["src", "e2e/countKind.ts"],
  exclude: ["**/*.test.ts", "**/*.test.tsx", "src/server/testing", "src/domain/testing.ts"],
};

/** What the compiler has to say. */
function complaints(folder: string): Promise<string> {
  return said([join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.all.json", "--pretty", "false"], folder);
}

/** A text in which everything for the system kind, such as a table row or a case, is repeated for the new kind. */
function filledIn(text: string): string {
  const lines = text.split("\n");
  return lines
    .flatMap((line, at) => {
      const [, indent, what] = /^( +)(system: (?!\()|case "system":)/.exec(line) ?? [];
      if (indent === undefined) return [line];
      // One body for several cases.
      if (what !== "system: " && /^ +case "\w+":$/.test(lines[at - 1] ?? "")) return [`${indent}case "service":`, line];
      let end = at;
      if (what === "system: ") while (!/[,;]$/.test(lines[end] ?? "") || indentOf(lines[end]) > indent.length) end++;
      else while (indentOf(lines[end + 1]) > indent.length || lines[end + 1] === `${indent}}`) end++;
      const part = lines.slice(at, end + 1).join("\n");
      return [part.replace(/^( +)system: /, "$1service: ").replaceAll('"system"', '"service"'), line];
    })
    .join("\n");
}

function indentOf(line = ""): number {
  return line.length - line.trimStart().length;
}

it("a token kind that is added to the table is counted by lists, preview and kit once what the compiler names is filled in", async () => {
  const counts = (kind: string) => ({ read: 2, complete: [kind], deleted: 2, kit: 2, stillThere: 2, namesakes: [1, 1] });
  // What is counted of the new kind is right for one that there is.
  expect(countKind("system")).toEqual(counts("system"));
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-kind-"));
  try {
    for (const part of ["src", "e2e/countKind.ts", "package.json", "tsconfig.json"])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "tsconfig.all.json"), JSON.stringify(everything));
    const edit = (file: string, change: (text: string) => string) =>
      writeFileSync(join(folder, file), change(readFileSync(join(folder, file), "utf8")));
    edit("src/domain/token/kinds.ts", (text) =>
      text.replace('"organization", "system"]', '"organization", "system", "service"]'),
    );

    // The contract names the kinds, and tells how much is seen of each.
    edit("src/logscale/generated/graphql.ts", (text) =>
      text.replace(/\bsystem: (\w+Visibility)/g, "$&, service: $1").replace(/export type TokenKind =[^;]*/u, "$& | 'service'"),
    );

    const filled = new Set<string>();
    for (;;) {
      const text = await complaints(folder);
      const named = new Set([...text.matchAll(/^(src\/\S+)\(\d+,\d+\): error/gm)].flatMap(([, file]) => file ?? []));
      const fresh = [...named].filter((file) => !filled.has(file));
      if (fresh.length === 0) {
        expect(text).toBe("");
        break;
      }
      for (const file of fresh) {
        filled.add(file);
        edit(file, filledIn);
      }
    }
    expect(filled).toContain("src/domain/token/kinds.ts");

    const count = `import { countKind } from "./e2e/countKind.ts"; console.log(JSON.stringify(countKind("service")));`;
    const counted = JSON.parse(await said(["--import", "tsx", "--input-type=module", "--eval", count], folder));
    expect(counted).toEqual(counts("service"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

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
  include: ["src"],
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

/** Counts tokens of the new kind in the copy: what lists read, what the preview deletes, and what a kit of them meets later. */
const count = `
import { planPolicyChange } from "#domain/policy/plan.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { countKit, lossesOf, recoveryKit } from "#domain/policy/recoveryKit.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { creationCall } from "#logscale/createCalls.ts";
import { readingOf } from "#web/policies/reading.ts";
import { judge } from "#web/recovery/judge.ts";
import { tokensNow } from "#web/recovery/tokensNow.ts";
import { unknownHoldings } from "#domain/token/rights.ts";

const now = 1_800_000_000_000;
const tokens = ["a", "b"].map((id) => ({
  id, kind: "service", name: id, createdAt: now - 1000, expireAt: null, ipFilter: null, permissions: ["ReadHealthCheck"],
}));
const list = { tokens, seen: 2, total: 2, visibility: "complete", listable: "complete", unknown: 0, steady: true, loadedAt: now };
const lists = tokenKinds.map((kind) => (kind === "service" ? list : undefined));
const reading = readingOf(lists, undefined);
const draft = { ...defaultPolicies, service: { ...defaultPolicies.service, enabled: false } };
const plan = planPolicyChange(reading.tokens, draft, now);
const details = new Map(tokens.map((token) => [token.id, token]));
const kit = recoveryKit(lossesOf(plan.changes, []), { details, filterName: (id) => id, callOf: creationCall, now });
const later = tokensNow(lists, now - 2000, []);
const context = {
  policies: undefined, holdings: unknownHoldings, filters: undefined, views: undefined, now, ...later, present: new Map(),
};
console.log(JSON.stringify({
  read: reading.tokens.length,
  complete: reading.complete,
  deleted: plan.counts.service.deleted,
  kit: countKit(kit).restorable,
  stillThere: kit.tokens.filter(({ id }) => later.present.has(id)).length,
  namesakes: kit.tokens.map((token) => judge(token, context).namesakes),
}));
`;

it("a token kind that is added to the table is counted by lists, preview and kit once what the compiler names is filled in", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-kind-"));
  try {
    for (const part of ["src", "package.json", "tsconfig.json"])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "tsconfig.all.json"), JSON.stringify(everything));
    const edit = (file: string, change: (text: string) => string) =>
      writeFileSync(join(folder, file), change(readFileSync(join(folder, file), "utf8")));
    edit("src/domain/token/kinds.ts", (text) =>
      text.replace('"organization", "system"]', '"organization", "system", "service"]'),
    );

    // The contract tells how much is seen of each kind.
    edit("src/logscale/generated/graphql.ts", (text) => text.replace(/\bsystem: (\w+Visibility)/g, "$&, service: $1"));

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

    writeFileSync(join(folder, "count.ts"), count);
    expect(JSON.parse(await said(["--import", "tsx", "count.ts"], folder))).toEqual({
      read: 2,
      complete: ["service"],
      deleted: 2,
      kit: 2,
      stillThere: 2,
      namesakes: [1, 1],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

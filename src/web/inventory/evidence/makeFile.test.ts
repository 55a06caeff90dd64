import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";

import { evidenceColumnNames, evidenceColumns, evidenceRow, type EvidenceContext } from "#domain/inventory/evidence.ts";
import { evidenceKind, type EvidenceCover } from "#domain/inventory/evidenceFile.ts";
import { evidenceJsonSchema } from "#domain/inventory/evidenceSchema.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { anInventoryToken } from "#domain/inventory/testing.ts";
import { longestLong } from "#domain/long.ts";
import { testNow } from "#domain/testing.ts";

import { makeFile, type EvidenceFile, type EvidenceFormat } from "./makeFile.ts";

const doc = readFileSync("docs/evidence.md", "utf8");
const schemaText = `${JSON.stringify(evidenceJsonSchema(), null, 2)}\n`;

const odd: readonly Partial<InventoryToken>[] = [
  { name: "=HYPERLINK(1)" },
  { name: 'say "hi", \\ and\nmore', expireAt: longestLong },
  { name: "safe-\u202Egpj\u2028\u007F\uD800" },
  { name: "שלום é 😀", ipFilter: "gone" },
  { kind: "personal", name: "ada", createdAt: undefined, expireAt: undefined, lastUse: undefined },
  {
    kind: "ingest",
    name: "shipper",
    ingest: {
      repository: "a;b",
      parser: "json",
      isCustom: true,
      weakness: "Short",
      events: longestLong,
      eventsInLastDay: undefined,
    },
  },
  { kind: "fleet", fleet: { handle: "h", configuration: { id: "c1", name: "-linux" } } },
];
const tokens = Array.from({ length: 1201 }, (_, index) =>
  anInventoryToken({ key: `view:${index}`, name: `token ${index}`, ...odd[index] }),
);
const context: EvidenceContext = {
  now: testNow,
  filterName: () => undefined,
  viewName: (id) => `view ${id}`,
  rightsOf: () => ({ permissions: ["ReadAccess"], views: ["v1"] }),
  ownersRead: true,
  findingsOf: () => ({
    found: [
      {
        rule: "never-expires",
        title: "Never expires",
        severity: "high",
        reason: "=It has no expiry.",
        judged: "By its expiry.",
        todo: "Rotate it.",
      },
    ],
    dismissed: [],
    notJudged: ["unused"],
  }),
};
const cover: EvidenceCover = {
  exportedAt: "2024-10-04T00:00:00.000Z",
  exportedBy: { kind: "user", name: "ada \u202E", id: "U1" },
  organization: null,
  backend: { kind: "embedded", url: "http://127.0.0.1:8080", version: "1.204.0" },
  list: { narrowedBy: ['{"kind"'], sortedBy: "name", link: "http://127.0.0.1:8080/tokens?q=a" },
  rows: tokens.length,
  kinds: [evidenceKind({ kind: "system", state: "hidden", seen: 0, unknown: 0, more: true, steady: true })],
  rights: "read",
  thresholds: { olderThan: 365, unusedFor: 90, expiresWithin: 30 },
};
const make = (format: EvidenceFormat, of = tokens, signal = new AbortController().signal) =>
  makeFile({ format, title: "tokens", tokens: of, context, cover, signal, onProgress: () => undefined });

/** Runs a command of the documentation, of which `part` tells it apart, in a folder that holds the file. */
function documented(part: string, file: EvidenceFile): string {
  const [, command = ""] = doc.match(new RegExp(`^\`\`\`sh\n(.*${part}.*)\n\`\`\`$`, "mu")) ?? [];
  expect(command).toContain("sha256sum");
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-evidence-"));
  try {
    writeFileSync(join(folder, file.name), file.pieces.join(""));
    return execFileSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" }).slice(0, 64);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const hasJq = (() => {
  try {
    return execFileSync("jq", ["--version"], { encoding: "utf8" }).startsWith("jq");
  } catch {
    return false;
  }
})();

describe("a JSON file of evidence", () => {
  it("holds every row in the list's order, and is what the published schema says", async () => {
    const text = (await make("json")).pieces.join("");
    const parsed: unknown = JSON.parse(text);
    expect(parsed).toMatchObject({ rows: tokens.map((token) => evidenceRow(token, context)), cover: { rows: tokens.length } });
    const validate = new Ajv2020().compile(JSON.parse(readFileSync("docs/evidence.schema.json", "utf8")));
    expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(JSON.parse((await make("json", [])).pieces.join("")))).toBe(true);
    expect(validate(JSON.parse(text.replace('"never"', '"sometime"')))).toBe(false);
    expect(validate(JSON.parse(text.replace('"kind":"view"', '"kind":"view","value":"x"')))).toBe(false);
  });

  it("has the digest that the documented command makes", async () => {
    const file = await make("json");
    expect(documented("grep", file)).toBe(file.sha256);
    expect(JSON.parse(file.pieces.join(""))).toMatchObject({ digest: { of: "rows", sha256: file.sha256 } });
    const none = await make("json", []);
    expect(documented("grep", none)).toBe(none.sha256);
  });

  it.skipIf(!hasJq)("has the digest that jq makes of it, however the file is laid out", async () => {
    const file = await make("json");
    const laidOut = JSON.stringify(JSON.parse(file.pieces.join("")), null, 4);
    expect(documented("jq", { ...file, pieces: [laidOut] })).toBe(file.sha256);
  });

  it("has another digest once a row is changed, left out or moved", async () => {
    const { sha256 } = await make("json");
    const [first, second, ...others] = tokens;
    if (first === undefined || second === undefined) throw new Error("There are tokens.");
    for (const changed of [
      [second, first, ...others],
      [second, ...others],
      [{ ...first, name: "x" }, second, ...others],
    ])
      expect((await make("json", changed)).sha256).not.toBe(sha256);
  });

  it("hides nothing in its text", async () => {
    expect((await make("json")).pieces.join("")).not.toMatch(/[\u007F\u2028\u202E]|\p{Cs}/u);
  });
});

describe("a CSV file of evidence", () => {
  it("is a table and nothing else, without a formula", async () => {
    const { pieces, type, name } = await make("csv");
    const lines = pieces.join("").split("\r\n");
    expect(name).toBe("tokens.csv");
    expect(type).toBe("text/csv");
    expect(lines).toHaveLength(tokens.length + 2);
    expect(lines[0]?.startsWith('\uFEFF"Kind","Name","Id"')).toBe(true);
    expect(lines[1]).toContain(`"'=HYPERLINK(1)"`);
    expect(lines[7]).toContain(`"'-linux"`);
    for (const line of lines) expect(line).not.toMatch(/(?:^|")[=+@\t]/u);
  });

  it("has its cover beside it, with the digest that the documented command makes of it", async () => {
    const file = await make("csv");
    expect(documented("tokens.csv", file)).toBe(file.sha256);
    const text = file.cover?.text ?? "";
    expect(JSON.parse(text)).toMatchObject({
      digest: { of: "table", file: "tokens.csv", sha256: file.sha256 },
      cover: { rows: 1201 },
    });
    const validate = new Ajv2020().compile(JSON.parse(readFileSync("docs/evidence.schema.json", "utf8")));
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(file.cover?.name).toBe("tokens-cover.json");
  });
});

describe("the making of a file", () => {
  it("is called off between two slices, and tells how far it is", async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const making = makeFile({
      format: "csv",
      title: "tokens",
      tokens,
      context,
      cover,
      signal: controller.signal,
      onProgress: (made) => {
        told.push(made);
        if (told.length === 2) controller.abort();
      },
    });
    await expect(making).rejects.toThrow();
    expect(told).toEqual([500, 1000]);
  });

  it("gives the digest of SHA-256", async () => {
    const { sha256, pieces } = await make("csv", tokens.slice(0, 1));
    expect(sha256).toBe(createHash("sha256").update(pieces.join("")).digest("hex"));
  });
});

describe("the documentation of the evidence", () => {
  it("says of every column what the files say", () => {
    const rows = evidenceColumnNames.map((name) => {
      const { title, meaning } = evidenceColumns[name];
      return `| ${title} | \`${name}\` | ${meaning} |`;
    });
    expect(doc).toContain(rows.join("\n"));
  });

  it("has the schema that the program has", async () => {
    await expect(schemaText).toMatchFileSnapshot(join(process.cwd(), "docs/evidence.schema.json"));
  });
});

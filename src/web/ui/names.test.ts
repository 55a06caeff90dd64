import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseSync } from "vite";
import { describe, expect, it } from "vitest";

const web = join(import.meta.dirname, "..");

/** What names that people choose are called in the app. A variable that holds anything else is called otherwise. */
const holders = new Set([
  "name",
  "username",
  "fullName",
  "repository",
  "createdBy",
  "modifiedBy",
  "draftModifiedBy",
  "tokenName",
  "parser",
  "parserName",
  "displayName",
]);

/** Properties of elements whose text is shown or spoken. */
const spoken = new Set(["title", "aria-label", "label", "hint", "alt", "placeholder", "helper", "helperText"]);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function partsOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode);
}

/** Whether an expression is a name as it was read, or may be one. */
function isBareName(node: unknown): boolean {
  if (!isNode(node)) return false;
  switch (node.type) {
    case "Identifier":
      return holders.has(String(node["name"]));
    case "MemberExpression":
      return isBareName(node["property"]);
    case "ChainExpression":
    case "ParenthesizedExpression":
      return isBareName(node["expression"]);
    case "LogicalExpression":
      return isBareName(node["left"]) || isBareName(node["right"]);
    case "ConditionalExpression":
      return isBareName(node["consequent"]) || isBareName(node["alternate"]);
    default:
      return false;
  }
}

/** Where a source shows a name as it was read: as the text of an element, as what is spoken of it, or within a sentence. */
function bareNames(source: string, file: string): string[] {
  const found: string[] = [];
  const report = (node: unknown) => {
    if (isNode(node) && isBareName(node)) found.push(`${file}:${source.slice(0, node.start).split("\n").length}`);
  };
  const walk = (node: Node) => {
    if (node.type === "TemplateLiteral") for (const part of [node["expressions"]].flat()) report(part);
    if (node.type === "JSXAttribute" && isNode(node["name"]) && spoken.has(String(node["name"]["name"]))) {
      if (isNode(node["value"])) report(node["value"]["expression"]);
    }
    if (node.type === "Property" && isNode(node["key"]) && node["key"]["name"] === "cell" && isNode(node["value"])) {
      report(node["value"]["body"]);
    }
    if (node.type === "JSXElement" || node.type === "JSXFragment") {
      const opening = node["openingElement"];
      const element = isNode(opening) && isNode(opening["name"]) ? String(opening["name"]["name"]) : "";
      for (const child of [node["children"]].flat()) {
        if (isNode(child) && child.type === "JSXExpressionContainer" && !["Name", "CellLink"].includes(element))
          report(child["expression"]);
      }
    }
    for (const part of partsOf(node)) walk(part);
  };
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed.`);
  const root: unknown = program;
  if (isNode(root)) walk(root);
  return found;
}

describe("names in the app", () => {
  it.each([
    ["<b>{token.name}</b>", 1],
    ["<b>{token?.name}</b>", 1],
    ["<b>{a ? name : 'none'}</b>", 1],
    ["<b>{createdBy ?? 'nobody'}</b>", 1],
    ["<b title={user.username} />", 1],
    ["`Delete ${name}?`", 1],
    ["[{ cell: ({ row }) => row.original.createdBy }]", 1],
    ["<Name>{token.name}</Name>", 0],
    ["<b>{nameInText(token.name)}</b>", 0],
    ["`Delete ${nameInText(name)}?`", 0],
    ["<Delete name={name} />", 0],
  ])("are found where they are shown raw: %s", (source, times) => {
    expect(bareNames(`const x = ${source};`, "a.tsx")).toHaveLength(times);
  });

  it("are shown by Name, CellLink or nameInText, and nowhere raw", () => {
    const files = readdirSync(web, { recursive: true, encoding: "utf8" }).filter(
      (file) => /\.tsx?$/u.test(file) && !/\.test\.tsx?$/u.test(file),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap((file) => bareNames(readFileSync(join(web, file), "utf8"), file))).toEqual([]);
  });
});

import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { createProgram } from "#server/cli/commands.ts";
import { commandsDocument, schemasOf } from "#server/cli/commandsDocument.ts";

describe("docs/commands.md", () => {
  const document = commandsDocument();

  it("says what the definitions of the commands say", () => {
    expect(readFileSync("docs/commands.md", "utf8"), "Run `npm run docs`.").toBe(document);
  });

  it("has every command with its flags, and what each that ends on purpose ends with", () => {
    const parts = new Map(document.split(/^## `tokenhouse /mu).map((part) => [part.slice(0, part.indexOf("`")), part] as const));
    for (const command of createProgram({}, () => undefined).commands) {
      for (const leaf of command.commands.length > 0 ? command.commands : [command]) {
        const called = leaf === command ? command.name() : `${command.name()} ${leaf.name()}`;
        const part = parts.get(called) ?? "";
        for (const { long } of leaf.options) expect(part, called).toMatch(new RegExp(`^\\| \`(?:-\\w, )?${long}[ \`]`, "mu"));
        if (called !== "serve") expect(part, called).toMatch(/^\| ends with \| meaning \|$[^]*^\| 0 \|/mu);
      }
    }
  });

  it("names the schema of every JSON that a command prints", () => {
    const named = Object.values(schemasOf).flat().toSorted();
    const there = readdirSync("docs").filter((name) => name.endsWith(".schema.json"));
    expect(named, "Name it in schemasOf of src/server/cli/commandsDocument.ts.").toEqual(there);
  });
});

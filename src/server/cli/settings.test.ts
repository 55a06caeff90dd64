import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { secretSettings } from "./secretFiles.ts";
import { settingList, type Setting } from "./settings.ts";

/** The rows of a table in Markdown that begin with what is written as code. */
const rowsOf = (markdown: string) => markdown.split("\n").filter((line) => line.startsWith("| `"));

/** The flag that a variable's name makes one expect. */
const usualFlag = (variable: string) => `--${variable.toLowerCase().replaceAll("_", "-")}`;

function variableRow({ variable = "", flag, fallback, otherwise, meaning }: Setting): string {
  const name = flag === undefined || flag === usualFlag(variable) ? `\`${variable}\`` : `\`${variable}\` (\`${flag}\`)`;
  return `| ${name} | ${fallback === undefined ? (otherwise ?? "–") : `\`${fallback}\``} | ${meaning} |`;
}

describe("the table of settings", () => {
  it("is what docs/environment.md says, row by row", () => {
    const table = settingList.map(([, setting]) => setting);
    const files = secretSettings.map((name) => `\`${name}_FILE\``).join(", ");
    const rows = [
      ...table.filter(({ variable }) => variable !== undefined).map(variableRow),
      `| ${files} | – | files that hold these secrets instead |`,
      ...table
        .filter(({ variable }) => variable === undefined)
        .map(({ flag = "", value, meaning }) => `| \`${flag}${value === undefined ? "" : ` <${value}>`}\` | ${meaning} |`),
    ];
    expect(rowsOf(readFileSync("docs/environment.md", "utf8"))).toEqual(rows);
  });

  it("names no variable and no flag twice, and has no flag for a secret but a database's address", () => {
    for (const part of ["variable", "flag"] as const) {
      const names = settingList.flatMap(([, setting]) => setting[part] ?? []);
      expect(new Set(names).size).toBe(names.length);
    }
    const secretFlags = settingList.filter(([, { secret, flag }]) => secret === true && flag !== undefined);
    expect(secretFlags.map(([name]) => name)).toEqual(["databaseUrl"]);
  });

  it("reads each value that it says counts where none is given", () => {
    for (const [, { check, fallback }] of settingList) {
      if (fallback !== undefined) expect(check.safeParse(fallback).success).toBe(true);
    }
  });
});

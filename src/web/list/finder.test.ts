import { describe, expect, it } from "vitest";

import { finder } from "./finder.ts";

const find = finder<string>((row, text) => row.toLowerCase().includes(text));
const rows = ["ci-deploy", "Backup", "backup-eu"];

describe("searching a list", () => {
  it("finds whatever the case and the space around the text", () => {
    expect(find(rows, " BACKUP ")).toEqual(["Backup", "backup-eu"]);
  });

  it("hands on the very rows when nothing is searched for", () => {
    expect(find(rows, " ")).toBe(rows);
  });
});

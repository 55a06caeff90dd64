import { expect, it } from "vitest";

import { textOfFile } from "./textOfFile.ts";

it.each([
  ["UTF-8", Buffer.from("büro 🚀")],
  ["UTF-8 with a mark", Buffer.from("\uFEFFbüro 🚀")],
  ["UTF-16, as PowerShell writes it", Buffer.from("\uFEFFbüro 🚀", "utf16le")],
])("a file in %s is read", async (_, bytes) => expect(await textOfFile(new Blob([bytes]))).toBe("büro 🚀"));

it("a file in Latin-1 is not read as if its names were others", async () => {
  expect(await textOfFile(new Blob([Buffer.from("büro", "latin1")]))).toBeUndefined();
});

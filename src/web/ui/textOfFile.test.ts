import { expect, it } from "vitest";

import { textOfFile } from "./textOfFile.ts";

it.each([
  ["UTF-8", Buffer.from("büro 🚀")],
  ["UTF-8 with a mark", Buffer.from("\uFEFFbüro 🚀")],
  ["UTF-16, as PowerShell writes it", Buffer.from("\uFEFFbüro 🚀", "utf16le")],
])("a file in %s is read", async (_, bytes) => expect(await textOfFile(new Blob([bytes]))).toEqual({ text: "büro 🚀" }));

it("a file in Latin-1 is not read as if its names were others", async () => {
  expect(await textOfFile(new Blob([Buffer.from("büro", "latin1")]))).toEqual({ why: "It is not UTF-8. Save it as such." });
});

it("a file that is too long, or that the browser cannot read, is told with the reason", async () => {
  const long = new Blob([new Uint8Array(8_000_001)]);
  const moved = Object.assign(new Blob(["a"]), { arrayBuffer: () => Promise.reject(new Error("NotFoundError")) });
  expect(await textOfFile(long)).toEqual({ why: "It is too long: at most 8 MB are read." });
  expect(await textOfFile(moved)).toEqual({ why: expect.stringMatching(/^The browser could not read it/u) as string });
});

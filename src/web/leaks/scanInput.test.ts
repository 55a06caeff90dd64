import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { scanInput } from "./scanInput.ts";

const [first, second] = ["a", "b"].map((letter) => ({
  id: letter.repeat(32),
  text: `${letter.repeat(32)}~${"S1s".repeat(15).slice(0, 44)}`,
}));
if (first === undefined || second === undefined) throw new Error("There are two tokens.");

const scanned = (files: readonly File[]) => scanInput({ type: "files", files }, () => undefined);

/** Of each string its id, and where it was found. */
async function found(...files: readonly File[]) {
  const { leaks } = await scanned(files);
  return leaks.map(({ id, places }) => [id, ...places.map(({ file, line, column }) => `${file}:${line}:${column}`)]);
}

describe("files", () => {
  it("are read one after another, and a string in several of them is one find with all its places", async () => {
    const result = await scanned([
      new File([`x\n${first.text}`], "one.log"),
      new File([`${second.text}\n`, `  ${first.text}`], "two.log"),
    ]);
    expect(result).toMatchObject({ files: 2, lines: 4, unread: [], characters: 2 + 77 + 78 + 79 });
    expect(result.leaks).toMatchObject([
      {
        id: first.id,
        count: 2,
        secrets: 1,
        places: [
          { file: "one.log", line: 2, column: 1 },
          { file: "two.log", line: 2, column: 3 },
        ],
      },
      { id: second.id, count: 1, places: [{ file: "two.log", line: 1, column: 1 }] },
    ]);
  });

  it("are unpacked where gzip packed them, whatever they are called", async () => {
    expect(await found(new File([gzipSync(`one\ntwo ${first.text}`)], "app.log"))).toEqual([[first.id, "app.log:2:5"]]);
  });

  it("are read as UTF-16 where they begin as such, as PowerShell writes them", async () => {
    const little = Buffer.from(`\ufeffone\r\n${first.text}`, "utf16le");
    expect(await found(new File([little], "little.txt"))).toEqual([[first.id, "little.txt:2:1"]]);
    expect(await found(new File([Buffer.from(little).swap16()], "big.txt"))).toEqual([[first.id, "big.txt:2:1"]]);
  });

  it("are read to their end where some bytes are no text", async () => {
    const bytes = Buffer.concat([Buffer.from([0xc3, 0x28, 0xff, 0]), Buffer.from(first.text)]);
    expect((await found(new File([bytes], "core"))).map(([id]) => id)).toEqual([first.id]);
  });

  it("that are archives are not read, and it is said what to do", async () => {
    const zip = new File([new Uint8Array([0x50, 0x4b, 3, 4, 0, 0])], "logs.zip");
    expect((await scanned([zip])).unread).toEqual([
      { file: "logs.zip", why: expect.stringMatching(/packed \(ZIP\).*Unpack it first/u) },
    ]);
  });

  it("that are damaged keep what was found before, and the others are read", async () => {
    const packed = gzipSync(`${first.text}\n${"filler\n".repeat(100_000)}`, { level: 0 });
    const result = await scanned([new File([packed.subarray(0, -2000)], "cut.gz"), new File([second.text], "whole.log")]);
    expect(result.unread).toEqual([{ file: "cut.gz", why: expect.stringContaining("could not read it to its end") }]);
    expect(result.leaks.map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  it("are told of as they are read, in bytes of all of them", async () => {
    const told: number[][] = [];
    const big = (name: string) => new File([Buffer.alloc(3_000_000, "x\n")], name);
    await scanInput({ type: "files", files: [big("one"), big("two")] }, (read, total) => told.push([read, total]));
    expect(new Set(told.map(([, total]) => total))).toEqual(new Set([6_000_000]));
    const reads = told.map(([read = 0]) => read);
    expect(reads).toEqual(reads.toSorted((a, b) => a - b));
    expect(reads.some((read) => read > 3_000_000)).toBe(true);
  });
});

describe("a text", () => {
  it("is read with places of no file, and what leaves has no secret", async () => {
    const result = await scanInput({ type: "text", text: `a ${first.text}` }, () => undefined);
    expect(result).toMatchObject({ files: 0, leaks: [{ id: first.id, places: [{ file: undefined, line: 1, column: 3 }] }] });
    expect(JSON.stringify(result)).not.toContain("S1sS1s");
  });
});

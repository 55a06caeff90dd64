import { describe, expect, it } from "vitest";

import { readInput } from "./readInput.ts";

describe("the files of resources", () => {
  it("are read in UTF-8, and in UTF-16 as PowerShell writes it", async () => {
    const utf16 = Buffer.from("\uFEFFname: büro\r\n", "utf16le");
    expect(await readInput([new File(["name: büro\n"], "a.yaml"), new File([utf16], "b.yaml")])).toEqual({
      files: [
        { name: "a.yaml", text: "name: büro\n", named: true },
        { name: "b.yaml", text: "name: büro\r\n", named: true },
      ],
      unread: [],
    });
  });

  it("that cannot be read are told with the reason, and the others are read all the same", async () => {
    const long = new File([new Uint8Array(8_000_001)], "long.yaml");
    const { files, unread } = await readInput([
      new File([new Uint8Array([0xe9])], "latin1.yaml"),
      new File(["a: 1"], "a.yaml"),
      long,
    ]);
    expect(files.map(({ name }) => name)).toEqual(["a.yaml"]);
    expect(unread).toEqual([
      { file: "latin1.yaml", why: "It is not UTF-8. Save it as such." },
      { file: "long.yaml", why: "It is too long: at most 8 MB are read." },
    ]);
  });
});

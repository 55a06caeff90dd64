import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { readLock, readOpener } from "./secrets.ts";

const nothing = { recipients: [], recipientsFile: undefined, passphraseFile: undefined, identityFile: undefined };

/** Somebody at a terminal, who types lines one after the other; and what they saw. */
function person(...lines: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  let seen = "";
  const waiting = [...lines];
  output.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
    // Once they were asked.
    if (chunk.toString().includes(":")) void delay(20).then(() => input.write(`${waiting.shift() ?? ""}\r`));
  });
  return { asking: { input, output }, seen: () => seen };
}

describe("A passphrase", () => {
  const passphrase = "correct horse battery";

  it("that locks a backup is asked for twice at a terminal, and never shown", async () => {
    const { asking, seen } = person(passphrase, passphrase);
    expect(await readLock(nothing, asking)).toEqual({ passphrase });
    expect(seen()).toMatch(/The passphrase of the backup: [^]*The passphrase once more: /u);
    expect(seen()).not.toContain("horse");
    await expect(readLock(nothing, person(passphrase, "correct horse battory").asking)).rejects.toThrow(
      "The two passphrases differ.",
    );
    await expect(readLock(nothing, person("short").asking)).rejects.toThrow("The passphrase is too short");
  });

  it("that opens one is asked for once", async () => {
    const { asking, seen } = person(passphrase);
    expect(await readOpener(nothing, asking)).toEqual({ passphrase });
    expect(seen()).not.toContain("horse");
  });

  it("is read from standard input, the first line of it, where a file is named -", async () => {
    const input = new PassThrough();
    input.end(`${passphrase}\r\nwhat else there is\n`);
    const asking = { input, output: new PassThrough() };
    expect(await readOpener({ ...nothing, passphraseFile: "-" }, asking)).toEqual({ passphrase });
    const empty = new PassThrough();
    empty.end("\n");
    await expect(readOpener({ ...nothing, passphraseFile: "-" }, { ...asking, input: empty })).rejects.toThrow(
      "Standard input has no passphrase in its first line.",
    );
  });

  it("is not needed where a backup is locked for recipients, all of which must be public keys of age", async () => {
    const asking = person().asking;
    for (const recipients of [["age1nonsense"], ["AGE-SECRET-KEY-1XXX"], [""]])
      await expect(readLock({ ...nothing, recipients }, asking)).rejects.toThrow("--recipient must list public keys of age");
  });
});

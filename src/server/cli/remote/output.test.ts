import { PassThrough, Writable } from "node:stream";

import { describe, expect, it } from "vitest";

import { asShown, paintFor, print, printAll, progressOn } from "./output.ts";

/** An output that keeps what is written to it. */
function output(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY });
  return { stream, written: () => String(stream.read() ?? "") };
}

describe("the output of a command", () => {
  it("is UTF-8 in a pipe, whatever the locale", async () => {
    for (const environment of [{}, { LANG: "C" }, { LC_ALL: "de_DE.ISO-8859-1" }]) {
      const { stream, written } = output(false);
      await print("é → ⟨U+202E⟩", stream, environment);
      expect(written()).toBe("é → ⟨U+202E⟩");
    }
  });

  it("is ASCII on a terminal whose locale is not UTF-8, so that no byte of a sign is a command to it", async () => {
    const cases = [
      [{ LANG: "en_US.UTF-8" }, "é📛 ⟨U+202E⟩"],
      [{}, "é📛 ⟨U+202E⟩"],
      [{ LANG: "C" }, "<U+00E9><U+1F4DB> <U+202E>"],
      [{ LANG: "en_US.UTF-8", LC_ALL: "POSIX" }, "<U+00E9><U+1F4DB> <U+202E>"],
      [{ LANG: "de_DE.ISO-8859-1", LC_ALL: "" }, "<U+00E9><U+1F4DB> <U+202E>"],
    ] as const;
    for (const [environment, expected] of cases) {
      const { stream, written } = output(true);
      await print("é📛 ⟨U+202E⟩", stream, environment);
      expect(written()).toBe(expected);
      // Errors name tokens too.
      expect(asShown("é📛 ⟨U+202E⟩", stream, environment)).toBe(expected);
    }
  });

  it("has quotation marks of ASCII there", () => {
    expect(asShown("the IP filter “Büro”", output(true).stream, { LANG: "C" })).toBe('the IP filter "B<U+00FC>ro"');
  });

  it("ends quietly where its reader has gone, and fails where it cannot be written", async () => {
    const failing = (code: string) =>
      new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
    await print("x", failing("EPIPE"), {});
    await expect(print("x", failing("ENOSPC"), {})).rejects.toThrow("ENOSPC");
  });

  it("is made no further than it is read, and not at all once its reader has gone", async () => {
    let made = 0;
    function* pieces() {
      for (let piece = 0; piece < 1000; piece++) {
        made++;
        yield "x".repeat(1000);
      }
    }
    let read = 0;
    const two = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        // No more is made before this was taken.
        expect(made * 1000 - read).toBeLessThan(67_000);
        read += chunk.length;
        done(read > 100_000 ? Object.assign(new Error("EPIPE"), { code: "EPIPE" }) : null);
      },
    });
    await printAll(pieces(), two, {});
    expect(made).toBe(132);
    const { stream, written } = output(false);
    await printAll(["é", "", "x"], stream, {});
    expect(written()).toBe("éx");
  });

  it("has colours on a terminal alone, and none where its user wants none", () => {
    expect(paintFor(output(true).stream, { TERM: "xterm" })("red", "x")).toBe("\u001B[31mx\u001B[39m");
    for (const environment of [{ NO_COLOR: "1" }, { TERM: "dumb" }])
      expect(paintFor(output(true).stream, environment)("red", "x")).toBe("x");
    expect(paintFor(output(false).stream, {})("red", "x")).toBe("x");
  });
});

describe("progress", () => {
  it("is one line that is gone at the end, and nothing where nobody watches", () => {
    for (const [isTTY, expected] of [
      [true, `one\r\u001B[Ktwo${"o".repeat(76)}\r\u001B[K`],
      [false, ""],
    ] as const) {
      const { stream, written } = output(isTTY);
      const progress = progressOn(stream);
      progress.tell("one");
      progress.tell(`two${"o".repeat(200)}`);
      progress.end();
      progress.end();
      expect(written()).toBe(expected);
    }
  });
});

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";

import { Language, Parser, type Node } from "@vscode/tree-sitter-wasm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { collectorPlatforms, enrolCommands, enrolmentString, enrolmentStringIn, installCommand } from "./install.ts";
import { quoteForPowerShell, quoteForSh } from "./quote.ts";

/** Names that a careless command would run, split, expand or lose. */
const hostile = [
  "plain.deb",
  "with  two spaces.deb",
  "it's.deb",
  "''",
  "'; touch pwned; '",
  'say "hi".deb',
  "$HOME ${HOME} $(touch pwned) `touch pwned`",
  "$env:TEMP $($null) @(1) @{}",
  "back\\slash\\",
  "line\nbreak\r\ntoo",
  "tab\there",
  "star * [a-z] ? ~ {a,b}",
  "& | ; < > ( ) ! # %PATH% ^",
  "‘curly’ ‚low‛ “double”",
  "–dash",
  "日本語 🚀 é",
  "a ",
  " a",
];

const enrolment = { token: "Ab1".repeat(10) + "Zz", url: "https://logs.example.com:8443/a?b=c&d='e' \"f\"" };

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\0", "")),
  fc.string({ unit: fc.constantFrom(...Array.from("'\"\\$`()\n\r ‘’‚‛;&|")), maxLength: 12 }),
);

/** A text without what no argument can hold: the character that ends it, and halves of characters. */
function storable(text: string): string {
  return text.replaceAll(/[\0\p{Cs}]/gu, "");
}

describe("the enrolment string", () => {
  it("is base64 of the token and the server's address as JSON", () => {
    expect(JSON.parse(Buffer.from(enrolmentString(enrolment), "base64").toString("utf8"))).toEqual({
      installToken: enrolment.token,
      url: enrolment.url,
    });
  });

  it("is what Node's own encoder makes, whatever the length", () => {
    for (let length = 0; length < 8; length++) {
      const given = { token: "x".repeat(length), url: "u" };
      const expected = Buffer.from(JSON.stringify({ installToken: given.token, url: given.url })).toString("base64");
      expect(enrolmentString(given)).toBe(expected);
    }
  });

  it("brings back any text unharmed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (token, url) => {
        const decoded: unknown = JSON.parse(Buffer.from(enrolmentString({ token, url }), "base64").toString("ascii"));
        expect(decoded).toEqual({ installToken: token, url });
      }),
    );
  });

  it.each(collectorPlatforms)("is found again in the command for %s", (platform) => {
    const text = enrolmentString(enrolment);
    expect(enrolmentStringIn(enrolCommands(text)[platform])).toBe(text);
  });

  it("is found in a command without quotes too, and nowhere where there is none", () => {
    const text = enrolmentString(enrolment);
    expect(enrolmentStringIn(`sudo humio-log-collector enroll ${text}`)).toBe(text);
    expect(enrolmentStringIn("sudo humio-log-collector enroll c29tZXRoaW5nIGVsc2U=")).toBeNull();
  });
});

describe.skipIf(platform() === "win32")("in a real sh", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tokenhouse-install-"));
    // Stands in for every program of the commands and prints what it was called with, each argument ended by a NUL.
    for (const name of ["sudo", "echo-arguments"]) {
      writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\0' "$@"\n`);
      chmodSync(join(folder, name), 0o755);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(command: string): string[] {
    const output = execFileSync("/bin/sh", ["-c", command], { cwd: folder, env: { PATH: folder, HOME: "/nowhere" } });
    return output.toString("utf8").split("\0").slice(0, -1);
  }

  it.each(hostile)("the name %j is one argument, unchanged", (name) => {
    expect(run(`echo-arguments ${quoteForSh(name)}`)).toEqual([name]);
    expect(run(installCommand("deb", name))).toEqual(["dpkg", "--install", name]);
    expect(run(installCommand("rpm", name))).toEqual(["rpm", "--upgrade", name]);
    expect(run(installCommand("pkg", name))).toEqual(["installer", "-pkg", name, "-target", "/"]);
  });

  it("any text is one argument, unchanged", () => {
    const words = fc.array(fc.oneof(anyText, fc.string({ unit: "grapheme" })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(words, (texts) => {
        const clean = texts.map(storable);
        expect(run(`echo-arguments ${clean.map(quoteForSh).join(" ")}`)).toEqual(clean);
      }),
      { numRuns: 30 },
    );
  });

  it("a file name that begins with a dash is not taken for an option", () => {
    expect(run(installCommand("deb", "--force-all"))).toEqual(["dpkg", "--install", "./--force-all"]);
  });

  it("the enrol command hands over the enrolment string", () => {
    const text = enrolmentString(enrolment);
    for (const platform of ["linux", "macos"] as const) {
      expect(run(enrolCommands(text)[platform])).toEqual(["humio-log-collector", "enroll", text]);
    }
  });
});

describe("in PowerShell's grammar", () => {
  let parser: Parser;
  beforeAll(async () => {
    await Parser.init();
    const folder = join(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm"), "..");
    parser = new Parser();
    parser.setLanguage(await Language.load(join(folder, "tree-sitter-powershell.wasm")));
  });

  /**
   * PowerShell's language takes four typographic quotes for the plain single one, which this grammar does not know: made plain first, it reads
   * what PowerShell would. Texts are compared in the same form.
   */
  const plain = (text: string) => text.replaceAll(/[‘’‚‛]/gu, "'");

  /** The words of the one command in a text: strings by value, everything else as it stands. Fails where there is more than one command. */
  function words(text: string): string[] {
    const tree = parser.parse(plain(text));
    if (tree === null || tree.rootNode.hasError) throw new Error("PowerShell would not read this.");
    const commands = tree.rootNode.descendantsOfType("command");
    const [command] = commands;
    if (commands.length !== 1 || command === null || command === undefined) throw new Error("There is not exactly one command.");
    expect(command.text).toBe(plain(text));
    const kinds = ["command_name", "verbatim_string_characters", "generic_token", "command_parameter"];
    return command.descendantsOfType(kinds).flatMap((node) => (node === null ? [] : [value(node)]));
  }

  function value(node: Node): string {
    return node.type === "verbatim_string_characters" ? node.text.slice(1, -1).replaceAll("''", "'") : node.text;
  }

  it.each(hostile)("the name %j is one verbatim string, unchanged", (name) => {
    expect(words(`Write-Output ${quoteForPowerShell(name)}`)).toEqual(["Write-Output", plain(name)]);
    expect(words(installCommand("msi", name))).toEqual([
      "Start-Process",
      "-Wait",
      "-FilePath",
      "msiexec.exe",
      "-ArgumentList",
      `/i "${plain(name).replaceAll('"', "")}" /quiet`,
    ]);
  });

  it("any text is one verbatim string, unchanged", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = storable(text);
        expect(words(`Write-Output ${quoteForPowerShell(clean)}`)).toEqual(["Write-Output", plain(clean)]);
      }),
    );
  });

  it("each typographic quote is doubled by itself, so that none ends the string", () => {
    expect(quoteForPowerShell("‘a’b‚c‛d'")).toBe("'‘‘a’’b‚‚c‛‛d'''");
  });

  it("the enrol command calls the program in its folder and hands over the enrolment string", () => {
    const text = enrolmentString(enrolment);
    expect(words(enrolCommands(text).windows)).toEqual([
      String.raw`C:\Program Files (x86)\CrowdStrike\Humio Log Collector\humio-log-collector.exe`,
      "enroll",
      text,
    ]);
  });
});

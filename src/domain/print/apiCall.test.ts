import { createRequire } from "node:module";
import { join } from "node:path";

import { Language, Parser } from "@vscode/tree-sitter-wasm";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import { printApiCall, printOperation, type ApiCall } from "./apiCall.ts";
import { hostileNames } from "#domain/testing.ts";
import { tokenVariable } from "./tokenVariable.ts";
import type { JsonValue, Variables } from "#domain/token/withheld.ts";

const server = "https://logs.example.com:8443";
const document =
  "mutation Make($input: In!) {\n  make(input: $input) {\n    ...Parts\n  }\n}\n\nfragment Parts on Made {\n  id\n}";

const call = (name: string): ApiCall => ({
  document,
  variables: { input: { name, at: null, on: true, ids: ["a", name] } },
  server,
});

function printed(form: string, made: ApiCall): string {
  const found = printApiCall(made).find(({ id }) => id === form);
  if (found === undefined) throw new Error(`There is no form ${form}.`);
  return found.text;
}

const anyName = fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.replaceAll(/[\0\p{Cs}]/gu, ""));

describe("every printed call", () => {
  it("reads the credential from the environment", () => {
    for (const { text, hint } of printApiCall(call("a"))) {
      expect(text).toContain(tokenVariable);
      expect(hint).toContain(tokenVariable);
      expect(text).not.toContain("~");
    }
  });

  it("is ASCII, so that no code page changes it", () => {
    for (const name of hostileNames) {
      for (const { text } of printApiCall(call(name))) expect(text).toMatch(/^[\n -~]*$/u);
    }
  });

  it("has nothing in it that is not seen, as an operation for an explorer either, and means the same", () => {
    const { text } = printOperation(call("safe-\u202Egpj.nekot שלום"));
    expect(text).toContain(String.raw`"name": "safe-\u202egpj.nekot שלום"`);
    expect(JSON.parse(text.slice(text.indexOf("\n\n{")))).toEqual(call("safe-\u202Egpj.nekot שלום").variables);
  });

  it("has a number of 64 bits to the last digit, and Node.js sends it as such", async () => {
    const made = { ...call("it's `${1}`"), variables: { input: { name: "it's `${1}`", maximum: 9_223_372_036_854_775_807n } } };
    for (const { text } of printApiCall(made)) expect(text).toContain("9223372036854775807");
    expect(printOperation(made).text).toContain('"maximum": 9223372036854775807');
    const [body = ""] = /^const body = (.*?);$/msu.exec(printed("node", made))?.slice(1) ?? [];
    const module = `data:text/javascript,export default ${encodeURIComponent(body)}`;
    const { default: sent } = (await import(/* @vite-ignore */ module)) as { default: string };
    expect(sent).toContain('"maximum": 9223372036854775807');
    expect(JSON.parse(sent)).toMatchObject({ query: document, variables: { input: { name: "it's `${1}`" } } });
  });

  it("is not made for what is no server's address", () => {
    for (const wrong of [
      "https://a b",
      "https://a'b",
      "https://a\nb",
      "ftp://a",
      "https://a/x",
      'https://a"',
      "https://a%20",
      "",
    ]) {
      expect(() => printApiCall({ ...call("a"), server: wrong })).toThrow(RangeError);
    }
    for (const right of ["http://127.0.0.1:8080", "http://[::1]:8080", "https://logs.example.com"]) {
      expect(printed("sh", { ...call("a"), server: right })).toContain(`'${right}/graphql'`);
    }
  });
});

describe("a secret in the variables", () => {
  const secretNames = ["fleetToken", "customToken", "draft", "yaml"] as const;
  const environment = {
    fleetToken: "LOGSCALE_FLEET_TOKEN",
    customToken: "LOGSCALE_INGEST_TOKEN",
    draft: "LOGSCALE_COLLECTOR_YAML",
    yaml: "LOGSCALE_COLLECTOR_YAML",
  } as const satisfies Record<(typeof secretNames)[number], string>;
  const everything = (made: ApiCall) => [...printApiCall(made), printOperation(made)];

  /** Variables with secrets, at any depth and beside anything else, as a function of the secrets. */
  const anyVariables = fc
    .record({
      beside: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/u), fc.jsonValue({ maxDepth: 2 })),
      names: fc.uniqueArray(fc.constantFrom(...secretNames), { minLength: 1 }),
      depth: fc.nat({ max: 3 }),
      inList: fc.boolean(),
    })
    .map(({ beside, names, depth, inList }) => (secret: (name: string) => JsonValue): Variables => {
      let variables: Variables = { ...(beside as Variables), ...Object.fromEntries(names.map((name) => [name, secret(name)])) };
      for (let level = 0; level < depth; level++) variables = { input: inList ? [variables] : variables };
      return variables;
    });

  const anySecret = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.array(fc.string(), { maxLength: 2 }));

  it("changes nothing of what is printed, whatever it is", () => {
    fc.assert(
      fc.property(anyVariables, anySecret, (variables, secret) => {
        const print = (value: (name: string) => JsonValue) => everything({ document, server, variables: variables(value) });
        expect(print(() => secret)).toEqual(print((name) => `the secret ${name}`));
      }),
    );
  });

  it.each(secretNames)("%s is read from the environment, and named in what the text needs", (name) => {
    const secret = "wJ8mQ2rT5vX9zB4nC7kD";
    for (const { id, text, hint } of everything({ document, server, variables: { id: "abc", input: { [name]: secret } } })) {
      expect(text + hint).not.toContain(secret);
      expect(text, id).toContain(environment[name]);
      expect(hint, id).toContain(environment[name]);
    }
  });

  it("is left as it is where there is none, so that the call says so", () => {
    const variables = { input: { name: "a", customToken: null } };
    for (const { text, hint } of everything({ document, server, variables })) {
      expect(text).toMatch(/customToken\\?": ?(?:null|None)/u);
      expect(text + hint).not.toContain("LOGSCALE_INGEST_TOKEN");
    }
  });

  it("of several lines is not for cmd, whose environment cannot hold it", () => {
    const forms = (variables: Variables) => printApiCall({ document, server, variables }).map(({ id }) => id);
    expect(forms({ draft: "a\nb" })).toEqual(forms({ draft: null }).filter((id) => id !== "cmd"));
    expect(forms({ fleetToken: "a" })).toEqual(forms({}));
  });

  it("leaves the text for cmd one command, which runs only where the variable is set", () => {
    const line = printed("cmd", { document, server, variables: { fleetToken: "a", name: 'say "hi"' } });
    expect(line).toMatch(/^if defined LOGSCALE_FLEET_TOKEN curl [^\n]*\\"fleetToken\\":\\"%LOGSCALE_FLEET_TOKEN%\\",/u);
    expect(line.replaceAll(/%LOGSCALE_\w+%/gu, "")).not.toMatch(/[%!^&|<>()\n\r]/u);
  });
});

describe("curl for Windows cmd", () => {
  /** What cmd may do something with, wherever it stands. */
  const cmdCharacters = /[%!^&|<>()\n\r]/u;

  /** The words that a Windows program finds in its command line: a quote counts unless an odd number of backslashes precedes it. */
  function windowsArguments(line: string): string[] {
    const words: string[] = [];
    let word: string | undefined;
    let quoted = false;
    for (let at = 0; at < line.length;) {
      const backslashes = /^\\*/u.exec(line.slice(at))?.[0].length ?? 0;
      at += backslashes;
      if (line[at] === '"') {
        word = (word ?? "") + "\\".repeat(Math.floor(backslashes / 2));
        if (backslashes % 2 === 1) word += '"';
        else quoted = !quoted;
        at++;
        continue;
      }
      if (backslashes > 0) {
        word = (word ?? "") + "\\".repeat(backslashes);
        continue;
      }
      const character = line.charAt(at++);
      if (character === " " && !quoted) {
        if (word !== undefined) words.push(word);
        word = undefined;
      } else word = (word ?? "") + character;
    }
    if (word !== undefined) words.push(word);
    expect(quoted).toBe(false);
    return words;
  }

  function check(made: ApiCall): void {
    const line = printed("cmd", made);
    expect(line.replace(`%${tokenVariable}%`, "")).not.toMatch(cmdCharacters);
    const [program, , fails, format, end, url, flag, authorization, , , data, body, ...more] = windowsArguments(line);
    expect([program, fails, format, end, url, flag, authorization, data, more]).toEqual([
      "curl",
      "--fail-with-body",
      "-w",
      String.raw`\n`,
      server + "/graphql",
      "-H",
      `Authorization: Bearer %${tokenVariable}%`,
      "--data-raw",
      [],
    ]);
    expect(JSON.parse(body ?? "")).toEqual({ query: made.document, variables: made.variables });
  }

  it.each(hostileNames)("hands over the name %j", (name) => check(call(name)));

  it("hands over any name", () => {
    fc.assert(fc.property(anyName, (name) => check(call(name))));
  });
});

describe("curl for PowerShell", () => {
  let parser: Parser;
  beforeAll(async () => {
    await Parser.init();
    const folder = join(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm"), "..");
    parser = new Parser();
    parser.setLanguage(await Language.load(join(folder, "tree-sitter-powershell.wasm")));
  });

  it.each(hostileNames)("has the name %j in one verbatim string of the body", (name) => {
    const tree = parser.parse(printed("powershell", call(name)));
    if (tree === null || tree.rootNode.hasError) throw new Error("PowerShell would not read this.");
    const [body] = tree.rootNode.descendantsOfType("verbatim_string_characters");
    const json = body?.text.slice(1, -1).replaceAll("''", "'") ?? "";
    expect(JSON.parse(json)).toEqual({ query: document, variables: call(name).variables });
    expect(tree.rootNode.descendantsOfType("command").map((command) => command?.text.split(" ", 1)[0])).toEqual(["curl.exe"]);
  });

  it.each(["fleetToken", "yaml"])("puts %s from the environment into the body as JSON", (name) => {
    const variables = { [name]: "a", name: "it's ‘here’" };
    const tree = parser.parse(printed("powershell", { document, server, variables }));
    if (tree === null || tree.rootNode.hasError) throw new Error("PowerShell would not read this.");
    const commands = tree.rootNode.descendantsOfType("command").map((command) => command?.text.split(" ", 1)[0]);
    expect(commands).toEqual(["ConvertTo-Json", "curl.exe"]);
    const [, start, ...rest] = tree.rootNode.descendantsOfType("verbatim_string_characters");
    const end = rest.find((text) => text?.text.includes("here"));
    const json = [start, end].map((text) => text?.text.slice(1, -1).replaceAll(/(['‘’])\1/gu, "$1")).join('"b"');
    expect(JSON.parse(json)).toEqual({ query: document, variables: { ...variables, [name]: "b" } });
  });
});

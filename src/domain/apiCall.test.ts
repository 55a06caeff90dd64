import { createRequire } from "node:module";
import { join } from "node:path";

import { Language, Parser } from "@vscode/tree-sitter-wasm";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";

import { printApiCall, printResource, tokenVariable, type ApiCall, type ApiResource } from "./apiCall.ts";

const server = "https://logs.example.com:8443";
const document =
  "mutation Make($input: In!) {\n  make(input: $input) {\n    ...Parts\n  }\n}\n\nfragment Parts on Made {\n  id\n}";

/** Names that a careless printer would run, split, expand or lose. */
const hostile = [
  "it's",
  'say "hi"',
  "$HOME ${HOME} $(touch pwned) `touch pwned`",
  "%PATH% %LOGSCALE_TOKEN% !PATH! ^ & | < > ( )",
  "$env:TEMP @(1) $($null)",
  "back\\slash\\",
  "\\",
  '\\"',
  "‘curly’ ‚low‛ “double”",
  "@file",
  "-x",
  "日本語 🚀 é",
  "JSON",
  "'''\"\"\"`${x}",
  "#{x} %{x} ${x}",
];

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
    for (const name of hostile) {
      for (const { text } of printApiCall(call(name))) expect(text).toMatch(/^[\n -~]*$/u);
    }
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
    const [program, , url, flag, authorization, , , data, body, ...more] = windowsArguments(line);
    expect([program, url, flag, authorization, data, more]).toEqual([
      "curl",
      server + "/graphql",
      "-H",
      `Authorization: Bearer %${tokenVariable}%`,
      "--data-raw",
      [],
    ]);
    expect(JSON.parse(body ?? "")).toEqual({ query: made.document, variables: made.variables });
  }

  it.each(hostile)("hands over the name %j", (name) => check(call(name)));

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

  it.each(hostile)("has the name %j in one verbatim string of the body", (name) => {
    const tree = parser.parse(printed("powershell", call(name)));
    if (tree === null || tree.rootNode.hasError) throw new Error("PowerShell would not read this.");
    const [body] = tree.rootNode.descendantsOfType("verbatim_string_characters");
    const json = body?.text.slice(1, -1).replaceAll("''", "'") ?? "";
    expect(JSON.parse(json)).toEqual({ query: document, variables: call(name).variables });
    expect(tree.rootNode.descendantsOfType("command").map((command) => command?.text.split(" ", 1)[0])).toEqual(["curl.exe"]);
  });
});

describe("resources", () => {
  const token = <T extends "view" | "organization" | "system">(type: T, name: string): ApiResource & { type: T } => ({
    type,
    name,
    permissions: ["ReadAccess", "ChangeParsers"],
    views: ["sandbox", name],
    expireAt: Date.UTC(2030, 0, 2, 3, 4, 5, 678),
    ipFilter: name,
  });

  it.each(hostile)("humio-operator's YAML has the name %j as it is", (name) => {
    const [printed, ...more] = printResource(token("view", name));
    expect(more).toEqual([]);
    const yaml = parseYaml(printed?.text ?? "") as { kind: string; metadata: { name: string }; spec: Record<string, unknown> };
    expect(yaml.kind).toBe("HumioViewToken");
    expect(yaml.metadata.name).toMatch(/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/u);
    expect(yaml.spec).toEqual({
      managedClusterName: "example-humiocluster",
      name,
      viewNames: ["sandbox", name],
      permissions: ["ReadAccess", "ChangeParsers"],
      ipFilterName: name,
      expiresAt: "2030-01-02T03:04:05Z",
      tokenSecretName: `${yaml.metadata.name}-token`,
    });
  });

  it("an organization or system token has no views, and neither expiry nor filter where there is none", () => {
    for (const [type, kind] of [
      ["organization", "HumioOrganizationToken"],
      ["system", "HumioSystemToken"],
    ] as const) {
      const [printed] = printResource({ ...token(type, "a b"), expireAt: null, ipFilter: null });
      expect(parseYaml(printed?.text ?? "")).toEqual({
        apiVersion: "core.humio.com/v1alpha1",
        kind,
        metadata: { name: "a-b" },
        spec: {
          managedClusterName: "example-humiocluster",
          name: "a b",
          permissions: ["ReadAccess", "ChangeParsers"],
          tokenSecretName: "a-b-token",
        },
      });
    }
  });

  it("an IP filter is offered where the operator's schema takes every address, and not otherwise", () => {
    const filter = (...targets: string[]) =>
      printResource({ type: "ip-filter", name: "office", rules: targets.map((target) => ({ action: "allow", target })) });
    const [printed] = filter("10.0.0.0/8", "::1", "2001:db8:0:0:0:0:0:1/64", "all");
    expect(parseYaml(printed?.text ?? "")).toMatchObject({
      kind: "HumioIPFilter",
      spec: {
        name: "office",
        ipFilter: [{ action: "allow", address: "10.0.0.0/8" }, { address: "::1" }, {}, { address: "all" }],
      },
    });
    expect(filter("2001:db8::1")).toEqual([]);
    expect(filter()).toEqual([]);
  });

  it("Terraform is offered for ingest tokens alone, with nothing in a name that begins a template", () => {
    const made = printResource({ type: "ingest", name: 'a ${x} %{y} "q"', repository: "sandbox", parser: "kv" });
    expect(made.map(({ id }) => id)).toEqual(["terraform", "operator"]);
    expect(made[0]?.text).toContain('name       = "a $${x} %%{y} \\"q\\""');
    expect(printResource(token("system", "a")).map(({ id }) => id)).toEqual(["operator"]);
  });
});

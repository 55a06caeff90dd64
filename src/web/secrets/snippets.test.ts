import { execFileSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { quoteForSh } from "#domain/print/quote.ts";
import { tokenVariable } from "#domain/print/tokenVariable.ts";

import { Secret } from "./secret.ts";
import { snippets } from "./snippets.ts";

const secret = `${"a1".repeat(16)}~${"Zz9x".repeat(11)}`;
const context = {
  server: "https://logs.example.com",
  name: "CI: build & deploy",
  kind: "view",
  permissions: ["ReadAccess"],
} as const;
const textOf = (id: string, given = secret) => {
  const snippet = snippets(context).find((candidate) => candidate.id === id);
  if (snippet === undefined) throw new Error(`There is no snippet ${id}.`);
  return snippet.text(given);
};

describe("a word quoted for a shell", () => {
  it.each(["plain", "it's", '$HOME `id` "x" \\', "a\nb", "", "'", "~root", secret])(
    "%j is read back unchanged by a shell",
    (text) => {
      expect(execFileSync("sh", ["-c", `printf %s ${quoteForSh(text)}`], { encoding: "utf8" })).toBe(text);
    },
  );
});

describe("a snippet", () => {
  it("the environment file sets what humioctl reads, in a shell", () => {
    const hostile = `x'y$HOME`;
    const script = `${textOf("env", hostile)}\nprintf '%s|%s' "$HUMIO_ADDRESS" "$HUMIO_TOKEN"`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(`https://logs.example.com/|${hostile}`);
  });

  it("the curl command sends the token as a bearer, to the server's GraphQL", () => {
    const script = `curl() { for word in "$@"; do printf '%s\\n' "$word"; done; }\n${textOf("curl")}`;
    const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).trimEnd().split("\n");
    expect(words).toEqual([
      "-sS",
      "--fail-with-body",
      "-w",
      String.raw`\n`,
      "https://logs.example.com/graphql",
      "-H",
      `Authorization: Bearer ${secret}`,
      "-H",
      "Content-Type: application/json",
      "-d",
      '{"query":"{ searchDomains { name ReadAccess: isActionAllowed(action: ReadEvents) } }"}',
    ]);
  });

  it("the curl command names its variable as every API call does that the dashboard prints", () => {
    expect(textOf("curl")).toContain(` ${tokenVariable}='`);
  });

  it("a name that one tool requires stands beside that tool's name", () => {
    for (const { label, text } of snippets(context)) {
      if (text(secret).includes("HUMIO_")) expect(label).toContain("humioctl");
    }
  });

  it("the profile has a name without blanks, and quotes what YAML could misread", () => {
    expect(textOf("humioctl").split("\n")).toEqual([
      "profiles:",
      "  'CI-build-deploy':",
      "    address: 'https://logs.example.com/'",
      `    token: '${secret}'`,
      "    insecure: 'false'",
    ]);
  });
});

describe("a secret", () => {
  it("cannot be read once it is forgotten", () => {
    const kept = new Secret(secret);
    expect(kept.reveal()).toBe(secret);
    kept.forget();
    expect(kept.reveal()).toBe("");
  });

  it("appears neither in JSON nor among its properties", () => {
    expect(JSON.stringify({ kept: new Secret(secret) })).not.toContain(secret);
    expect(Object.values(new Secret(secret))).toEqual([]);
  });
});

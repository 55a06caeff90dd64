import { describe, expect, it } from "vitest";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { unknownCreator } from "#domain/token/creator.ts";
import { Secret } from "#web/secrets/secret.ts";

import { resultsCsv, resultWords, secretsCsv, secretsJson, type Result, type NewSecret } from "./files.ts";

function aToken(name: string): InventoryToken {
  return {
    key: `view:${name}`,
    kind: "view",
    id: `id of ${name}`,
    name,
    createdAt: 0,
    expireAt: null,
    ipFilter: null,
    lastUse: undefined,
    owner: unknownCreator,
  };
}

const source = { server: "https://logs.example.com", now: 0 };
const secrets: readonly NewSecret[] = ["deploy", "=HYPERLINK(1)"].map((name) => ({
  token: aToken(name),
  made: { id: `new ${name}`, secret: new Secret(`secret of ${name}`) },
}));

describe("the file of a rotation", () => {
  it("holds each new secret with its former and its new id, as JSON and as CSV", () => {
    const json: unknown = JSON.parse(secretsJson(secrets, source));
    expect(json).toEqual({
      format: "tokenhouse-rotated-tokens",
      version: 1,
      server: source.server,
      savedAt: "1970-01-01T00:00:00.000Z",
      tokens: [
        { kind: "view", name: "deploy", formerId: "id of deploy", id: "new deploy", token: "secret of deploy" },
        expect.objectContaining({ name: "=HYPERLINK(1)", token: "secret of =HYPERLINK(1)" }),
      ],
    });
    const csv = secretsCsv(secrets, source);
    expect(csv).toContain('"id of deploy","new deploy","secret of deploy"');
    // A name is no formula.
    expect(csv).not.toMatch(/"=HYPERLINK/u);
  });

  it("holds nothing of a secret that was forgotten", () => {
    const made = { id: "new", secret: new Secret("hunter2") };
    made.secret.forget();
    expect(secretsJson([{ token: aToken("gone"), made }], source)).not.toContain("hunter2");
  });
});

describe("the results of a bulk action", () => {
  const results: readonly Result[] = [
    { token: aToken("done"), fate: { at: "done", made: { id: "new id", secret: new Secret("hunter2") } } },
    { token: aToken("refused"), fate: { at: "refused", failure: { kind: "refused", message: "Not yours." } } },
    { token: aToken("left"), fate: { at: "waiting" } },
  ];

  it("say what became of each token, with the server's own words, and hold no secret", () => {
    const csv = resultsCsv(results, "rotate");
    expect(csv).toContain("refused: Not yours.");
    expect(csv).toContain("not tried");
    expect(csv).toContain("new id");
    expect(csv).not.toContain("hunter2");
    expect(results.map((result) => resultWords(result, "delete"))).toEqual(["deleted", "refused: Not yours.", "not tried"]);
  });
});

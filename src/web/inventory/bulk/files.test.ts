import { describe, expect, it } from "vitest";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { unknownCreator } from "#domain/token/creator.ts";
import { Secret } from "#web/secrets/secret.ts";

import { resultsCsv, resultWords, secretsByOwner, secretsCsv, secretsJson, type Result, type NewSecret } from "./files.ts";

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

const source = { type: "rotate", server: "https://logs.example.com", now: 0 } as const;
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
        { kind: "view", name: "deploy", owner: null, formerId: "id of deploy", id: "new deploy", token: "secret of deploy" },
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

describe("the file of a renewal", () => {
  const renewed: NewSecret = {
    token: {
      ...aToken("web"),
      key: "ingest:web",
      kind: "ingest",
      id: undefined,
      ingest: { repository: "sandbox", parser: null, isCustom: false, weakness: null, events: 0 },
    },
    made: { id: null, name: "web-2", secret: new Secret("value of web-2") },
  };
  const from = { ...source, type: "renew" } as const;

  it("names the new ingest token beside the one that it replaces, with its repository", () => {
    expect(JSON.parse(secretsJson([renewed], from))).toMatchObject({
      format: "tokenhouse-renewed-tokens",
      tokens: [{ kind: "ingest", name: "web", newName: "web-2", repository: "sandbox", token: "value of web-2" }],
    });
    expect(secretsCsv([renewed], from)).toContain('"web","web-2","sandbox"');
  });

  it("can be made for one owner alone; those of which nobody knows whose they are come last", () => {
    const of = (token: string, owner: string | null): NewSecret => ({
      token: { ...aToken(token), owner: owner === null ? unknownCreator : { kind: "user", id: owner, name: owner } },
      made: { id: token, secret: new Secret(token) },
    });
    const owners = secretsByOwner([of("a", null), of("b", "grace"), of("c", "ada"), of("d", "grace")]);
    expect(owners.map(({ label, secrets }) => [label, ...secrets.map(({ token }) => token.name)])).toEqual([
      ["ada", "c"],
      ["grace", "b", "d"],
      ["Not on record", "a"],
    ]);
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

  it("of a renewal say what the successor is called, where its value is, and that the pair is a guess where nobody could write it down", () => {
    const done = (made: NewSecret["made"] | undefined) =>
      resultWords({ token: aToken("a"), fate: { at: "done", made } }, "renew");
    const made = { id: "new", secret: new Secret("hunter2") };
    expect(done({ ...made, recorded: true })).toBe("renewed");
    expect(done({ ...made, name: "a-2" })).toBe("renewed as a-2");
    expect(done({ ...made, recorded: false })).toContain("a pair by guess alone");
    expect(done(undefined)).toContain("the page of the new one shows its value");
    const lost = resultWords({ token: aToken("a"), fate: { at: "unseen" } }, "renew");
    expect(lost).toContain("Rotate the new token to get another");
  });
});

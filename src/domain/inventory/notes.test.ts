import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { testNow } from "#domain/testing.ts";
import {
  dismissalOf,
  dismissedNow,
  indexDismissals,
  indexLinks,
  indexOwners,
  keyText,
  linkOf,
  linksTo,
  ownerOf,
  tokenKeyOf,
  type Dismissal,
  type TokenKey,
} from "./notes.ts";
import { noteChangeSchema, type NoteChange } from "./noteSchemas.ts";
import { noteLimits } from "./noteTexts.ts";
import { usualThresholds } from "./thresholds.ts";

const view: TokenKey = { kind: "view", id: "v".repeat(32), createdAt: 1000 };

function aDismissal(given: Partial<Dismissal> = {}): Dismissal {
  return { token: view, rule: "never-expires", note: "n", until: null, by: "ada", at: testNow, version: "1", ...given };
}

const dismiss: NoteChange = { type: "dismiss", token: view, rule: "never-expires", note: "Agreed.", until: null, seen: null };

/** What is said of a change at `testNow`; undefined where it is as it should be. */
function fault(change: unknown): string | undefined {
  return noteChangeSchema(testNow).safeParse(change).error?.issues[0]?.message;
}

describe("a dismissal", () => {
  const index = (given: Partial<Dismissal>) => indexDismissals([aDismissal(given)]);

  it("is in force until its date of return, and then the finding is back", () => {
    const until = index({ until: testNow + day });
    expect(dismissedNow(until, view, "never-expires", testNow + day - 1)?.by).toBe("ada");
    expect(dismissedNow(until, view, "never-expires", testNow + day)).toBeUndefined();
    expect(dismissalOf(until, view, "never-expires")?.by).toBe("ada");
    expect(dismissedNow(index({}), view, "never-expires", testNow + 9999 * day)?.by).toBe("ada");
  });

  it("is of one rule and one token, by kind, id and making", () => {
    expect(dismissedNow(index({}), view, "old", testNow)).toBeUndefined();
    expect(dismissedNow(index({}), { ...view, createdAt: 1001 }, "never-expires", testNow)).toBeUndefined();
    expect(dismissedNow(index({}), { ...view, kind: "system" }, "never-expires", testNow)).toBeUndefined();
    expect(dismissedNow(indexDismissals([]), view, "never-expires", testNow)).toBeUndefined();
  });

  it("of a rule that there is no more is kept, and nothing comes of it", () => {
    const kept = index({ rule: "rule-of-yesterday" });
    expect(dismissalOf(kept, view, "rule-of-yesterday")?.by).toBe("ada");
    expect(dismissedNow(kept, view, "never-expires", testNow)).toBeUndefined();
  });
});

describe("the key of a token", () => {
  it("tells any two tokens apart, whatever their names are", () => {
    const part = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('"', '","', "/", "\\", "fleet"));
    const key = fc.oneof(
      fc.record({ kind: fc.constantFrom("personal" as const, "view" as const), id: part, createdAt: fc.nat(3) }),
      fc.record({ kind: fc.constant("ingest" as const), repository: part, name: part }),
      fc.record({ kind: fc.constant("fleet" as const), handle: part }),
    );
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(keyText(one) === keyText(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 300 },
    );
  });

  it("is by id and making, by repository and name, or by the handle of a value; where that is unknown there is none", () => {
    const token = { id: "x", name: "ci", createdAt: 5 };
    expect(tokenKeyOf({ ...token, kind: "view" })).toEqual({ kind: "view", id: "x", createdAt: 5 });
    const ingest = { repository: "sandbox" };
    expect(tokenKeyOf({ ...token, kind: "ingest", ingest })).toEqual({ kind: "ingest", repository: "sandbox", name: "ci" });
    expect(tokenKeyOf({ ...token, kind: "fleet", fleet: { handle: "h" } })).toEqual({ kind: "fleet", handle: "h" });
    expect(tokenKeyOf({ ...token, kind: "view", createdAt: undefined })).toBeUndefined();
    expect(tokenKeyOf({ ...token, kind: "view", createdAt: 2n ** 62n })).toBeUndefined();
    expect(tokenKeyOf({ ...token, kind: "view", id: undefined })).toBeUndefined();
  });
});

describe("a change of what is kept", () => {
  const uuid = "0b7d1c52-6f0e-4c1a-9d3b-5f0a8e7c2d41";

  it("is taken where all of it is right", () => {
    const keys: TokenKey[] = [view, { kind: "ingest", repository: "r", name: "n" }, { kind: "fleet", handle: "0123456789ab" }];
    for (const token of keys) expect(fault({ ...dismiss, token })).toBeUndefined();
    expect(fault({ ...dismiss, note: "x".repeat(500), until: testNow + 1, seen: "v" })).toBeUndefined();
    expect(fault({ ...dismiss, note: "Two\nlines, and an emoji 👩‍💻." })).toBeUndefined();
    expect(fault({ ...dismiss, note: `Agreed in https://wiki.example.com/page?id=${uuid}.` })).toBeUndefined();
    expect(fault({ type: "bring-back", token: view, rule: "old", seen: "v" })).toBeUndefined();
    expect(fault({ type: "thresholds", values: usualThresholds, seen: null })).toBeUndefined();
    for (const token of keys) {
      expect(fault({ type: "own", token, owner: "Team Ω <ops@example.com>", seen: null })).toBeUndefined();
      expect(fault({ type: "disown", token, seen: "v" })).toBeUndefined();
      expect(fault({ type: "unlink", token, seen: "v" })).toBeUndefined();
    }
    const linked: [TokenKey, TokenKey][] = [
      [view, { ...view, id: "w" }],
      [
        { kind: "ingest", repository: "r", name: "n" },
        { kind: "ingest", repository: "r", name: "m" },
      ],
      [
        { kind: "fleet", handle: "0123456789ab" },
        { kind: "fleet", handle: "0123456789ac" },
      ],
    ];
    for (const [token, replaces] of linked) expect(fault({ type: "link", token, replaces, seen: null })).toBeUndefined();
  });

  it.each([
    ["a note without a word", { note: " \n " }, /^Say why/u],
    ["a note that is too long", { note: "x".repeat(501) }, /^A note has at most 500 characters\.$/u],
    ["a note with what nobody sees", { note: "a\u202eb" }, /^A note cannot contain invisible .*U\+202E \(character 2\)/u],
    ["a note with a control character", { note: "a\0b" }, /^A note cannot contain invisible/u],
    ["a note with half a character", { note: "a\ud800b" }, /^A note cannot contain invisible/u],
    ["a token in the note", { note: `it is ${"a".repeat(32)}~${"b".repeat(44)}.` }, /^There is a token in this note/u],
    ["the local administrator's token in it", { note: `localroot~${"b".repeat(44)}` }, /^There is a token in this note/u],
    ["what may be an ingest token in it", { note: `It sends with ${uuid.toUpperCase()}.` }, /^There is a UUID in this note/u],
    ["what may be one beside a link", { note: `https://wiki.example.com ${uuid}` }, /^There is a UUID in this note/u],
    ["a date of return that is past", { until: testNow }, /^The date of return lies in the past/u],
    [
      "one very far ahead",
      { until: testNow + noteLimits.ahead + 1 },
      /^The date of return is at most five years ahead: 20\d\d-/u,
    ],
    ["one that is no instant", { until: 0.5 }, /instant/u],
    ["a rule with a name that is too long", { rule: "x".repeat(61) }, /^The name of a rule has at most 60/u],
    ["a rule that nobody names so", { rule: "a b" }, /^A rule is named by/u],
    ["an id that is none", { token: { ...view, id: "a/b" } }, /no id/u],
    ["a making that is no instant", { token: { ...view, createdAt: 1e300 } }, /instant/u],
    ["a member that nobody knows", { owner: "x" }, /^This change has something in it that is not known here/u],
  ])("is refused whole for %s", (_, given, message) => {
    expect(fault({ ...dismiss, ...given })).toMatch(message);
  });

  const own = { type: "own", token: view, owner: "ops", seen: null };
  const personal = { kind: "personal", id: "u", createdAt: 1 };

  it.each([
    ["nobody", { owner: " " }, /^Name a person, a team/u],
    ["an owner with too long a name", { owner: "x".repeat(201) }, /^An owner has at most 200 characters\.$/u],
    ["an owner of two lines", { owner: "ops\nand others" }, /^An owner cannot contain invisible/u],
    ["an owner with what nobody sees", { owner: "o\u202eps" }, /^An owner cannot contain invisible/u],
    ["a token for an owner", { owner: `${"a".repeat(32)}~${"b".repeat(44)}` }, /^There is a token in this owner/u],
    ["a UUID for an owner", { owner: uuid }, /^There is a UUID in this owner/u],
    ["a personal token", { token: personal }, /^A personal token belongs to its user/u],
  ])("is refused that would make an owner of %s", (_, given, message) => {
    expect(fault({ ...own, ...given })).toMatch(message);
  });

  it.each([
    ["a token with itself", view, view, /^A token does not take its own place/u],
    ["tokens of two kinds", view, { ...view, kind: "system" }, /^A token takes the place of one of its own kind/u],
    ["personal tokens", personal, { ...personal, id: "w" }, /^A personal token belongs to its user/u],
    [
      "ingest tokens of two repositories",
      { kind: "ingest", repository: "r", name: "n" },
      { kind: "ingest", repository: "s", name: "n" },
      /^An ingest token takes the place of one of its own repository/u,
    ],
  ])("is refused that would link %s", (_, token, replaces, message) => {
    expect(fault({ type: "link", token, replaces, seen: null })).toMatch(message);
  });
});

describe("owners and links", () => {
  const kept = { by: "ada", at: 1, version: "1" };
  const [first, second, third] = [view, { ...view, id: "w" }, { ...view, id: "x" }];

  it("are found by their tokens, links by both", () => {
    const owners = indexOwners([{ token: view, owner: "ops", ...kept }]);
    expect(ownerOf(owners, view)?.owner).toBe("ops");
    expect(ownerOf(owners, { ...view, createdAt: 1001 })).toBeUndefined();
    expect(ownerOf(indexOwners([]), view)).toBeUndefined();
    const toFirst = [second, third].map((token) => ({ token, replaces: first, ...kept }));
    const links = indexLinks(toFirst);
    expect(linkOf(links, second)).toBe(toFirst[0]);
    expect(linkOf(links, first)).toBeUndefined();
    expect(linksTo(links, first)).toEqual(toFirst);
    expect(linksTo(links, second)).toEqual([]);
    expect([linkOf(indexLinks([]), second), linksTo(indexLinks([]), first)]).toEqual([undefined, []]);
  });
});

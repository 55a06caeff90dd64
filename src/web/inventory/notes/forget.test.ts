import { expect, it } from "vitest";

import { noFindingNotes } from "#domain/inventory/noNotes.ts";
import type { TokenKey } from "#domain/inventory/notes.ts";

import { forgetting } from "./forget.ts";

const keyOf = (name: string): TokenKey => ({ kind: "ingest", repository: "web", name });
const said = (version: string) => ({ by: "ada", at: 1, version });

it("what is noted of a deleted token is taken away, links on both its sides too, and nothing of others", () => {
  const [gone, other] = [keyOf("gone"), keyOf("other")];
  const notes = {
    ...noFindingNotes,
    dismissals: [gone, other].map((token) => ({ token, rule: "unused", note: "why", until: null, ...said("d") })),
    owners: [gone, other].map((token) => ({ token, owner: "the team", ...said("o") })),
    links: [
      { token: gone, replaces: other, ...said("new one") },
      { token: keyOf("next"), replaces: gone, ...said("old one") },
      { token: keyOf("next of other"), replaces: other, ...said("others") },
    ],
  };
  expect(forgetting(notes, gone)).toEqual([
    { type: "bring-back", token: gone, rule: "unused", seen: "d" },
    { type: "disown", token: gone, seen: "o" },
    { type: "unlink", token: gone, seen: "new one" },
    { type: "unlink", token: keyOf("next"), seen: "old one" },
  ]);
  expect(forgetting(notes, { kind: "fleet", handle: "0123456789ab" })).toEqual([]);
});

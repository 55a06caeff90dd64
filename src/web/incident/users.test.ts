import { describe, expect, it } from "vitest";

import { testNow } from "#domain/testing.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";

import { namesakesOf, usersByName } from "./users.ts";

const madeBy = (id: string | null, name: string | null): InventoryToken => ({
  key: `view:${id} ${name}`,
  kind: "view",
  id: "t",
  name: "t",
  createdAt: testNow,
  expireAt: null,
  ipFilter: null,
  lastUse: undefined,
  owner: { kind: "user", id, name },
});
const rosa = { id: "now", username: "rosa", fullName: "Rosa Lind", email: "rosa@example.com" };

describe("The users of a name", () => {
  it("are all who have it or had it when they made a token, each told from the others", () => {
    const tokens = [madeBy("gone", "rosa"), madeBy("gone", "rosa"), madeBy("now", "rosa"), madeBy("maren", "rosa")];
    const maren = { id: "maren", username: "maren", fullName: null, email: null };
    expect(usersByName(tokens, [rosa, maren])).toEqual(
      new Map([
        [
          "rosa",
          [
            { id: "gone", about: "not among the users that are listed to you, made 2 of the listed tokens, id gone" },
            { id: "now", about: "rosa@example.com, made 1 of the listed tokens, id now" },
            { id: "maren", about: "called maren now, made 1 of the listed tokens, id maren" },
          ],
        ],
        ["maren", [{ id: "maren", about: "made 1 of the listed tokens, id maren" }]],
      ]),
    );
  });

  it("are told to whoever asks about one of them", () => {
    const users = usersByName([madeBy("gone", "rosa"), madeBy("other", "maren")], [rosa]);
    const [gone, now] = users.get("rosa") ?? [];
    expect(namesakesOf(users, "now")).toEqual([{ name: "rosa", one: now, others: [gone] }]);
    expect([namesakesOf(users, "other"), namesakesOf(users, undefined)]).toEqual([[], []]);
  });

  it("are kept apart where their names differ by what nobody sees, and found by what is shown", () => {
    const twin = { ...rosa, id: "twin", username: "ro\u200Bsa" };
    const users = usersByName([madeBy(null, "rosa"), madeBy("x", null)], [rosa, twin]);
    expect([...users].map(([name, of]) => [name, of.map(({ id }) => id)])).toEqual([
      ["rosa", ["now"]],
      ["ro⟨U+200B⟩sa", ["twin"]],
    ]);
  });
});

import { describe, expect, it } from "vitest";

import { failureOf } from "#web/api/failure.ts";

import { changeFinding, lostDeletion, watchCreation, type ReadNames } from "./findings.ts";

const row = (name: string, to: string) => ({ name, to });

/** What is found after a lost answer by who read `before` and then `after`. */
async function found(before: ReadNames["rows"], after: ReadNames["rows"], steady = true) {
  const lists: ReadNames[] = [
    { rows: before, steady: true },
    { rows: after, steady },
  ];
  const look = await watchCreation("fleet token", "edge", () => {
    const next = lists.shift();
    return next === undefined ? Promise.reject(new Error("Read more than twice.")) : Promise.resolve(next);
  });
  return look();
}

describe("watchCreation", () => {
  it("finds what was created, and where it is", async () => {
    expect(await found([row("other", "/1")], [row("other", "/1"), row("edge", "/2")])).toMatchObject({ done: true, to: "/2" });
  });

  it("takes no older thing of the same name for what was created", async () => {
    expect(await found([row("edge", "/1")], [row("edge", "/1")])).toMatchObject({ done: false });
    expect(await found([row("edge", "/1")], [row("edge", "/1"), row("edge", "/2")])).toMatchObject({ done: true, to: "/2" });
  });

  it("takes nothing with another name for what was created", async () => {
    expect(await found([], [row("other", "/1")])).toMatchObject({ done: false });
  });

  it("does not call anything missing from a list that changed while it was read", async () => {
    const failure = await found([], [], false).catch(failureOf);
    expect(failure).toMatchObject({ message: "The list kept changing while it was read. Look again." });
    expect(await found([], [row("edge", "/2")], false)).toMatchObject({ done: true });
  });
});

describe("changeFinding", () => {
  it("allows a change to be sent again only where its subject exists and differs from what was asked", () => {
    expect(changeFinding("fleet token", {}, false).done).toBe(false);
    expect(changeFinding("fleet token", {}, true).done).toBe(true);
    expect(changeFinding("fleet token", undefined, false)).toMatchObject({ done: true, title: "The fleet token is gone" });
  });
});

describe("lostDeletion", () => {
  it("takes for deleted what is no longer there, and lets the rest be deleted again", async () => {
    const look = async (isThere: boolean) => {
      const watched = await lostDeletion(() => Promise.resolve(isThere)).watch();
      return typeof watched === "function" ? watched() : watched;
    };
    expect(await look(false)).toEqual({ found: undefined });
    expect(await look(true)).toBe("not-done");
  });
});

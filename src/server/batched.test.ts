import { describe, expect, it } from "vitest";

import { batched } from "./batched.ts";

/** Rows by key, what was read of them, and how much else was asked of the database that they are in. */
function table(rows: ReadonlyMap<string, string>) {
  const reads: (readonly string[])[] = [];
  const state = { rows, asked: 0 };
  const read = async (keys: readonly string[]) => {
    reads.push(keys);
    return new Map(keys.flatMap((key) => (state.rows.has(key) ? [[key, state.rows.get(key) ?? ""] as const] : [])));
  };
  return { state, reads, read, asked: () => state.asked };
}

describe("a look-up", () => {
  it("goes with those of the same turn, and waits for none that is under way to be answered by it", async () => {
    const { state, reads, read } = table(new Map([["a", "old"]]));
    let go = () => {};
    const slowly = new Promise<void>((resolve) => (go = resolve));
    const find = batched(async (keys) => {
      const found = await read(keys);
      if (reads.length === 1) await slowly;
      return found;
    });
    const first = [find("a"), find("a"), find("b")];
    await expect.poll(() => reads.length).toBe(1);
    state.rows = new Map();
    const later = [find("a"), find("b")];
    go();
    expect(await Promise.all(first)).toEqual(["old", "old", undefined]);
    expect(await Promise.all(later)).toEqual([undefined, undefined]);
    expect(reads).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  it("is not held up for ever by one that is never answered, nor by one that fails", async () => {
    const answers = [
      () => new Promise<never>(() => {}),
      () => Promise.reject(new Error("lost")),
      () => Promise.resolve(new Map([["c", "3"]])),
    ];
    const find = batched<string>(() => answers.shift()?.() ?? expect.unreachable(), undefined, 20);
    let answered = false;
    void find("a").then(() => (answered = true));
    await expect.poll(() => answers.length).toBe(2);
    await expect(find("b")).rejects.toThrow("lost");
    expect(await find("c")).toBe("3");
    expect(answered).toBe(false);
  });

  it("is asked each time where others may have changed what it gives", async () => {
    const { reads, read } = table(new Map([["a", "1"]]));
    const find = batched(read);
    expect([await find("a"), await find("a")]).toEqual(["1", "1"]);
    expect(reads).toHaveLength(2);
  });

  it("is remembered until anything else is asked, and what it did not find is not", async () => {
    const { state, reads, read, asked } = table(new Map([["a", "1"]]));
    const find = batched(read, asked);
    expect([await find("a"), await find("a"), await find("b"), await find("b")]).toEqual(["1", "1", undefined, undefined]);
    expect(reads).toEqual([["a"], ["b"], ["b"]]);
    state.asked++;
    state.rows = new Map();
    expect(await find("a")).toBeUndefined();
  });

  it("is not remembered where something else was asked while it was under way", async () => {
    const { state, reads, read, asked } = table(new Map([["a", "1"]]));
    const find = batched(async (keys) => {
      const found = await read(keys);
      if (reads.length === 1) state.asked++;
      return found;
    }, asked);
    expect([await find("a"), await find("a"), await find("a")]).toEqual(["1", "1", "1"]);
    expect(reads).toHaveLength(2);
  });

  it("is not remembered beyond a thousand others", async () => {
    const keys = Array.from({ length: 1001 }, (_, number) => `key ${number}`);
    const { reads, read, asked } = table(new Map(keys.map((key) => [key, key])));
    const find = batched(read, asked);
    for (const key of keys) await find(key);
    await find(keys[0] ?? "");
    expect(reads).toHaveLength(1002);
  });
});

import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect, it } from "vitest";

import { takeIn } from "./body.ts";

const everything = () => undefined;

it("a body is taken in whole, however it is cut and whether or not its length is told", async () => {
  const body = Buffer.from(Array.from({ length: 300_000 }, (_, place) => place % 251));
  for (const size of [1000, 65_536, 300_000]) {
    for (const declared of [undefined, body.length]) {
      const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, place) =>
        body.subarray(place * size, (place + 1) * size),
      );
      const taken = await takeIn(Readable.from(chunks), declared, body.length, everything);
      expect(Buffer.compare(taken, body)).toBe(0);
    }
  }
});

it("a body in a great many tiny parts is taken in without holding the parts", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const parts = 400_000;
  const part = Buffer.alloc(65_536, "x");
  const some: WeakRef<Buffer>[] = [];
  let held = Number.NaN;
  async function* tiny() {
    for (let place = 0; place < parts; place++) {
      const tiniest = part.subarray(place % part.length, (place % part.length) + 1);
      if (place % 1000 === 0) some.push(new WeakRef(tiniest));
      yield tiniest;
    }
    // What a weak reference was made to in this turn stays until its end.
    await setImmediate();
    collect();
    held = some.filter((reference) => reference.deref() !== undefined).length;
  }
  const taken = await takeIn(Readable.from(tiny()), undefined, parts, everything);
  expect(taken.length).toBe(parts);
  expect(some).toHaveLength(400);
  expect(held).toBeLessThan(10);
});

it("a body is refused as soon as it is too large, or has no room", async () => {
  const seen: number[] = [];
  const parts = () => Readable.from([Buffer.alloc(6), Buffer.alloc(6), Buffer.alloc(6)]);
  const refused = expect.objectContaining({ status: 413 }) as Error;
  await expect(takeIn(parts(), undefined, 10, (bytes) => void seen.push(bytes))).rejects.toThrow(refused);
  await expect(takeIn(parts(), 18, 10, (bytes) => void seen.push(bytes))).rejects.toThrow(refused);
  expect(seen).toEqual([6]);
  const full = () => {
    throw new Error("no room");
  };
  await expect(takeIn(parts(), 18, 100, full)).rejects.toThrow("no room");
});

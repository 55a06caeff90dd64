import { expect, it } from "vitest";

import { holdings } from "./holdings.ts";

const refusal = expect.objectContaining({ status: 503, hecCode: 9 }) as Error;

it("the requests of one sender, and those of all, hold only so much at once", () => {
  const held = holdings({ ofSender: 20, ofAll: 30, free: 0 });
  const [one, two, other] = [held.open("a"), held.open("a"), held.open("b")];
  one.add(15);
  expect(() => two.add(6)).toThrow(refusal);
  two.add(5);
  expect(() => other.add(11)).toThrow(refusal);
  other.add(10);
  expect(held.held).toBe(30);
  one.release();
  one.release();
  other.add(15);
  expect(() => other.add(1)).toThrow(refusal);
  two.release();
  other.release();
  expect(held.held).toBe(0);
});

it("a body that comes alone is never put off, or it would come again for ever", () => {
  const held = holdings({ ofSender: 20, ofAll: 30, free: 0 });
  const alone = held.open("a");
  alone.add(100);
  expect(() => held.open("b").add(1)).toThrow(refusal);
  alone.release();
  expect(held.held).toBe(0);
});

it("a small body is held in any case, also for a sender who holds much already", () => {
  const held = holdings({ ofSender: 20, ofAll: 20, free: 3 });
  held.open("a").add(20);
  for (const sender of ["a", "b"]) {
    const small = held.open(sender);
    small.add(2);
    small.add(1);
    expect(() => small.add(1)).toThrow(refusal);
    small.release();
  }
  expect(held.held).toBe(20);
});

import { describe, expect, it } from "vitest";

import { ClientError } from "#server/errors.ts";
import { graphqlLimits } from "./limits.ts";
import { Turns, type Turn } from "./turns.ts";

const stays = () => false;

/** Takes turns and notes the order in which they are given. */
function queue(limits = { perCaller: 2, atOnce: 3, waiting: 4 }) {
  const turns = new Turns(limits);
  const given: string[] = [];
  const running = new Map<string, Turn>();
  return {
    given,
    take: async (caller: string, name: string, isGone = stays): Promise<void> => {
      const turn = await turns.take(caller, isGone);
      given.push(name);
      running.set(name, turn);
    },
    finish: (name: string): void => {
      running.get(name)?.made();
      running.get(name)?.taken();
    },
    made: (name: string) => running.get(name)?.made(),
    hangUp: (name: string) => running.get(name)?.taken(),
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("A caller's requests", () => {
  it("run a few at a time, in the order they came in", async () => {
    const { given, take, finish } = queue();
    for (const name of ["a1", "a2", "a3", "a4"]) void take("a", name);
    await settled();
    expect(given).toEqual(["a1", "a2"]);
    finish("a2");
    await settled();
    expect(given).toEqual(["a1", "a2", "a3"]);
  });

  it("wait for themselves alone: somebody else's is next, however many wait", async () => {
    const { given, take, finish } = queue();
    for (const name of ["a1", "a2", "a3", "a4", "a5"]) void take("a", name);
    for (const name of ["b1", "b2", "c1"]) void take(name[0] ?? "", name);
    await settled();
    expect(given).toEqual(["a1", "a2", "b1"]);
    finish("a1");
    await settled();
    finish("a2");
    await settled();
    finish("b1");
    await settled();
    // Turn by turn, and not a's whole queue first.
    expect(given).toEqual(["a1", "a2", "b1", "b2", "a3", "c1"]);
  });

  it("are refused with a word when too many wait, and only that caller's", async () => {
    const { given, take } = queue();
    for (let number = 0; number < 6; number++) void take("a", `a${number}`);
    const refused = await take("a", "a6").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ClientError);
    expect(refused).toMatchObject({ code: "BUSY", message: expect.stringMatching(/^You have more than 6 requests open\./u) });
    await take("b", "b1");
    expect(given).toContain("b1");
  });

  it("are not carried out when nobody waits for them any more", async () => {
    const { given, take, finish } = queue({ perCaller: 1, atOnce: 1, waiting: 4 });
    let gone = false;
    await take("a", "a1");
    const hungUp = take("a", "a2", () => gone).catch((error: unknown) => error);
    void take("a", "a3");
    gone = true;
    finish("a1");
    expect(await hungUp).toMatchObject({ code: "BUSY" });
    await settled();
    expect(given).toEqual(["a1", "a3"]);
  });

  it("keep their place until the answer is made, also when nobody waits for it: hanging up makes no room for more", async () => {
    const { given, take, hangUp, made } = queue({ perCaller: 1, atOnce: 2, waiting: 4 });
    for (const name of ["a1", "a2"]) void take("a", name);
    await settled();
    hangUp("a1");
    await settled();
    expect(given).toEqual(["a1"]);
    made("a1");
    await settled();
    expect(given).toEqual(["a1", "a2"]);
  });

  it("keep their place until the answer is taken, while others need not wait for that", async () => {
    const { given, take, made, finish } = queue({ perCaller: 1, atOnce: 1, waiting: 4 });
    for (const name of ["a1", "a2", "b1"]) void take(name[0] ?? "", name);
    await settled();
    made("a1");
    await settled();
    expect(given).toEqual(["a1", "b1"]);
    made("b1");
    await settled();
    expect(given).toEqual(["a1", "b1"]);
    finish("a1");
    await settled();
    expect(given).toEqual(["a1", "b1", "a2"]);
  });
});

describe("The limits", () => {
  it("leave room for others beside any one caller", () => {
    for (const { perCaller, atOnce } of [graphqlLimits.queries, graphqlLimits.mutations]) {
      expect(perCaller).toBeLessThanOrEqual(atOnce / 2);
    }
  });
});

import { describe, expect, it } from "vitest";

import type { Failure } from "#logscale/errors.ts";
import { Secret } from "#web/secrets/secret.ts";

import { createReplay } from "./replay.ts";

const refused: Failure = { kind: "refused", message: "no" };
const lost: Failure = { kind: "unknown-outcome", message: "lost" };

/** A replay of requests that are their own answers: a text is a new secret, a failure is thrown. */
function aReplay() {
  const asked: (string | Failure)[] = [];
  const replay = createReplay<{ readonly answer: string | Failure }>({
    make: async ({ answer }) => {
      asked.push(answer);
      await Promise.resolve();
      // oxlint-disable-next-line typescript/only-throw-error -- stands for what a call rejects with
      if (typeof answer !== "string") throw answer;
      return { id: `id of ${answer}`, secret: new Secret(answer) };
    },
    failureOf: (error) => error as Failure,
    now: () => 7,
  });
  const fates = () => [...replay.state.get().fates.values()].map(({ at }) => at);
  const start = (answers: readonly (string | Failure)[]) =>
    replay.start([...answers.keys()], (place) => ({ answer: answers[place] ?? "" }));
  return { replay, asked, fates, start };
}

describe("a replay", () => {
  it("makes tokens one after the other, and goes on after a refusal", async () => {
    const { replay, fates, start } = aReplay();
    const run = start(["a", refused, "c"]);
    expect(replay.state.get()).toMatchObject({ running: true, left: 2 });
    await run;
    expect(fates()).toEqual(["made", "refused", "made"]);
    expect(replay.state.get()).toMatchObject({ running: false, left: 0 });
    expect(replay.state.get().stoppedBy).toBeUndefined();
  });

  it("stops at a lost answer, and asks for that token again only once somebody looked", async () => {
    const { replay, asked, fates, start } = aReplay();
    await start(["a", lost, "c"]);
    expect(fates()).toEqual(["made", "lost"]);
    expect(replay.state.get().stoppedBy).toBe(lost);
    await start(["a", "b", "c"]);
    expect(asked).toEqual(["a", lost, "c"]);
    replay.notMade(1);
    await start(["a", "b", "c"]);
    expect(asked).toEqual(["a", lost, "c", "b"]);
    expect(fates()).toEqual(["made", "made", "made"]);
  });

  it("stops where every other token would fail too, and leaves the rest waiting", async () => {
    const { replay, fates, start } = aReplay();
    await start(["a", { kind: "unauthenticated", message: "signed out" }, "c"]);
    expect(fates()).toEqual(["made", "waiting"]);
    expect(replay.state.get().stoppedBy?.kind).toBe("unauthenticated");
  });

  it("sends nothing for a token that is refused beforehand", async () => {
    const { replay, asked, fates } = aReplay();
    await replay.start([0], () => "against the policy");
    expect(asked).toEqual([]);
    expect(fates()).toEqual(["refused"]);
  });

  it("stops after the token being made, and runs once at a time", async () => {
    const { replay, asked, start } = aReplay();
    const run = start(["a", "b"]);
    await start(["x"]);
    replay.stop();
    await run;
    expect(asked).toEqual(["a"]);
    await start(["a", "b"]);
    expect(asked).toEqual(["a", "b"]);
  });

  it("forgets a secret once it is handed over, and all secrets, later ones too, when the page closes", async () => {
    const { replay, fates, start } = aReplay();
    await start(["a", "b"]);
    const secrets = [...replay.state.get().fates.values()].map((fate) => (fate.at === "made" ? fate.secret : undefined));
    replay.keep([0]);
    expect(secrets.map((secret) => secret?.reveal())).toEqual(["", "b"]);
    const run = replay.start([2], () => ({ answer: "c" }));
    replay.forget();
    await run;
    expect(secrets.map((secret) => secret?.reveal())).toEqual(["", ""]);
    expect(fates()).toEqual(["kept", "kept", "kept"]);
  });
});

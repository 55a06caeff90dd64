import { describe, expect, it } from "vitest";

import type { Failure } from "#logscale/errors.ts";

import { createRun, type LookedUp } from "./run.ts";

const refused: Failure = { kind: "refused", message: "no" };
const busy: Failure = { kind: "refused", code: "BUSY", message: "too many" };
const lost: Failure = { kind: "unknown-outcome", message: "lost" };
const gone: Failure = { kind: "unreachable", message: "nobody there" };

/** A run of steps against a script: what each step is answered, in turn, and what looks for it tell. */
function scripted(script: {
  readonly answers?: Readonly<Record<string, readonly (Failure | "done")[]>>;
  readonly looks?: Readonly<Record<string, readonly (LookedUp | Failure)[]>>;
  readonly concurrency?: number;
}) {
  const sent: string[] = [];
  const looked: string[] = [];
  const pauses: number[] = [];
  const left = new Map(Object.entries(script.answers ?? {}).map(([key, answers]) => [key, [...answers]]));
  const looks = new Map(Object.entries(script.looks ?? {}).map(([key, answers]) => [key, [...answers]]));
  let most = 0;
  let open = 0;
  let hold: Promise<void> | undefined;
  const run = createRun<string, string>({
    keyOf: (step) => step,
    send: async (step) => {
      sent.push(step);
      most = Math.max(most, ++open);
      await (hold ?? Promise.resolve());
      open--;
      const answer = left.get(step)?.shift() ?? "done";
      // oxlint-disable-next-line typescript/only-throw-error -- stands for what a call rejects with
      if (answer !== "done") throw answer;
      return `made of ${step}`;
    },
    watch: (step) => async () => {
      looked.push(step);
      const answer = looks.get(step)?.shift() ?? "not-done";
      // oxlint-disable-next-line typescript/only-throw-error -- stands for what a call rejects with
      if (typeof answer !== "string") throw answer;
      return answer;
    },
    seen: (step) => `seen of ${step}`,
    failureOf: (error) => error as Failure,
    pause: async (ms) => void pauses.push(ms),
    ...(script.concurrency !== undefined && { concurrency: script.concurrency }),
  });
  const fates = () => Object.fromEntries([...run.state.get().fates].map(([key, { at }]) => [key, at]));
  return {
    run,
    sent,
    looked,
    pauses,
    fates,
    most: () => most,
    /** Keeps requests open until the promise is settled. */
    holdBy: (promise: Promise<void>) => {
      hold = promise;
    },
  };
}

const many = Array.from({ length: 20 }, (_, index) => `t${index}`);

describe("a run over many tokens", () => {
  it("sends no more at the same time than it may, in their order, and counts what became of each", async () => {
    const { run, sent, most } = scripted({ answers: { t3: [refused] } });
    await run.start(many);
    expect(sent).toEqual(many);
    expect(most()).toBe(3);
    expect(run.state.get().counts).toMatchObject({ done: 19, refused: 1, waiting: 0, running: 0 });
    expect(run.state.get().fates.get("t0")).toEqual({ at: "done", made: "made of t0" });
    expect(run.state.get().fates.get("t3")).toEqual({ at: "refused", failure: refused });
  });

  it("waits longer each time the server is too busy, and sends it again", async () => {
    const { run, sent, pauses, fates } = scripted({ answers: { a: [busy, busy, busy] }, concurrency: 1 });
    await run.start(["a", "b"]);
    expect(sent).toEqual(["a", "a", "a", "a", "b"]);
    expect(pauses).toEqual([250, 500, 1000]);
    expect(fates()).toEqual({ a: "done", b: "done" });
    expect(run.state.get().busy).toBe(false);
  });

  it("gives up on a server that stays busy, with nothing called refused that was never judged", async () => {
    const { run, sent, fates } = scripted({ answers: { a: Array.from({ length: 50 }, () => busy) }, concurrency: 1 });
    await run.start(["a", "b"]);
    expect(sent).toHaveLength(10);
    expect(fates()).toEqual({ a: "waiting", b: "waiting" });
    expect(run.state.get().stoppedBy).toBe(busy);
  });

  it.each([
    ["done", "done"],
    ["unseen", "unseen"],
    ["not-done", "not-done"],
  ] as const)(
    "looks for a lost answer before anything else is sent, and never sends it again blindly: %s",
    async (told, fate) => {
      const { run, sent, looked, fates } = scripted({ answers: { b: [lost] }, looks: { b: [told] }, concurrency: 1 });
      await run.start(["a", "b", "c"]);
      expect(sent).toEqual(["a", "b", "c"]);
      expect(looked).toEqual(["b"]);
      expect(fates()).toEqual({ a: "done", b: fate, c: "done" });
      expect(run.state.get().stoppedBy).toBeUndefined();
    },
  );

  it("stops where nobody can look, sends that token not even when told to go on, and does once a look says that nothing was done", async () => {
    const { run, sent, fates } = scripted({ answers: { b: [lost] }, looks: { b: [gone, "not-done"] }, concurrency: 1 });
    await run.start(["a", "b", "c"]);
    expect(fates()).toEqual({ a: "done", b: "unknown", c: "waiting" });
    expect(run.state.get()).toMatchObject({ phase: "ended", stoppedBy: gone });
    await run.lookAgain();
    expect(fates()).toEqual({ a: "done", b: "not-done", c: "waiting" });
    await run.start(["a", "b", "c"]);
    expect(sent).toEqual(["a", "b", "b", "c"]);
    expect(fates()).toEqual({ a: "done", b: "done", c: "done" });
  });

  it("keeps a token unsent whose outcome is still unknown when the rest goes on", async () => {
    const { run, sent } = scripted({ answers: { a: [lost] }, looks: { a: [gone, gone] }, concurrency: 1 });
    await run.start(["a"]);
    await run.start(["a", "b"]);
    expect(sent).toEqual(["a"]);
    expect(run.state.get().counts).toMatchObject({ unknown: 1, waiting: 1 });
  });

  it.each([
    { kind: "unauthenticated", message: "signed out" },
    { kind: "unreachable", message: "nobody there" },
    { kind: "address-refused", message: "not from here" },
    { kind: "refused", code: "STORAGE_FULL", message: "full" },
  ] as const satisfies readonly Failure[])("stops where every other token would fail too: %o", async (failure) => {
    const { run, sent, fates } = scripted({ answers: { b: [failure] }, concurrency: 1 });
    await run.start(["a", "b", "c"]);
    expect(sent).toEqual(["a", "b"]);
    expect(fates()).toEqual({ a: "done", b: "waiting", c: "waiting" });
    expect(run.state.get().stoppedBy).toEqual(failure);
  });

  it("called off, waits for what is under way, sends nothing more, and says what was not tried", async () => {
    const { run, sent, holdBy } = scripted({});
    let release = () => {};
    holdBy(new Promise<void>((resolve) => (release = resolve)));
    const running = run.start(many);
    expect(run.state.get().counts.running).toBe(3);
    run.stop();
    expect(run.state.get().phase).toBe("stopping");
    release();
    await running;
    expect(sent).toEqual(["t0", "t1", "t2"]);
    expect(run.state.get().counts).toMatchObject({ done: 3, waiting: 17, running: 0 });
    expect(run.state.get()).toMatchObject({ phase: "ended", stoppedBy: undefined });
  });

  it("tries only what failed when it is told to, and nothing twice that was done", async () => {
    const { run, sent, fates } = scripted({ answers: { b: [refused], c: [refused, refused] } });
    await run.start(["a", "b", "c"]);
    await run.start(["a", "b", "c"]);
    expect(sent).toEqual(["a", "b", "c", "b", "c"]);
    expect(fates()).toEqual({ a: "done", b: "done", c: "refused" });
    expect(run.state.get().counts).toMatchObject({ done: 2, refused: 1 });
  });

  it("does nothing when it is started while it runs", async () => {
    const { run, sent } = scripted({});
    await Promise.all([run.start(["a"]), run.start(["a", "b"])]);
    expect(sent).toEqual(["a"]);
  });

  it("tells of 10,000 tokens without copying what became of each", async () => {
    const { run } = scripted({});
    const { fates } = run.state.get();
    await run.start(Array.from({ length: 10_000 }, (_, index) => String(index)));
    expect(run.state.get().fates).toBe(fates);
    expect(run.state.get().counts.done).toBe(10_000);
  });
});

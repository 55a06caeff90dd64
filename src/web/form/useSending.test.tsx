import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";

import { CallError } from "#web/api/failure.ts";

import { noCall, stopped, useSending, type Sending, type SendingOptions } from "./useSending.ts";

type Options = SendingOptions<string, "name", string>;

/** What a form sends that answers `answer`; `sent` counts the requests, `told` what came of them. */
function sendingOf(answer: () => Promise<string>, more: Partial<Options> = {}) {
  const seen = { sent: 0, told: [] as string[], refused: [] as string[] };
  let sending: Sending<string, "name"> | undefined;
  const options: Options = {
    failure: "It was not done",
    fields: { title: "name" },
    calls: noCall,
    lost: { title: "It is not known", action: "Look", watch: () => () => Promise.resolve("not-done") },
    send: () => {
      seen.sent++;
      return answer();
    },
    done: (result) => seen.told.push(result),
    repeats: true,
    ...more,
  };
  function Form() {
    sending = useSending(options, (field, message) => seen.refused.push(`${field}: ${message}`));
    return null;
  }
  renderToStaticMarkup(<Form />);
  if (sending === undefined) throw new Error("The form was not drawn.");
  return { sending, seen };
}

const fails = (failure: CallError["failure"]) => () => Promise.reject(new CallError(failure));

describe("a form", () => {
  it("sends once, however often it is asked to while a request is under way", async () => {
    const { sending, seen } = sendingOf(() => Promise.resolve("made"));
    await Promise.all([sending.submit("a"), sending.submit("a"), sending.send("a")]);
    expect(seen).toMatchObject({ sent: 1, told: ["made"] });
    await sending.submit("b");
    expect(seen.sent).toBe(2);
  });

  it("sends nothing after an answer was lost, until somebody says that it was not carried out", async () => {
    const { sending, seen } = sendingOf(fails({ kind: "unknown-outcome", message: "Lost." }));
    await sending.submit("a");
    sending.forget();
    await sending.submit("a");
    await sending.send("a");
    expect(seen.sent).toBe(1);
    sending.settle();
    await sending.submit("a");
    expect(seen.sent).toBe(2);
  });

  it("may be sent again after a refusal", async () => {
    const { sending, seen } = sendingOf(fails({ kind: "refused", message: "No." }));
    await sending.submit("a");
    await sending.submit("a");
    expect(seen).toMatchObject({ sent: 2, told: [] });
  });

  it("sends nothing where it asks first, or where the page stops it", async () => {
    const asking = sendingOf(() => Promise.resolve("made"), { ask: () => true });
    await asking.sending.submit("a");
    expect(asking.seen.sent).toBe(0);
    await asking.sending.send("a");
    expect(asking.seen.sent).toBe(1);
    const stopping = sendingOf(() => Promise.resolve("made"), { lost: { title: "", action: "", watch: () => stopped } });
    await stopping.sending.submit("a");
    expect(stopping.seen.sent).toBe(0);
  });

  it("tells the field that a refusal is about, by what the server calls it, and none that it does not have", async () => {
    for (const [field, refused] of [
      ["title", ["name: No."]],
      ["constructor", []],
    ] as const) {
      const { sending, seen } = sendingOf(fails({ kind: "refused", message: "No.", field }));
      await sending.submit("a");
      expect(seen.refused).toEqual(refused);
    }
  });
});

import { useRef, useState } from "react";
import { flushSync } from "react-dom";

import type { Failure } from "#logscale/errors.ts";
import type { ShowCalls } from "#web/api-call/ApiCallButton.tsx";
import { failureOf } from "#web/api/failure.ts";

import type { Finding } from "./LostAnswer.tsx";

/** What a form gives as `fields` where the server never refuses one of its fields. */
export const noField = "no field";

/** What a form gives as `calls` where no script can send its request. */
export const noCall = "no call";

/** What `watch` gives where nothing is to be sent, and the page says why. */
export const stopped = "stopped";

/**
 * What a look at what is there says of a request whose answer was lost: a {@link Finding} to tell; that it was done, with what came of it,
 * so that the form goes on as if it had been answered; or that it was not done, where the form says so by itself.
 */
export type Looked<Result> = Finding | { readonly found: Result } | "not-done";

/** Reads the present state. Rejects where that fails. */
export type Look<Result> = () => Promise<Looked<Result>>;

/** What a form does when the answer to its request was lost. Nothing is sent again before somebody looked. */
export interface Lost<Values, Result> {
  /** What is not known: "It is not known whether the token was created". */
  readonly title: string;
  /** What the button says that looks. */
  readonly action: string;
  /** Called before each request: reads what is there, where that will tell what became of it. Gives what then looks. */
  readonly watch: (values: Values) => Look<Result> | typeof stopped | Promise<Look<Result> | typeof stopped>;
}

/** Which field of a form the server means by a name. */
export type FieldsOf<Field> = Readonly<Record<string, Field>>;

/** What every form must say of what it sends. */
export interface SendingOptions<Values, Field, Result> {
  /** Said above why it was not done: "The token was not created". */
  readonly failure: string;
  /** Which field a refusal is about, by what the server calls it. */
  readonly fields: FieldsOf<Field> | (() => FieldsOf<Field>) | typeof noField;
  /** The calls it would send, for people who would rather run a script. */
  readonly calls: ((values: Values) => Parameters<ShowCalls>) | typeof noCall;
  readonly lost: Lost<Values, Result>;
  /** Whether the values are to be asked about before they are sent, which the page does while they are `asked`. */
  readonly ask?: (values: Values) => boolean | Promise<boolean>;
  /** Sends the request. Rejects where it failed; steps that may fail without undoing it belong in `done`. */
  readonly send: (values: Values) => Promise<Result>;
  /** What comes once it was done. */
  readonly done: (result: Result, values: Values) => unknown;
  /** Called after each request that failed, for what it may have changed all the same. */
  readonly failed?: (failure: Failure) => void;
  /** Whether the form stays and may send again. Otherwise it is taken to be left, and stays under way until it is gone. */
  readonly repeats?: boolean;
}

type State<Values, Field, Result> =
  | { readonly at: "ready" | "done" }
  | { readonly at: "asking"; readonly asked: Values }
  | { readonly at: "sending"; readonly asked: Values | undefined }
  | { readonly at: "failed"; readonly failure: Failure; readonly field: Field | undefined }
  | {
      readonly at: "lost";
      readonly failure: Failure;
      readonly values: Values;
      readonly look: Look<Result>;
      /** What a look told; undefined where nobody looked yet. */
      readonly finding: Finding | undefined;
    };

/** What a form sends, as it stands. */
export interface Sending<Values, Field = never> {
  /** Whether a request is under way, or was answered and the form is about to go. */
  readonly pending: boolean;
  /** Whether the form has done what it is there for: nothing in it is left to be lost. */
  readonly left: boolean;
  /** Whether the outcome is unknown, so that nothing may be sent. */
  readonly unknown: boolean;
  /** What is not known, in words, while nobody has looked: who leaves now may do again what was done. */
  readonly unseen: string | undefined;
  /** The field that the last refusal was about, and what it said. */
  readonly refused: { readonly field: Field; readonly message: string } | undefined;
  /** What there is to say of the last request, for `Outcome`. */
  readonly outcome:
    | { readonly type: "failed"; readonly title: string; readonly failure: Failure }
    | {
        readonly type: "lost";
        readonly title: string;
        readonly action: string;
        readonly failure: Failure;
        readonly look: () => Promise<Finding | undefined>;
      }
    | undefined;
  /** What is asked about before it is sent. */
  readonly asked: Values | undefined;
  /** Sends values, or asks about them. Does nothing while a request is under way or its outcome unknown. Never rejects. */
  readonly submit: (values: Values) => Promise<void>;
  /** Asks about values, whatever they are. */
  readonly askAbout: (values: Values) => void;
  /** Sends values without asking. Never rejects. */
  readonly send: (values: Values) => Promise<void>;
  /** Forgets what was asked, and why the last request failed; not that its outcome is unknown. */
  readonly forget: () => void;
  /** Says that the last request was not carried out, so that another may be sent. */
  readonly settle: () => void;
  readonly calls: SendingOptions<Values, Field, unknown>["calls"];
}

/** How far sending is, whatever is sent. */
export type Progress = Pick<Sending<never>, "pending" | "left" | "unknown" | "unseen" | "outcome" | "settle" | "forget">;

/**
 * Sends what a form holds, once: a second click and the Enter key send nothing while a request is under way, while its outcome is unknown,
 * or after it was done. `onRefused` hears of a refusal that is about a field, for the focus.
 */
export function useSending<Values, Field, Result>(
  options: SendingOptions<Values, Field, Result>,
  onRefused?: (field: Field, message: string) => void,
): Sending<Values, Field> {
  const { failure: title, lost, repeats = false } = options;
  const [state, setState] = useState<State<Values, Field, Result>>({ at: "ready" });
  // What may be sent must not depend on whether the page was drawn since.
  const at = useRef<State<Values, Field, Result>["at"]>("ready");
  const go = (next: State<Values, Field, Result>) => {
    at.current = next.at;
    setState(next);
  };

  const finish = async (result: Result, values: Values) => {
    // The form first drops its guard against leaving; then the page is left.
    if (!repeats) flushSync(() => go({ at: "done" }));
    await options.done(result, values);
    if (repeats) go({ at: "ready" });
  };
  const run = async (values: Values, asks: boolean) => {
    if (at.current === "sending" || at.current === "lost" || at.current === "done") return;
    go({ at: "sending", asked: at.current === "asking" ? values : undefined });
    let look: Look<Result> | undefined;
    let result: Result;
    try {
      if (asks && (await options.ask?.(values)) === true) return go({ at: "asking", asked: values });
      const watched = await lost.watch(values);
      if (watched === stopped) return go({ at: "ready" });
      look = watched;
      result = await options.send(values);
    } catch (error) {
      const failure = failureOf(error);
      options.failed?.(failure);
      if (failure.kind === "unknown-outcome" && look !== undefined) {
        return go({ at: "lost", failure, values, look, finding: undefined });
      }
      const field = fieldOf(failure, options.fields);
      // A dialog that asked first gives the focus back; then the field takes it.
      flushSync(() => go({ at: "failed", failure, field }));
      if (field !== undefined) onRefused?.(field, failure.message);
      return;
    }
    await finish(result, values);
  };

  const outcome = (): Sending<Values, Field>["outcome"] => {
    if (state.at === "failed" && state.field === undefined) return { type: "failed", title, failure: state.failure };
    if (state.at !== "lost") return undefined;
    const { failure, look, values } = state;
    return {
      type: "lost",
      title: lost.title,
      action: lost.action,
      failure,
      look: async () => {
        const looked = await look();
        if (looked === "not-done") go({ at: "ready" });
        else if ("found" in looked) await finish(looked.found, values);
        else {
          go({ ...state, finding: looked });
          return looked;
        }
        return undefined;
      },
    };
  };
  return {
    pending: state.at === "sending" || state.at === "done",
    left: state.at === "done" || (state.at === "lost" && state.finding?.done === true),
    unknown: state.at === "lost",
    unseen: state.at === "lost" && state.finding === undefined ? lost.title : undefined,
    refused:
      state.at === "failed" && state.field !== undefined ? { field: state.field, message: state.failure.message } : undefined,
    outcome: outcome(),
    asked: state.at === "asking" || state.at === "sending" ? state.asked : undefined,
    submit: (values) => run(values, true),
    askAbout: (values) => go({ at: "asking", asked: values }),
    send: (values) => run(values, false),
    forget: () => {
      if (at.current === "asking" || at.current === "failed") go({ at: "ready" });
    },
    settle: () => go({ at: "ready" }),
    calls: options.calls,
  };
}

function fieldOf<Field>({ field }: Failure, fields: SendingOptions<never, Field, never>["fields"]): Field | undefined {
  if (field === undefined || fields === noField) return undefined;
  const known = typeof fields === "function" ? fields() : fields;
  // A server may call a field whatever it likes.
  return Object.hasOwn(known, field) ? known[field] : undefined;
}

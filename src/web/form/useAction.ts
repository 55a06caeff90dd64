import { prepared, type Ending } from "./ending.ts";
import { noField, useSending, type Sending, type SendingOptions } from "./useSending.ts";

/** What an action is: all that {@link SendingOptions} ask of what it sends. It has no fields. */
export type ActionOptions<Result> = Omit<SendingOptions<void, never, Result>, "fields" | "ask">;

/** An action as its dialog needs it. */
export interface Action extends Pick<Ending, "sending" | "prepare"> {
  /** Does it. */
  readonly act: () => void;
}

/** What a dialog does once it is confirmed, such as deleting something. */
export function useAction<Result>(options: ActionOptions<Result>): Action {
  const sending = useSending<void, never, Result>({ ...options, fields: noField });
  return { sending, act: () => void sending.send(), prepare: prepared(sending.calls, (next) => next()) };
}

/** What a form asks about before it is sent, as an action; undefined where it asks nothing. What becomes of it is shown by the form. */
export function askedAction<Values>(sending: Sending<Values, unknown>): Action | undefined {
  const { asked } = sending;
  if (asked === undefined) return undefined;
  return { sending, act: () => void sending.send(asked), prepare: undefined };
}

import { styleText } from "node:util";

import type { Environment } from "#server/cli/readSettings.ts";
import { codeOf } from "#server/startError.ts";

/** Where a command writes: a pipe, a file or a terminal. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * Writes the result of a command, as UTF-8. A terminal of another locale gets signs of ASCII alone: it would show others wrong, and could
 * obey some of their bytes. A reader that has seen enough, as `head` has, is no failure: whether there is one still is what it gives.
 */
export async function print(
  text: string,
  output: Output = process.stdout,
  environment: Environment = process.env,
): Promise<boolean> {
  const written = asShown(text, output, environment);
  return new Promise<boolean>((resolve, reject) => {
    // A failure is told twice: to the callback, and then to whoever listens, or else to nobody, which would end the program.
    const heard = () => undefined;
    output.on("error", heard);
    output.write(written, (error) => {
      if (error == null) output.removeListener("error", heard);
      if (error == null || codeOf(error) === "EPIPE") resolve(error == null);
      else reject(error);
    });
  });
}

/** How many characters are written at a time. */
const batch = 65_536;

/** Writes a long result piece by piece, as fast as it is read: what is not made yet takes no memory. Ends early where nobody reads any more. */
export async function printAll(
  pieces: Iterable<string> | AsyncIterable<string>,
  output: Output = process.stdout,
  environment: Environment = process.env,
): Promise<void> {
  let held = "";
  for await (const piece of pieces) {
    held += piece;
    if (held.length < batch) continue;
    if (!(await print(held, output, environment))) return;
    held = "";
  }
  if (held !== "") await print(held, output, environment);
}

/** A text as an output is given it: see {@link print}. Errors with names in them are shown no otherwise. */
export function asShown(text: string, output: Output, environment: Environment = process.env): string {
  return output.isTTY === true && !showsUnicode(environment) ? inAscii(text) : text;
}

/** Tells people what is no part of a result: on standard error. */
export function tell(words: string): void {
  console.error(asShown(words, process.stderr));
}

/** Whether a locale says that texts are UTF-8. Where it says nothing, a program of today is taken to. */
function showsUnicode({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== "");
  return locale === undefined || /utf-?8/iu.test(locale);
}

/** What stands for the signs of our own words. */
const twins: ReadonlyMap<string, string> = new Map([
  ["⟨", "<"],
  ["⟩", ">"],
  ["“", '"'],
  ["”", '"'],
  ["…", "..."],
  ["·", "-"],
  ["→", "->"],
  ["’", "'"],
]);

/** A text with signs of ASCII alone. What is not one stands there with its code point. */
function inAscii(text: string): string {
  return text.replaceAll(
    /[^\0-\u007F]/gu,
    (sign) => twins.get(sign) ?? `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
}

/** Makes words stand out where they are seen in colour: on a terminal, unless its user wants none. */
export type Paint = (style: "bold" | "red" | "yellow" | "dim", text: string) => string;

/** How to paint what is written to an output. */
export function paintFor(output: Output = process.stdout, environment: Environment = process.env): Paint {
  const colours = output.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  return (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
}

/** Tells on standard error how far a command is: one line that is written over, and gone at the end. */
export interface ProgressLine {
  readonly tell: (words: string) => void;
  readonly end: () => void;
}

/** Progress for whoever watches. Where standard error is no terminal nobody does. */
export function progressOn(output: Output = process.stderr): ProgressLine {
  if (output.isTTY !== true) return { tell: () => undefined, end: () => undefined };
  let shown = false;
  const clear = () => {
    if (shown) output.write("\r\u001B[K");
    shown = false;
  };
  return {
    tell: (words) => {
      clear();
      // A line that wraps could not be written over.
      output.write(asShown(words, output).slice(0, (output.columns ?? 80) - 1));
      shown = true;
    },
    end: clear,
  };
}

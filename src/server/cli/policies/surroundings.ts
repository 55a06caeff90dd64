import { createInterface } from "node:readline/promises";

import { paintFor, print, progressOn, tell, type Output, type Paint } from "#server/cli/remote/output.ts";

/** What a command needs of the machine that it runs on. */
export interface Surroundings {
  /** Ms since epoch; the server's time by what its answers say. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Writes the result. */
  readonly print: (text: string) => Promise<unknown>;
  readonly paint: Paint;
  /** Tells people what is no part of the result: on standard error. */
  readonly tell: (words: string) => void;
  /** Tells how far it is. */
  readonly progress: (words: string) => void;
  readonly endProgress: () => void;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Asks whoever runs the command; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** The terminal, or the pipes, that the program was started with. */
export function surroundingsOf(now: () => number, signal: AbortSignal): Surroundings {
  const { stdin: input, stdout, stderr } = process;
  const errors: Output = stderr;
  const progress = progressOn(errors);
  return {
    now,
    signal,
    print: (text) => {
      progress.end();
      return print(text, stdout);
    },
    paint: paintFor(stdout),
    tell: (words) => {
      progress.end();
      tell(words);
    },
    progress: progress.tell,
    endProgress: progress.end,
    input,
    ask:
      input.isTTY && stderr.isTTY
        ? async (question) => {
            progress.end();
            const lines = createInterface({ input, output: stderr });
            // The terminal gives Ctrl-C to the question, which is to end the command as anywhere else; Ctrl-D answers nothing.
            lines.once("SIGINT", () => process.emit("SIGINT"));
            const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
            try {
              return await Promise.race([lines.question(question, { signal }), closed]);
            } finally {
              lines.close();
            }
          }
        : undefined,
  };
}

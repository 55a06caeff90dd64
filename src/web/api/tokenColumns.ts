import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { PageProgress } from "#logscale/pages.ts";
import { NoColumnsError, readKindColumns } from "#logscale/readTokenColumns.ts";
import type { ListedToken } from "#logscale/readTokens.ts";
import { tokenColumnsPath } from "#logscale/tokenColumns.ts";

import { CallError } from "./failure.ts";
import { openRoute, refusalOf } from "./route.ts";
import { whileWaited, type Waiter } from "./whileWaited.ts";

/** A kind that is asked for, and who waits for it. */
interface Asked extends Waiter {
  readonly kind: TokenKind;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PageProgress) => void;
  readonly resolve: (tokens: readonly ListedToken[] | undefined) => void;
}

let waiting: Asked[] = [];

/**
 * Reads all tokens of a kind, of a server that offers `tokenColumns`; undefined where they are too many for such an answer. What is asked for in
 * the same moment comes in one answer. A line of it is some milliseconds of work, done as it comes, so that the page stays in hand.
 *
 * @throws CallError; the signal's reason when called off
 */
export function loadColumns(
  kind: TokenKind,
  signal: AbortSignal,
  onProgress: (progress: PageProgress) => void,
): Promise<readonly ListedToken[] | undefined> {
  return new Promise((resolve, reject) => {
    // In a task of its own: all that the present one asks for is asked by then.
    if (waiting.length === 0) setTimeout(loadWaiting);
    waiting.push({ kind, signal, onProgress, resolve, reject });
  });
}

function loadWaiting(): void {
  const all = waiting.filter(({ signal }) => !signal.aborted);
  for (const { signal, reject } of waiting) if (signal.aborted) reject(signal.reason);
  waiting = [];
  // An answer has a kind once. Whoever asks for it a second time gets another.
  for (let rest = all; rest.length > 0;) {
    const together = new Map(rest.toReversed().map((asked) => [asked.kind, asked]));
    rest = rest.filter((asked) => together.get(asked.kind) !== asked);
    void loadTogether(together);
  }
}

/** An answer ended before its end: what came whole until then is read. */
class BrokenOffError extends CallError {}

async function loadTogether(all: ReadonlyMap<TokenKind, Asked>): Promise<void> {
  const left = new Map(all);
  try {
    await read(all, whileWaited([...all.values()]), (kind) => left.delete(kind));
  } catch (error) {
    // In the order of the answer. It broke off in the first of them: those behind it are asked for once more.
    const [broken, ...behind] = tokenKinds.flatMap((kind) => left.get(kind) ?? []);
    broken?.reject(error);
    if (error instanceof BrokenOffError && behind.length > 0) {
      void loadTogether(new Map(behind.map((asked) => [asked.kind, asked])));
    } else for (const { reject } of behind) reject(error);
  }
}

/** @param done told of each kind that is answered */
async function read(all: ReadonlyMap<TokenKind, Asked>, signal: AbortSignal, done: (kind: TokenKind) => void): Promise<void> {
  const kinds = tokenKinds.filter((kind) => all.has(kind));
  const request = { method: "GET", signal } as const;
  const response = await openRoute(tokenColumnsPath(...kinds), request);
  if (response.status === tooMany) {
    for (const { resolve } of all.values()) resolve(undefined);
    return;
  }
  if (!response.ok || response.body === null) throw await refusalOf(response, request);
  try {
    await readKindColumns(kinds, piecesOf(response.body), {
      onProgress: (kind, progress) => all.get(kind)?.onProgress(progress),
      onKind: (kind, tokens) => {
        done(kind);
        all.get(kind)?.resolve(tokens);
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NoColumnsError) throw new CallError({ kind: "unexpected", message: error.message }, { cause: error });
    // The connection broke, or what stands between ended the answer early.
    throw new BrokenOffError(
      { kind: "unreachable", message: "The list of tokens broke off before its end. Nothing was changed. Try again." },
      { cause: error },
    );
  }
}

/** The status where the first kind has more tokens than are given so. */
const tooMany = 413;

async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Of an answer that is no list the rest is of no use.
    await reader.cancel().catch(() => undefined);
  }
}

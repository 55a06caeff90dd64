import type { TokenKind } from "#domain/token/kinds.ts";
import type { PageProgress } from "#logscale/pages.ts";
import { NoColumnsError, readTokenColumns } from "#logscale/readTokenColumns.ts";
import type { ListedToken } from "#logscale/readTokens.ts";
import { tokenColumnsPath } from "#logscale/tokenColumns.ts";

import { CallError } from "./failure.ts";
import { openRoute, refusalOf } from "./route.ts";

/**
 * Reads all tokens of a kind in one answer, of a server that offers `tokenColumns`; undefined where they are too many for one. A line of it is
 * some milliseconds of work, done as it comes, so that the page stays in hand.
 *
 * @throws CallError; the signal's reason when called off
 */
export async function loadColumns(
  kind: TokenKind,
  signal: AbortSignal,
  onProgress: (progress: PageProgress) => void,
): Promise<readonly ListedToken[] | undefined> {
  const request = { method: "GET", signal } as const;
  const response = await openRoute(tokenColumnsPath(kind), request);
  if (response.status === tooMany) return undefined;
  if (!response.ok || response.body === null) throw await refusalOf(response, request);
  try {
    return await readTokenColumns(kind, piecesOf(response.body), onProgress);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NoColumnsError) throw new CallError({ kind: "unexpected", message: error.message }, { cause: error });
    // The connection broke, or what stands between ended the answer early.
    throw new CallError(
      { kind: "unreachable", message: "The list of tokens broke off before its end. Nothing was changed. Try again." },
      { cause: error },
    );
  }
}

/** The status of a kind with more tokens than one answer holds. */
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

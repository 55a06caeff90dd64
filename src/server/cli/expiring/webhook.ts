import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import writeFileAtomic from "write-file-atomic";
import { z } from "zod";

import { second } from "#domain/duration.ts";
import { visibleName } from "#domain/name.ts";
import { dueNotice, noticeKey } from "#domain/notice/thresholds.ts";
import { readTextFile } from "#server/cli/remote/readTextFile.ts";
import { deliver, type Delivery } from "#server/remote/post.ts";
import { StartError } from "#server/startError.ts";

import type { NoticeWebhook } from "./command.ts";
import { written } from "./formats.ts";
import { noticeHeadline } from "./words.ts";
import { mostTokensTold, type EndingReport } from "#server/notices/report.ts";

/** By the key of a notice, when its token expires (ms since epoch, or as text): what is over is forgotten. */
const stateSchema = z.object({ version: z.literal(1), posted: z.record(z.string(), z.union([z.number(), z.string()])) });

/** The most characters of that file that are read: those of two hundred thousand notices. */
const longestState = 20_000_000;

/** How long to wait before each further try, in ms. */
const pauses = [second, 5 * second, 15 * second] as const;

/**
 * Posts the report of those tokens alone that passed a threshold since the last time, once for each token and threshold, and remembers it in
 * the file. The request has an id that stays the same as long as it holds the same notices: a receiver can drop one that comes twice. Gives a
 * sentence on what was done.
 *
 * @throws StartError where the file cannot be used, or the receiver does not take it; the next run then tries again
 * what it did not take
 */
export async function postNew(
  report: EndingReport,
  { url, stateFile, format }: NoticeWebhook,
  {
    signal,
    wait = (ms: number) => sleep(ms, undefined, { signal }),
  }: { readonly signal: AbortSignal; readonly wait?: (ms: number) => Promise<void> },
): Promise<string> {
  const posted = await readState(stateFile);
  const due = report.tokens.flatMap((token) => dueNotice(token, report.at) ?? []);
  const fresh = due.filter((notice) => posted[noticeKey(notice)] === undefined);
  if (fresh.length === 0) return "Nothing new to post.";
  // Whoever cannot remember would post the same again with every run.
  await saveState(stateFile, posted, "Nothing was posted");
  let state = Object.fromEntries(Object.entries(posted).filter(([, expireAt]) => Number(expireAt) > report.at));
  // Slack's message names few anyway.
  const size = format === "json" ? mostTokensTold : fresh.length;
  for (let start = 0; start < fresh.length; start += size) {
    const part = fresh.slice(start, start + size);
    const body = await written({ ...report, tokens: part.map(({ token }) => token) }, format, noticeHeadline(part.length));
    const id = createHash("sha256").update(part.map(noticeKey).toSorted().join("\n")).digest("hex").slice(0, 32);
    const failure = await post({ url, body, headers: { "webhook-id": id } }, signal, wait);
    if (failure !== undefined) {
      const so = start === 0 ? "nothing is noted as posted" : `only ${start} of ${fresh.length} notices are noted as posted`;
      throw new StartError(`The webhook ${failure}, so ${so}. The next run tries again.`, { lasting: false });
    }
    state = { ...state, ...Object.fromEntries(part.map((notice) => [noticeKey(notice), Number(notice.token.expireAt)])) };
    await saveState(stateFile, state, "Notices were posted, and the next run posts them again");
  }
  return `Posted ${fresh.length === 1 ? "1 notice" : `${fresh.length} notices`}.`;
}

/** Posts, and again where that may help. Gives what the webhook did where it did not take it, in words; undefined where it took it. */
async function post(delivery: Delivery, signal: AbortSignal, wait: (ms: number) => Promise<void>): Promise<string | undefined> {
  let failure = "";
  for (const pause of [0, ...pauses]) {
    if (pause > 0) await wait(pause);
    const outcome = await deliver(delivery, signal);
    if (outcome.type === "delivered") return undefined;
    failure = outcome.status === undefined ? "does not answer" : `answered with status ${outcome.status}`;
    if (!outcome.again) break;
  }
  return failure;
}

type Posted = z.infer<typeof stateSchema>["posted"];

async function readState(file: string): Promise<Posted> {
  if (!existsSync(file)) return {};
  const text = await readTextFile(file, { longest: longestState, noun: "file of what was posted" });
  try {
    return stateSchema.parse(JSON.parse(text)).posted;
  } catch {
    throw new StartError(
      `The file ${visibleName(file)} is not one that this command wrote. Name another with --state, or remove it: then every notice is posted again.`,
      { lasting: true },
    );
  }
}

/** @param otherwise what the reader has to know where it cannot be saved */
async function saveState(file: string, posted: Posted, otherwise: string): Promise<void> {
  const state: z.infer<typeof stateSchema> = { version: 1, posted };
  try {
    await writeFileAtomic(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  } catch {
    throw new StartError(`${otherwise}: the file ${visibleName(file)} cannot be written.`, { lasting: true });
  }
}

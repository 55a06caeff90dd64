import type { Operation } from "#logscale/operation.ts";
import { answerKey, pageStartFrom, pageStartId, type AskedQuery } from "#logscale/pageStart.ts";

/** What the page was sent with. */
const start = pageStartFrom(read());

const answers = new Map(Object.entries(start.answers ?? {}));

/** The session that the page was sent with; undefined where it has to ask. */
export const sentSession = start.session;

/** How long after the page began what it was sent with still counts, ms. What is asked for later is wanted as it is then. */
const fresh = 30_000;

/** The data of a query that the page was sent with. It is given once: whoever asks again wants it as it is then. */
export function takeSentAnswer<Data>(document: Operation<Data, never>, variables: object): Data | undefined {
  if (answers.size === 0) return undefined;
  const key = answerKey({ document, variables });
  if (key === undefined || !answers.has(key)) return undefined;
  const data: Data | undefined = performance.now() > fresh ? undefined : JSON.parse(JSON.stringify(answers.get(key)));
  answers.delete(key);
  return data;
}

/** Whether {@link takeSentAnswer} has the data of a query. */
export function wasSent({ document, variables }: AskedQuery): boolean {
  const key = answerKey({ document, variables });
  return key !== undefined && answers.has(key) && performance.now() <= fresh;
}

/** Whether {@link takeSentAnswer} has the data of a query with some variables or other. */
export function wasSentWithSome(document: string): boolean {
  const key = answerKey({ document, variables: {} });
  return [...answers.keys()].some((sent) => sent.startsWith(`${key} `));
}

/** Forgets the answers that the page was sent with, when somebody else signs in. */
export function forgetSentAnswers(): void {
  answers.clear();
}

function read(): unknown {
  if (typeof document === "undefined") return undefined;
  try {
    return JSON.parse(document.getElementById(pageStartId)?.textContent ?? "null");
  } catch {
    return undefined;
  }
}

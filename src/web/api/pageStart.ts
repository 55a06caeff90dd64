import type { Operation } from "#logscale/operation.ts";
import { pageStartFrom, pageStartId, queryName } from "#logscale/pageStart.ts";

/** What the page was sent with. */
const start = pageStartFrom(read());

const answers = new Map(Object.entries(start.answers ?? {}));

/** The session that the page was sent with; undefined where it has to ask. */
export const sentSession = start.session;

/** The data of a query that the page was sent with. It is given once: whoever asks again wants it as it is then. */
export function takeSentAnswer<Data, Variables>(document: Operation<Data, Variables>): Data | undefined {
  const name = queryName(document);
  if (name === undefined || !answers.has(name)) return undefined;
  const data: Data = JSON.parse(JSON.stringify(answers.get(name)));
  answers.delete(name);
  return data;
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

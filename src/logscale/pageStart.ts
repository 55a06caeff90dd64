import { membersOf } from "#domain/members.ts";

import { sessionFrom, type Session } from "./session.ts";

/** Where the page holds what it was sent with: the id of an element that no browser runs. */
export const pageStartId = "tokenhouse-start";

/** What the server knows when it sends the page, and the page would otherwise ask for first. There is no secret in it. */
export interface PageStart {
  /** As `GET /session` tells it, also when nobody is signed in; undefined where the page has to ask. */
  readonly session?: Session;
  /** The data of queries that the page begins with, by {@link answerKey}. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

/** A query that a page begins with. */
export interface AskedQuery {
  readonly document: string;
  readonly variables: object;
}

/** What a page was sent with; empty where it is none that this version understands. */
export function pageStartFrom(value: unknown): PageStart {
  const { session, answers } = membersOf(value);
  const read = sessionFrom(session);
  // Whose the answers are, the session says.
  return read === undefined ? {} : { session: read, answers: membersOf(answers) };
}

/** What the answer to a query goes by; undefined for what is no query. */
export function answerKey({ document, variables }: AskedQuery): string | undefined {
  const name = /^query (\w+)/u.exec(document)?.[1];
  if (name === undefined || Object.keys(variables).length === 0) return name;
  return `${name} ${JSON.stringify(variables)}`;
}

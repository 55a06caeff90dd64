import { membersOf } from "#domain/members.ts";

import { sessionFrom, type Session } from "./session.ts";

/** Where the page holds what it was sent with: the id of an element that no browser runs. */
export const pageStartId = "tokenhouse-start";

/** What the server knows when it sends the page, and the page would otherwise ask for first. There is no secret in it. */
export interface PageStart {
  /** As `GET /session` tells it, also when nobody is signed in; undefined where the page has to ask. */
  readonly session?: Session;
  /** The data of queries without variables that every page asks for, by the names of their operations. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

/** What a page was sent with; empty where it is none that this version understands. */
export function pageStartFrom(value: unknown): PageStart {
  const { session, answers } = membersOf(value);
  const read = sessionFrom(session);
  // Whose the answers are, the session says.
  return read === undefined ? {} : { session: read, answers: membersOf(answers) };
}

/** The name of a query. */
export function queryName(document: string): string | undefined {
  return /^query (\w+)/u.exec(document)?.[1];
}

import type { IncidentSubject, IncidentTie } from "#domain/incident/incident.ts";
import { nameInText } from "#domain/name.ts";
import { listWords } from "#web/ui/listWords.ts";
import { localTime } from "#web/ui/times.ts";

/** What a token has to do with an incident, as it stands in its row. */
export const tieWords = {
  itself: "what this is about",
  made: "made by it",
  rotated: "given a new secret by it",
  named: "made by somebody or something of the same name",
  shown: "its value was shown to it, or that of another of this name",
  used: "last used by it",
} as const satisfies Record<IncidentTie, string>;

/** What an incident is about, within a sentence. */
export function subjectWords({ user, token, address, since, until }: IncidentSubject, names: readonly string[]): string {
  const called = names.length === 0 ? undefined : listWords(names.map((called) => nameInText(called)));
  return [
    user === undefined ? undefined : `the user ${called ?? user}`,
    token === undefined ? undefined : `the token ${user === undefined ? (called ?? token) : token}`,
    address === undefined ? undefined : `the address ${address}`,
    since === undefined ? undefined : `from ${localTime(since)}`,
    until === undefined ? undefined : `until ${localTime(until)}`,
  ]
    .filter((words) => words !== undefined)
    .join(", ");
}

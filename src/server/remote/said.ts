import { visibleName } from "#domain/name.ts";

/** Most characters of a server's own words that are passed on. */
const mostWords = 1000;

/** A server's own words on one line, with nothing in them that a terminal obeys. */
export function asSaid(message: string): string {
  const words = message.slice(0, mostWords).replaceAll(/\s+/gu, " ").trim();
  return visibleName(message.length > mostWords ? `${words} …` : words);
}

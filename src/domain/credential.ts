import { foreignCharacter } from "./plainCharacters.ts";

/** Quotation marks in which a credential may come along from a configuration, a script or a text. */
const quoted = /^(["'`]|[\u2018\u201a\u201c\u201d\u201e\u00ab\u00bb]).*["'`\u2018\u2019\u201c\u201d\u00ab\u00bb]$/u;

/**
 * What is wrong with a credential that was found to be none, where its form tells: something that came along unseen. A sentence, which never
 * repeats the credential; undefined where nothing is to be seen, and every character is one that a header can carry. Whoever may be right all the same, as a chosen ingest token in quotation marks
 * is, is looked up first.
 */
export function credentialFault(text: string): string | undefined {
  if (/[\r\n]$/u.test(text)) return "It ends in a line break, as echo adds one. Use printf '%s', or echo -n.";
  if (/[\r\n]/u.test(text)) return "It has a line break within.";
  if (/^[ \t]|[ \t]$/u.test(text)) return "It begins or ends with a space.";
  if (quoted.test(text)) return "It is wrapped in quotation marks. Leave them out.";
  const characters = Array.from(text);
  const place = characters.findIndex((character) => !/[!-~]/u.test(character));
  const character = characters[place];
  if (character !== undefined) {
    const name = character === " " ? "a space" : foreignCharacter(character).name;
    return `Character ${place + 1} is ${name}, which no token has.`;
  }
  return undefined;
}

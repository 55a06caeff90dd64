import { expect, it } from "vitest";

import { credentialFault } from "./credential.ts";

const id = "a".repeat(32);
const secret = "S".repeat(44);
const tokens = [`${id}~${secret}`, "00000000-0000-4000-8000-000000000000", "it's\\a\"$HOME", "'", '"'];

it("a token without anything around it has no fault, whatever signs it has", () => {
  for (const token of tokens) expect(credentialFault(token)).toBeUndefined();
});

it.each([
  ["\n", "", "It ends in a line break"],
  ["\r\n", "", "It ends in a line break"],
  [" ", "", "It begins or ends with a space"],
  ["", "\t", "It begins or ends with a space"],
  ["\u00a0", "", "is a no-break space (U+00A0)"],
  ['"', '"', "It is wrapped in quotation marks"],
  ["'", "'", "It is wrapped in quotation marks"],
  ["`", "`", "It is wrapped in quotation marks"],
  ["”", "“", "It is wrapped in quotation marks"],
  ["“", "„", "It is wrapped in quotation marks"],
  ["»", "«", "It is wrapped in quotation marks"],
  ["", "\u200b", "Character 1 is an invisible zero-width space (U+200B)"],
  ["\u200b", "", "is an invisible zero-width space (U+200B)"],
  ["\u2060", '"', "is an invisible word joiner (U+2060)"],
  ["", "“", "Character 1 is a curly quote (U+201C)"],
  ["\u3164", "", "is an invisible character (U+3164)"],
  ["", "\ufeff", "Character 1 is an invisible byte order mark (U+FEFF)"],
  ["é", "", "is the character é (U+00E9)"],
])("what ends in %j and begins with %j is told so", (end, begin, words) => {
  for (const token of tokens.slice(0, 2)) {
    const fault = credentialFault(begin + token + end);
    expect(fault).toContain(words);
    expect(fault).not.toContain(token);
  }
});

it("a line break or a space within is told", () => {
  expect(credentialFault(`${id}~\n${secret}`)).toBe("It has a line break within.");
  expect(credentialFault(`${id}~ ${secret}`)).toBe("Character 34 is a space, which no token has.");
});

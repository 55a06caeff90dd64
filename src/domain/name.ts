/** The most characters a name may have. LogScale documents no bound; this is our assumption. */
export const longestName = 200;

/** So much of an id has to be typed to look for it: less of it stands by chance in the ids of many. */
export const leastOfId = 4;

/** What a list cannot show and a database may not keep. */
const breaking = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Scripts that write some of their words with a joiner or a non-joiner between the letters. */
const joined =
  String.raw`[\p{scx=Arab}\p{scx=Syrc}\p{scx=Nkoo}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}` +
  String.raw`\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}]`;

/** Invisible characters where they do what they are for: between letters of such scripts, and within an emoji. */
const rightful = [
  String.raw`(?<=${joined})[\u200C\u200D](?=${joined})`,
  String.raw`(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?)\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]`,
  String.raw`(?<=[0-9#*])\uFE0F(?=\u20E3)`,
].join("|");

/**
 * A character that nobody sees, or that reverses the text around it: one that Unicode calls ignorable (zero width spaces, bidirectional
 * controls, fillers, variation selectors, tags …), a line break, a noncharacter, or one that fonts draw as nothing.
 */
const hidden =
  String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}` +
  String.raw`\u2800\uFFF9-\uFFFC\u{13430}-\u{1345F}\u{16FE4}\u{1D159}]`;

const hiddenPattern = new RegExp(`(?!${rightful})${hidden}`, "u");
const everyHidden = new RegExp(hiddenPattern, "gu");

/** What is wrong with a text that may be empty, or with the characters of a name. */
export function faultIn(text: string): string | undefined {
  if (breaking.test(text)) return "A name cannot contain line breaks or control characters.";
  const hiddenIn = hiddenFault(text, "A name");
  if (hiddenIn !== undefined) return hiddenIn;
  return /^[\p{M}\p{Z}]/u.test(text) ? "A name begins with a character that can be seen by itself." : undefined;
}

/** What is wrong with a text that has something in it that nobody sees; `what` begins the sentence. Line breaks count as such. */
export function hiddenFault(text: string, what: string): string | undefined {
  const found = hiddenPattern.exec(text);
  if (found === null) return undefined;
  const place = Array.from(text.slice(0, found.index)).length + 1;
  return `${what} cannot contain invisible characters, or ones that reverse text. Delete ${codePoint(found[0])} (character ${place}).`;
}

/** How a character is named: `U+202E`. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * A name as it is shown: what is not seen or turns text round stands there with its code point, and so do spaces that a page would
 * swallow. `safe-⟨U+202E⟩gpj.nekot`
 */
export function visibleName(name: string): string {
  if (name === "") return "⟨no name⟩";
  const spelled = (characters: string) => Array.from(characters, (character) => `⟨${codePoint(character)}⟩`).join("");
  return name.replaceAll(everyHidden, spelled).replaceAll(/^\s+|\s+$|(?<=\s)\s+/gu, spelled);
}

/** A text in which each character that is not seen is written as `spell` gives it. */
export function spellHidden(text: string, spell: (character: string) => string): string {
  return text.replaceAll(everyHidden, spell);
}

/** What every reader sees, and what ends lines. */
const beyondPlain = /[^\t\n\r -~]/u;

/** A text of JSON in which nothing is hidden: what is not seen stands there as the escape that JSON has for it. */
export function escapeHidden(json: string): string {
  // That a text is plain is told much sooner than that nothing in it is hidden; most are, and most lines of the others.
  if (!beyondPlain.test(json)) return json;
  const lines = json.split("\n").map((line) => (beyondPlain.test(line) ? spellHidden(line, jsonEscape) : line));
  return lines.join("\n");
}

function jsonEscape(character: string): string {
  if (/[\t\r]/u.test(character)) return character;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** Letters that are written from right to left. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** What begins and ends a part of a text with a direction of its own, as `<bdi>` does where there are elements. */
export const isolate = { begin: "\u2068", end: "\u2069" } as const;

/**
 * A name within a text: visible, and apart from the text around it where it runs from right to left, so that neither turns the other round.
 * Any other name stands there plain, so that whoever copies the text gets no more than is seen.
 */
export function nameInText(name: string): string {
  const text = visibleName(name);
  return rightToLeft.test(text) ? isolate.begin + text + isolate.end : text;
}

/** Letters and marks of other scripts, in small letters, beside the Latin ones they look like. */
const twins: ReadonlyMap<string, string> = new Map(
  [
    ["авсԁеһніјкӏморԛѕтԝхуѵз", "abcdehhijklmopqstwxyv3"],
    ["αβεικμνορτυχγ", "abeikmvoptuxy"],
    ["օսհցզ", "ouhgq"],
    ["ıɑɡ01|", "iagoll"],
    ["\u2010\u2011\u2012\u2013\u2014\u2212\u2019", "------'"],
  ].flatMap(([from = "", to = ""]) => Array.from(from, (character, index) => [character, to.charAt(index)] as const)),
);

/**
 * Equal for two names that people take for each other: those that differ only in case, width, invisible characters, or letters that look
 * alike.
 */
export function likeness(name: string): string {
  // Most names, and a list may have very many.
  if (/^[!-~]*$/u.test(name)) return name.toLowerCase().replaceAll("0", "o").replaceAll(/[1|]/gu, "l");
  const plain = name.normalize("NFKC").replaceAll(everyHidden, "").toUpperCase().toLowerCase();
  return Array.from(plain.replaceAll(/[\s\p{Z}]+/gu, " ").trim(), (character) => twins.get(character) ?? character).join("");
}

/**
 * Whether a name holds what is searched for, which is in small letters: as it is, as it is shown, or as somebody who goes by its looks
 * would type it.
 */
export function nameHolds(name: string, wanted: string): boolean {
  if (name.toLowerCase().includes(wanted)) return true;
  if (/^[ -~]*$/u.test(name)) return false;
  const looks = likeness(wanted);
  return visibleName(name).toLowerCase().includes(wanted) || (looks !== "" && likeness(name).includes(looks));
}

/** A character that has no place in plain ASCII text, and what was probably meant by it. */
export interface ForeignCharacter {
  /** What it is, with its code point: `a no-break space (U+00A0)`. */
  readonly name: string;
  /** What to type in its place; empty to leave it out, undefined when that cannot be told. */
  readonly plain: string | undefined;
}

/** Characters that come along with text from web pages, office programs and chats, and what each stands for. */
const known: Readonly<Record<string, readonly [name: string, plain: string]>> = {
  "\u00a0": ["a no-break space", " "],
  "\u2007": ["a figure space", " "],
  "\u202f": ["a narrow no-break space", " "],
  "\u3000": ["an ideographic space", " "],
  "\u2028": ["a line separator", "\n"],
  "\u2029": ["a paragraph separator", "\n"],
  "\ufeff": ["an invisible byte order mark", ""],
  "\u00ad": ["an invisible soft hyphen", ""],
  "\u200b": ["an invisible zero-width space", ""],
  "\u200c": ["an invisible zero-width non-joiner", ""],
  "\u200d": ["an invisible zero-width joiner", ""],
  "\u200e": ["an invisible left-to-right mark", ""],
  "\u200f": ["an invisible right-to-left mark", ""],
  "\u2060": ["an invisible word joiner", ""],
  "\u2010": ["a typographic hyphen", "-"],
  "\u2011": ["a no-break hyphen", "-"],
  "\u2012": ["a figure dash", "-"],
  "\u2013": ["an en dash", "-"],
  "\u2014": ["an em dash", "-"],
  "\u2212": ["a minus sign", "-"],
  "\u2018": ["a curly quote", ""],
  "\u2019": ["a curly quote", ""],
  "\u201a": ["a curly quote", ""],
  "\u201c": ["a curly quote", ""],
  "\u201d": ["a curly quote", ""],
  "\u201e": ["a curly quote", ""],
  "\u00ab": ["an angle quote", ""],
  "\u00bb": ["an angle quote", ""],
  "\u2044": ["a fraction slash", "/"],
  "\u2215": ["a division slash", "/"],
  "\u29f8": ["a big solidus", "/"],
  "\u2024": ["a one dot leader", "."],
  "\u3002": ["an ideographic full stop", "."],
  "\uff61": ["a half-width ideographic full stop", "."],
  "\u06d4": ["an Arabic full stop", "."],
  "\u2236": ["a ratio sign", ":"],
  "\ua789": ["a modifier colon", ":"],
  "\u0589": ["an Armenian full stop", ":"],
  "\u037e": ["a Greek question mark", ";"],
  "\u061b": ["an Arabic semicolon", ";"],
};

/** Letters of other alphabets that look like Latin ones; only those that can be taken for a letter of a rule. */
const lookalikes: Readonly<Record<string, string>> = {
  а: "a",
  е: "e",
  о: "o",
  с: "c",
  у: "y",
  п: "n",
  ь: "b",
  ԁ: "d",
  ӏ: "l",
  ԝ: "w",
  А: "A",
  В: "B",
  Е: "E",
  О: "O",
  С: "C",
  α: "a",
  ο: "o",
  ω: "w",
  ν: "v",
  Α: "A",
  Β: "B",
  Ε: "E",
  Ο: "O",
};

const alphabets = [
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Arabic", /\p{Script_Extensions=Arabic}/u],
  ["Devanagari", /\p{Script_Extensions=Devanagari}/u],
  ["Bengali", /\p{Script_Extensions=Bengali}/u],
  ["Thai", /\p{Script=Thai}/u],
  ["Hebrew", /\p{Script=Hebrew}/u],
] as const;

/** Says what a character outside plain ASCII is and what to type in its place. */
export function foreignCharacter(character: string): ForeignCharacter {
  const [name, plain] = nameOf(character);
  return { name: `${name} (U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")})`, plain };
}

function nameOf(character: string): readonly [name: string, plain: string | undefined] {
  const listed = known[character];
  if (listed !== undefined) return listed;
  const compatible = character.normalize("NFKC");
  if (/[\uff01-\uff5e]/u.test(character)) return [`a full-width ${ofWidth(compatible)}`, compatible];
  const alphabet = alphabets.find(([, pattern]) => pattern.test(character))?.[0];
  const digit = digitOf(character);
  if (digit !== undefined) {
    return [alphabet === undefined ? `another script’s digit ${character}` : `${article(alphabet)} digit ${character}`, digit];
  }
  const twin = lookalikes[character];
  if (alphabet !== undefined && /\p{L}/u.test(character)) return [`${article(alphabet)} letter ${character}`, twin];
  if (/\p{Zs}/u.test(character)) return ["a typographic space", " "];
  if (/\p{Default_Ignorable_Code_Point}|[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u.test(character)) return ["an invisible character", ""];
  return [`the character ${character}`, /^[!-~]$/u.test(compatible) ? compatible : undefined];
}

function ofWidth(plain: string): string {
  if (plain === "/") return "slash";
  if (plain === ".") return "full stop";
  if (plain === ":") return "colon";
  if (plain === ";") return "semicolon";
  if (plain === "-") return "hyphen";
  if (/\d/u.test(plain)) return `digit ${plain}`;
  return /[a-z]/iu.test(plain) ? `letter ${plain}` : plain;
}

/** The value of a decimal digit of any script. */
function digitOf(character: string): string | undefined {
  if (!/\p{Nd}/u.test(character)) return undefined;
  const compatible = character.normalize("NFKC");
  if (/^\d$/u.test(compatible)) return compatible;
  // Unicode keeps the ten digits of a script together and in order.
  let point = character.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(point - 1))) {
    point -= 1;
    before += 1;
  }
  return String(before % 10);
}

function article(word: string): string {
  return `${/^[AEIOU]/u.test(word) ? "an" : "a"} ${word}`;
}

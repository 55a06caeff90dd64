import { withhold, Withheld, type Printable } from "#domain/token/withheld.ts";
import type { ApiCall } from "./apiCall.ts";
import { ascii } from "./quote.ts";

/** How a language writes the values of JSON. */
export interface Notation {
  readonly encode: (text: string) => string;
  readonly words: readonly [ofNull: string, ofTrue: string, ofFalse: string];
  /** What each level is indented by; empty for everything in one line. */
  readonly indent: string;
  /** Whether a comma follows the last item too. */
  readonly lastComma: boolean;
  readonly withheld: (value: Withheld) => string;
}

/** A text of JSON in ASCII. */
export const encode = (text: string) => ascii(JSON.stringify(text));

/** JSON in ASCII, over several lines. */
export const json = {
  encode,
  words: ["null", "true", "false"],
  indent: "  ",
  lastComma: false,
} as const satisfies Partial<Notation>;

export function write(value: Printable | undefined, notation: Notation, margin = ""): string {
  const { words, indent, lastComma } = notation;
  if (value === undefined || value === null) return words[0];
  if (typeof value === "boolean") return words[value ? 1 : 2];
  if (typeof value === "string") return notation.encode(value);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Withheld) return notation.withheld(value);
  const [colon, line, comma] = indent === "" ? [":", "", ","] : [": ", "\n", ",\n"];
  const inner = margin + indent;
  const [open, close, parts] = isList(value)
    ? ["[", "]", value.map((item) => write(item, notation, inner))]
    : ["{", "}", present(value).map(([name, item]) => notation.encode(name) + colon + write(item, notation, inner))];
  if (parts.length === 0) return open + close;
  return open + line + parts.map((part) => inner + part).join(comma) + (lastComma ? "," : "") + line + margin + close;
}

/** Whether a value is a list; `Array.isArray` leaves it open for those that cannot be changed. */
export function isList(value: readonly Printable[] | object): value is readonly Printable[] {
  return Array.isArray(value);
}

/** What of an object is said: its members but those that are undefined. */
export function present(value: { readonly [name: string]: Printable | undefined }): [string, Printable][] {
  return Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, item]]));
}

/** How a language quotes the JSON of a request's body, and what it reads from the environment as JSON in between. */
interface Quoting {
  readonly indent: string;
  readonly quote: (text: string) => string;
  readonly insert: (value: Withheld) => string;
}

/** The body of a request, quoted, with what is withheld read in between. */
export function quotedBody({ document, variables }: ApiCall, { indent, quote, insert }: Quoting): string {
  const values: Withheld[] = [];
  const withheld = (value: Withheld) => {
    values.push(value);
    // No JSON has this character as it is.
    return "\0";
  };
  const [first = "", ...more] = write({ query: document, variables: withhold(variables) }, { ...json, indent, withheld }).split(
    "\0",
  );
  return quote(first) + values.map((value, index) => insert(value) + quote(more[index] ?? "")).join("");
}

/** What stands in the place of a value until it is put in. */
export const inAngles = ({ variable }: Withheld) => `"<${variable}>"`;

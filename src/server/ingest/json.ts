import { malformed } from "./refusal.ts";

/** The most values that one piece may consist of: LogScale keeps 1,000 fields of an event. Small bodies could else take much memory. */
export const valuesLimit = 100_000;

/** How deep values may be nested. */
export const depthLimit = 1000;

type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const invalid = () => malformed("The body is not valid JSON.");

/**
 * Reads JSON piece by piece: whoever reads decides which arrays and objects it enters, and takes everything else as whole values. So a
 * body never stands in memory as objects all at once, and what is nested or split too finely is refused before it is parsed.
 *
 * Every method throws IngestRefusal where the text is not what it asks for.
 */
export class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The character that the next value begins with; empty at the end. */
  peek(): string {
    this.#skipSpace();
    return this.#text.charAt(this.#at);
  }

  /** Enters an array. `read` is called at each element, and must read it. */
  elements(read: () => void): void {
    this.#list("[", "]", read);
  }

  /** Enters an object. `read` is called at each value, and must read it. */
  members(read: (key: string) => void): void {
    this.#list("{", "}", () => {
      if (this.peek() !== '"') throw invalid();
      const key = parseJson(this.text());
      if (this.peek() !== ":" || typeof key !== "string") throw invalid();
      this.#at++;
      read(key);
    });
  }

  /** The text of the next value, which is not known to be valid until it is parsed. */
  text(): string {
    this.#skipSpace();
    const begin = this.#at;
    switch (this.#text.charCodeAt(begin)) {
      case quote:
        this.#skipString();
        break;
      case openBrace:
      case openBracket:
        this.#skipNested();
        break;
      default:
        this.#skipScalar();
    }
    if (this.#at === begin) throw invalid();
    return this.#text.slice(begin, this.#at);
  }

  value(): unknown {
    return parseJson(this.text());
  }

  /** Makes sure that nothing follows. */
  end(): void {
    if (this.peek() !== "") throw invalid();
  }

  #list(open: string, close: string, read: () => void): void {
    if (this.peek() !== open) throw invalid();
    this.#at++;
    if (this.peek() === close) {
      this.#at++;
      return;
    }
    for (;;) {
      read();
      const next = this.peek();
      this.#at++;
      if (next === close) return;
      if (next !== ",") throw invalid();
    }
  }

  #skipSpace(): void {
    for (; ; this.#at++) {
      const character = this.#text.charCodeAt(this.#at);
      if (character !== space && character !== lineFeed && character !== carriageReturn && character !== tab) return;
    }
  }

  #skipString(): void {
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charCodeAt(this.#at);
      if (character === backslash) this.#at++;
      else if (character === quote) {
        this.#at++;
        return;
      }
    }
    throw invalid();
  }

  #skipNested(): void {
    let depth = 0;
    let values = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text.charCodeAt(this.#at);
      if (character === quote) {
        this.#skipString();
        continue;
      }
      this.#at++;
      if (character === comma) values++;
      else if (character === openBrace || character === openBracket) {
        values++;
        if (++depth > depthLimit) throw malformed(`An event is nested more than ${depthLimit.toLocaleString("en-US")} deep.`);
      } else if ((character === closeBrace || character === closeBracket) && --depth === 0) return;
      if (values > valuesLimit) throw malformed(`An event has more than ${valuesLimit.toLocaleString("en-US")} values.`);
    }
    throw invalid();
  }

  #skipScalar(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      switch (this.#text.charCodeAt(this.#at)) {
        case space:
        case lineFeed:
        case carriageReturn:
        case tab:
        case comma:
        case colon:
        case closeBrace:
        case closeBracket:
          return;
        default:
      }
    }
  }
}

const [tab, lineFeed, carriageReturn, space, quote, comma, colon] = [9, 10, 13, 32, 34, 44, 58] as const;
const [openBracket, backslash, closeBracket, openBrace, closeBrace] = [91, 92, 93, 123, 125] as const;

/** Parses a text. Throws IngestRefusal: the parser's own message quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid();
  }
}

/** Parses a text that is one value, within the bounds of {@link JsonReader}. Throws IngestRefusal. */
export function parseWhole(text: string): unknown {
  const reader = new JsonReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

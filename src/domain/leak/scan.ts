import { lookBack, matchesIn, partClass, shortest, type LeakKind, type Match } from "./match.ts";
import type { SecretEncoding } from "./variants.ts";

/** Where a string was found: both count from 1, columns in UTF-16 units. */
export interface PlaceInText {
  readonly line: number;
  readonly column: number;
}

/** A token-shaped string, wherever in the text it was found. */
export interface Leak {
  readonly kind: LeakKind;
  /** The id of the token, where the string holds one: the secret behind it stays with the scanner. */
  readonly id: string | undefined;
  /** The string itself, where nothing else can be asked about. */
  readonly value: string | undefined;
  /** How often it was found. */
  readonly count: number;
  /** Where it was found first, {@link mostPlaces} at most. */
  readonly places: readonly PlaceInText[];
  /** The ways in which it was written, beside plain. */
  readonly encodings: readonly SecretEncoding[];
  /** How many different secrets stood behind the id. */
  readonly secrets: number;
  /** Whether what stands before it speaks of tokens. */
  readonly named: boolean;
  /** Whether where the string begins or ends is a guess: letters or digits stand right before its id, or after its secret. */
  readonly glued: boolean;
}

/** What was found in a text. */
export interface LeakReport {
  /** In the order in which they were found. */
  readonly leaks: readonly Leak[];
  /** Strings of these kinds that were found and not kept, since {@link mostKept} were. */
  readonly unkept: Readonly<Partial<Record<LeakKind, number>>>;
  /** Characters read. */
  readonly read: number;
  readonly lines: number;
}

/** Places kept of a string. */
export const mostPlaces = 5;

/** Different strings kept of a kind; of those that may be anything, as many again where something near them speaks of tokens. */
export const mostKept = 1000;

/** Longer runs without a space are looked at in pieces. */
const pieceLength = 32_768;

/** How far pieces reach into one another: longer than what is looked for. A multiple of four, for base64. */
const overlap = 8192;

/** The text is looked at once there is that much of it: small chunks would be looked at again and again. */
const batch = 65_536;

/** Characters that nothing that is looked for holds end a run. */
const runs = new RegExp(`[${partClass}]{${shortest},}`, "gu");
const partCharacter = new RegExp(`[${partClass}]`, "u");

interface Gathered {
  readonly kind: LeakKind;
  readonly id: string | undefined;
  readonly value: string | undefined;
  readonly places: PlaceInText[];
  readonly encodings: Set<SecretEncoding>;
  readonly secrets: Set<string>;
  count: number;
  named: boolean;
  glued: boolean;
}

/** Finds token-shaped strings in a text that comes in chunks. What it finds does not depend on where the chunks end. */
export class LeakScanner {
  /** What is still to be looked at, with {@link lookBack} characters of what was. */
  #held = "";
  /** How many characters came before what is held. */
  #dropped = 0;
  /** Where in what is held to go on, and whether that is within a run. */
  #at = 0;
  #within = false;
  /** What was found in a run of several pieces so far, each with its place. */
  #seen = new Set<string>();
  #line = 1;
  #lineStart = 0;
  /** Up to where lines were counted, in characters of the whole text. */
  #counted = 0;
  readonly #gathered = new Map<string, Gathered>();
  readonly #kept = new Map<string, number>();
  readonly #unkept: Partial<Record<LeakKind, number>> = {};

  /** Takes the next chunk of the text. */
  push(chunk: string): void {
    for (let from = 0; from < chunk.length; from += batch) {
      this.#held += chunk.slice(from, from + batch);
      if (this.#held.length - this.#at >= batch) this.#look(false);
    }
  }

  /** Says what was found, once all of the text was pushed. */
  end(): LeakReport {
    this.#look(true);
    const read = this.#dropped + this.#held.length;
    this.#countLines(read);
    return {
      leaks: [...this.#gathered.values()].map(({ encodings, secrets, places, ...rest }) => ({
        ...rest,
        places: [...places],
        encodings: [...encodings],
        secrets: secrets.size,
      })),
      unkept: { ...this.#unkept },
      read,
      // A line break at the very end begins no further line.
      lines: this.#lineStart === read ? this.#line - 1 : this.#line,
    };
  }

  /** Looks at what is held: all of it where the text is at its end, else but for what may go on. */
  #look(atEnd: boolean): void {
    const text = this.#held;
    let tail = text.length;
    if (!atEnd) while (tail > this.#at && partCharacter.test(text[tail - 1] ?? "")) tail--;
    runs.lastIndex = this.#at;
    for (let run = runs.exec(text); run !== null && run.index < tail; run = runs.exec(text)) {
      this.#lookAtRun(run.index, run.index + run[0].length, true);
    }
    // A run that is not over yet is held, but for what its whole pieces hold.
    if (this.#at < tail) {
      this.#at = tail;
      this.#leaveRun();
    }
    if (!atEnd) this.#lookAtRun(this.#at, text.length, false);
    this.#drop();
  }

  /** Looks at a run, or at the rest of one, in pieces that begin at the same places however the text came. */
  #lookAtRun(start: number, end: number, over: boolean): void {
    if (start !== this.#at) this.#leaveRun();
    this.#at = start;
    while (end - this.#at > pieceLength) {
      this.#lookAtPiece(this.#at, this.#at + pieceLength, true);
      this.#at += pieceLength - overlap;
      this.#within = true;
    }
    if (!over) return;
    this.#lookAtPiece(this.#at, end, false);
    this.#at = end;
    this.#leaveRun();
  }

  #leaveRun(): void {
    this.#within = false;
    if (this.#seen.size > 0) this.#seen.clear();
  }

  #lookAtPiece(start: number, end: number, openEnd: boolean): void {
    const matches = matchesIn({
      text: this.#held.slice(start, end),
      openStart: this.#within,
      openEnd,
      before: () => this.#held.slice(Math.max(0, start - lookBack), start),
    });
    if (matches.length === 0) return;
    this.#countLines(this.#dropped + start);
    for (const match of matches) {
      const at = this.#dropped + start + match.start;
      if (!(this.#within || openEnd) || this.#isNew(match, at)) this.#gather(match, at);
    }
  }

  /** Whether something was not found in the piece before: pieces of a run overlap. */
  #isNew({ kind, value, secret }: Match, at: number): boolean {
    const { size } = this.#seen;
    return this.#seen.add(`${at} ${kind} ${value} ${secret}`).size > size;
  }

  #gather(match: Match, at: number): void {
    const { kind, value, secret, named, glued, encodings } = match;
    const key = `${kind} ${value}`;
    const leak = this.#gathered.get(key) ?? this.#newLeak(match, key);
    if (leak === undefined) return;
    leak.count++;
    leak.named ||= named;
    leak.glued &&= glued;
    if (leak.places.length < mostPlaces) leak.places.push({ line: this.#line, column: at - this.#lineStart + 1 });
    for (const encoding of encodings) leak.encodings.add(encoding);
    if (secret !== "" && leak.secrets.size < mostPlaces) leak.secrets.add(secret);
  }

  #newLeak({ kind, value, named, glued }: Match, key: string): Gathered | undefined {
    const shelf = `${kind} ${named}`;
    const kept = this.#kept.get(shelf) ?? 0;
    if (kept >= mostKept) {
      this.#unkept[kind] = (this.#unkept[kind] ?? 0) + 1;
      return undefined;
    }
    this.#kept.set(shelf, kept + 1);
    const leak: Gathered = {
      kind,
      ...identityOf(kind, value),
      places: [],
      encodings: new Set(),
      secrets: new Set(),
      glued,
      count: 0,
      named: false,
    };
    this.#gathered.set(key, leak);
    return leak;
  }

  /** Counts the lines up to a place in the whole text. */
  #countLines(to: number): void {
    const end = to - this.#dropped;
    let from = this.#counted - this.#dropped;
    for (let next = this.#held.indexOf("\n", from); next >= 0 && next < end; next = this.#held.indexOf("\n", from)) {
      this.#line++;
      from = next + 1;
      this.#lineStart = this.#dropped + from;
    }
    this.#counted = Math.max(this.#counted, to);
  }

  #drop(): void {
    const kept = Math.max(0, this.#at - lookBack);
    this.#countLines(this.#dropped + kept);
    this.#held = this.#held.slice(kept);
    this.#dropped += kept;
    this.#at -= kept;
  }
}

/** What of a string leaves the scanner. */
function identityOf(kind: LeakKind, value: string): Pick<Leak, "id" | "value"> {
  switch (kind) {
    case "token":
    case "cut":
      return { id: value, value: undefined };
    case "administrator":
    case "foreign":
      return { id: undefined, value: undefined };
    case "uuid":
    case "letters":
    case "jwt":
      return { id: undefined, value };
    default:
      return kind satisfies never;
  }
}

/** The token-shaped strings of a text that is there as a whole. */
export function scanForLeaks(text: string): LeakReport {
  const scanner = new LeakScanner();
  scanner.push(text);
  return scanner.end();
}

import {
  asciiStretches,
  base64Position,
  fromBase64,
  fromUtf16,
  unescaped,
  type SecretEncoding,
  type Variant,
} from "./variants.ts";

/**
 * What a string looks like.
 *
 * - `token`: a token string of a governed kind; its form says so for certain
 * - `cut`: the beginning of one, whose secret is not whole
 * - `administrator`: a local administrator's credential
 * - `uuid`: the form of a generated ingest token, and of much else
 * - `letters`: the form of a fleet token, and of much else
 * - `jwt`: the signed form of a fleet token of a Tokenhouse
 * - `foreign`: another JSON Web Token
 */
export type LeakKind = "token" | "cut" | "administrator" | "uuid" | "letters" | "jwt" | "foreign";

/** A token-shaped string in a text. */
export interface Match {
  readonly kind: LeakKind;
  /** Of `token` and `cut` the id; of the others the string. */
  readonly value: string;
  /** What follows the `~`; empty where there is none. */
  readonly secret: string;
  /** Where it begins. */
  readonly start: number;
  /** Whether what stands before it speaks of tokens. */
  readonly named: boolean;
  /** Whether letters or digits stand right before the id or after the secret, so that where it begins or ends is a guess. */
  readonly glued: boolean;
  /** From the outermost to the innermost. */
  readonly encodings: readonly SecretEncoding[];
}

/** A piece of a text. Where it was cut off at an end, nothing that touches that end is judged: another piece has it whole. */
export interface Piece {
  readonly text: string;
  readonly openStart: boolean;
  readonly openEnd: boolean;
  /** What stands before the text, the last characters of it; asked for where something was found alone. */
  readonly before: () => string;
}

/** Characters that token-shaped strings in any of their encodings are made of. All others part them. */
export const partClass = "A-Za-z0-9+/=_~%\\\\.\\-";

/** Shorter strings are none. */
export const shortest = 32;

/** Encodings within encodings that are followed: a Docker configuration in a Kubernetes secret needs two. */
const deepest = 3;

/** How far back is looked for a word that speaks of tokens. */
export const lookBack = 48;

const speaksOfTokens =
  /token|ingest|bearer|basic|splunk|hec|auth|humio|logscale|falcon|enrol|fleet|password|passwd|secret|credential|api[-_]?key/iu;

/** Longest parts of JSON Web Tokens that are followed. */
const jwtLengths = { header: 512, payload: 4096, signature: 1024 };

const runs = new RegExp(`[${partClass}]{${shortest},}`, "gu");

/** The token-shaped strings in a piece. The work grows with its length and with nothing else. */
export function matchesIn(piece: Piece, depth = 0, outer = false): Match[] {
  const found: Match[] = [];
  const { text } = piece;
  for (const run of text.matchAll(runs)) {
    const end = run.index + run[0].length;
    const before = () =>
      ((run.index < lookBack ? piece.before() : "") + text.slice(Math.max(0, run.index - lookBack), run.index)).slice(-lookBack);
    const part: Piece = {
      text: withoutColour(run[0], before),
      openStart: piece.openStart && run.index === 0,
      openEnd: piece.openEnd && end === text.length,
      before,
    };
    for (const match of matchesInRun(part, depth, outer)) found.push({ ...match, start: run.index + match.start });
  }
  return found;
}

/** The end of an escape sequence of a terminal is no part of what it colours. */
function withoutColour(text: string, before: () => string): string {
  const end = /^\d*m/u.exec(text)?.[0];
  const isColour =
    end !== undefined &&
    before()
      .replace(/[\d;]+$/u, "")
      .endsWith("\u001b[");
  return isColour ? " ".repeat(end.length) + text.slice(end.length) : text;
}

function matchesInRun(part: Piece, depth: number, outer: boolean): Match[] {
  const matches = [...plainMatches(part, outer), ...withinBase64(part, depth, outer)];
  const variant = unescaped(part.text);
  if (variant !== undefined) matches.push(...matchesInVariant(variant, part, depth, outer));
  return matches.length < 2 ? matches : onceEach(matches).toSorted((a, b) => a.start - b.start);
}

/** What is found in another form of a run, with the places of the run. */
function matchesInVariant({ text, sourceOf, encoding }: Variant, part: Piece, depth: number, outer: boolean): Match[] {
  if (depth >= deepest) return [];
  return matchesIn({ ...part, text }, depth + 1, outer).map((match) => ({
    ...match,
    start: sourceOf(match.start),
    encodings: [encoding, ...match.encodings],
  }));
}

/** Each string once, though it is found in several forms of a run; a certain id instead of a guessed one; and no id as a string of its own. */
function onceEach(matches: readonly Match[]): Match[] {
  const strings = matches.filter(({ secret }) => secret !== "");
  const certain = new Set(strings.filter(({ glued }) => !glued).map(({ secret }) => secret));
  const ids = new Set(strings.map(({ value }) => value));
  const signed = matches.filter(({ kind }) => kind === "jwt");
  const kept = new Map<string, Match>();
  for (const match of matches) {
    if (match.glued && certain.has(match.secret)) continue;
    if (match.kind === "letters" && ids.has(match.value)) continue;
    if (match.kind === "letters" && signed.some(({ start, value }) => start <= match.start && match.start < start + value.length))
      continue;
    const key = `${match.kind} ${match.start} ${match.value} ${match.secret}`;
    if (!kept.has(key)) kept.set(key, match);
  }
  return [...kept.values()];
}

function plainMatches(part: Piece, outer: boolean): Match[] {
  return [...tokenStrings(part), ...uuids(part), ...fleetLetters(part), ...jwts(part)]
    .map((match) => ({ ...match, named: outer || isNamed(part, match.start) }))
    .filter(({ kind, value, named }) => kind !== "letters" || named || isJumbled(value));
}

/** Whether small letters, capitals and digits follow one another as in a random text: of 250 one does not, and hardly any name does. */
function isJumbled(text: string): boolean {
  return text.replaceAll(/[a-z]+|[A-Z]+|\d+/gu, "x").length > 12;
}

/** Whether something that speaks of tokens stands before a place, on the same line and near it. */
function isNamed({ text, before }: Piece, at: number): boolean {
  const near = ((at < lookBack ? before() : "") + text.slice(Math.max(0, at - lookBack), at)).slice(-lookBack);
  return speaksOfTokens.test(near.slice(near.lastIndexOf("\n") + 1));
}

const plain = { secret: "", named: false, glued: false, encodings: [] } as const;

const letter = /^[A-Za-z0-9]$/u;
const letterOrDash = /^[A-Za-z0-9_-]$/u;
const base64Character = /^[A-Za-z0-9+/_-]$/u;

/** What stands right before a place and has only some characters. An expression that is anchored at the end would look at each character often. */
function stretchBefore(text: string, end: number, most: number, characters: RegExp): string {
  let start = end;
  while (start > 0 && end - start < most && characters.test(text[start - 1] ?? "")) start--;
  return text.slice(start, end);
}

/** What stands right at a place and has only some characters. */
function stretchAfter(text: string, start: number, most: number, characters: RegExp): string {
  let end = start;
  while (end < text.length && end - start < most && characters.test(text[end] ?? "")) end++;
  return text.slice(start, end);
}

/** The character before a place: a letter where the piece was cut off there, so that nothing ends at a cut. */
const characterBefore = ({ text, openStart }: Piece, at: number) => text[at - 1] ?? (openStart ? "a" : "");
const characterAt = ({ text, openEnd }: Piece, at: number) => text[at] ?? (openEnd ? "a" : "");

const idLengths: readonly number[] = [32, 24];
const secretLength = 44;

/** Fewer characters of a secret than this tell nothing, and are no leak to speak of. */
const leastOfSecret = 8;

function tokenStrings(part: Piece): Match[] {
  const { text } = part;
  const found: Match[] = [];
  for (let at = text.indexOf("~"); at >= 0; at = text.indexOf("~", at + 1)) {
    const stretch = stretchAfter(text, at + 1, secretLength + 1, letter);
    const id = stretchBefore(text, at, 64, letter);
    if (stretch.length < leastOfSecret || (part.openEnd && at + 1 + stretch.length === text.length)) continue;
    if (part.openStart && id.length === at) continue;
    const whole = stretch.length >= secretLength;
    const secret = stretch.slice(0, secretLength);
    const match = { ...plain, kind: whole ? "token" : "cut", secret, glued: stretch.length > secretLength } as const;
    if (whole && id.endsWith("localroot")) {
      found.push({ ...match, kind: "administrator", value: `localroot~${secret}`, start: at - "localroot".length });
    } else if (idLengths.includes(id.length)) {
      found.push({ ...match, value: id, start: at - id.length });
    } else if (whole) {
      // Nothing parts the id from what stands before it, and it may have either length.
      for (const length of idLengths.filter((least) => id.length > least)) {
        found.push({ ...match, value: id.slice(-length), start: at - length, glued: true });
      }
    }
  }
  return found;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/giu;

function uuids(part: Piece): Match[] {
  if (!part.text.includes("-")) return [];
  const found: Match[] = [];
  for (const match of part.text.matchAll(uuid)) {
    if (isWord(part, match.index, match.index + match[0].length)) {
      found.push({ ...plain, kind: "uuid", value: match[0], start: match.index });
    }
  }
  return found;
}

/** Whether neither a letter nor a digit stands right before a string or right after it. */
function isWord(part: Piece, start: number, end: number): boolean {
  return !letter.test(characterBefore(part, start)) && !letter.test(characterAt(part, end));
}

/** How much of its surroundings is looked at to tell a fleet token from a piece of base64. */
const surroundings = 100;

const ofFleetLength = /(?<![A-Za-z0-9])[A-Za-z0-9]{32}(?![A-Za-z0-9])/gu;

function fleetLetters(part: Piece): Match[] {
  const found: Match[] = [];
  for (const match of part.text.matchAll(ofFleetLength)) {
    const value = match[0];
    const start = match.index;
    const end = start + value.length;
    if (!/[a-z]/u.test(value) || !/[A-Z]/u.test(value) || value.startsWith("eyJ")) continue;
    if (part.text[start - 1] === "~" || part.text[end] === "~") continue;
    if (isWord(part, start, end) && !isOfBase64(part, start, end)) found.push({ ...plain, kind: "letters", value, start });
  }
  return found;
}

/** Whether 32 letters and digits are one of the stretches between the signs of a longer base64. */
function isOfBase64({ text, openStart, openEnd }: Piece, start: number, end: number): boolean {
  const before = stretchBefore(text, start, surroundings, base64Character);
  const after = stretchAfter(text, end, surroundings, base64Character);
  if (before.length === surroundings || after.length === surroundings) return true;
  if ((openStart && before.length === start) || (openEnd && end + after.length === text.length)) return true;
  if (before.includes("+") || after.includes("+")) return true;
  return [...before.split(/[/_-]/u), ...after.split(/[/_-]/u)].some(
    (other) => other.length >= 12 && other.length !== 32 && /[a-z]/u.test(other) && /[A-Z]/u.test(other) && /\d/u.test(other),
  );
}

function jwts(part: Piece): Match[] {
  const { text } = part;
  if (!text.includes("eyJ")) return [];
  const found: Match[] = [];
  let first = text.indexOf(".");
  for (let second = text.indexOf(".", first + 1); first >= 0 && second >= 0; second = text.indexOf(".", first + 1)) {
    if (text.startsWith("eyJ", first + 1) && second - first <= jwtLengths.payload) {
      const header = stretchBefore(text, first, jwtLengths.header, letterOrDash);
      const signature = stretchAfter(text, second + 1, jwtLengths.signature, letterOrDash);
      const payload = text.slice(first + 1, second);
      const start = first - header.length;
      const end = second + 1 + signature.length;
      const cutOff = (part.openEnd && end === text.length) || (part.openStart && start === 0);
      if (header.startsWith("eyJ") && /^[A-Za-z0-9_-]+$/u.test(payload) && signature.length >= 40 && !cutOff) {
        const claims = fromBase64(payload);
        const ours = claims.includes('"iss":"tokenhouse"') && claims.includes('"aud":"log-collector"');
        found.push({ ...plain, kind: ours ? "jwt" : "foreign", value: text.slice(start, end), start });
      }
    }
    first = second;
  }
  return found;
}

/** The base64 of fewer characters holds nothing that is looked for. */
const shortestBase64 = 43;

const base64 = new RegExp(`[A-Za-z0-9+/_-]{${shortestBase64},}`, "gu");

function withinBase64(part: Piece, depth: number, outer: boolean): Match[] {
  if (depth >= deepest || part.text.length < shortestBase64) return [];
  const found: Match[] = [];
  for (const { index, 0: coded } of part.text.matchAll(base64)) {
    let named: boolean | undefined;
    // What stands right before base64 is often of its alphabet, as a slash is: it may begin at any place.
    for (const begun of [0, 1, 2, 3]) {
      for (const { from, to } of asciiStretches(coded, begun)) {
        named ??= outer || isNamed(part, index);
        const bytes = fromBase64(coded, from, to);
        const piece: Piece = {
          text: bytes,
          openStart: part.openStart && index === 0 && from === begun,
          openEnd: part.openEnd && index + coded.length === part.text.length && to === coded.length,
          before: () => "",
        };
        const utf16 = fromUtf16(bytes);
        const inner = matchesIn(piece, depth + 1, named);
        if (utf16 !== undefined) inner.push(...matchesInVariant(utf16, piece, depth, named));
        for (const match of inner) {
          const start = index + base64Position(match.start, from);
          found.push({ ...match, start, encodings: ["base64", ...match.encodings] });
        }
      }
    }
  }
  return found;
}

import { ClientError } from "#server/errors.ts";
import type { ReadMeter } from "#server/store/reading.ts";
import { graphqlLimits } from "./limits.ts";

/** What one request may cost at most; see {@link graphqlLimits}. */
export type WorkLimits = Pick<typeof graphqlLimits, "rowsRead" | "bytesRead" | "answerBytes">;

/**
 * Counts what one request costs while it is carried out. Whoever counts past a limit is thrown a refusal, and so is everybody who
 * counts or asks after that: the answer is the refusal alone.
 */
export class Meter implements ReadMeter {
  /** Rows that were read from the store. */
  rowsRead = 0;
  /** Bytes of what is in them. */
  bytesRead = 0;
  /** Bytes of the answer so far, as JSON. */
  answerBytes: number;
  /** Why the request is refused; undefined while it is within the limits. */
  refusal: ClientError | undefined;
  readonly #limits: WorkLimits;

  /** @param answered bytes of the answers that go into the same one */
  constructor(limits: WorkLimits = graphqlLimits, answered = 0) {
    this.#limits = limits;
    this.answerBytes = answered;
  }

  /** Counts what one statement read. Never throws: the statement is done. The next one is not begun. */
  read(rows: number, bytes: number): void {
    this.rowsRead += rows;
    this.bytesRead += bytes;
    const { rowsRead, bytesRead } = this.#limits;
    if (this.rowsRead > rowsRead) this.#refuse(`reads more than ${rowsRead.toLocaleString("en")} rows`);
    if (this.bytesRead > bytesRead) this.#refuse(`reads more than ${mebibytes(bytesRead)} MiB`);
  }

  /** Throws when the request is past a limit. */
  readonly check = (): void => {
    if (this.refusal !== undefined) throw this.refusal;
  };

  /** Counts bytes of the answer. Throws when the request is past a limit. */
  made(bytes: number): void {
    this.check();
    this.answerBytes += bytes;
    if (this.answerBytes > this.#limits.answerBytes) {
      this.#refuse(`asks for an answer of more than ${mebibytes(this.#limits.answerBytes)} MiB`);
    }
    this.check();
  }

  #refuse(what: string): void {
    this.refusal ??= new ClientError(
      "TOO_COSTLY",
      `The request ${what}. Ask for a smaller page (limit), for fewer fields or lists, or in several requests.`,
    );
  }
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1_048_576);
}

/** Whether a text is in JSON as long in bytes as it is in characters, but for its quotes. */
// oxlint-disable-next-line no-control-regex
const plainText = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/u;

/** How many bytes a leaf of an answer takes as JSON. */
export function jsonBytes(value: unknown): number {
  switch (typeof value) {
    case "string":
      return plainText.test(value) ? value.length + 2 : Buffer.byteLength(JSON.stringify(value));
    case "number":
    case "bigint":
      return String(value).length;
    case "boolean":
      return value ? 4 : 5;
    default:
      if (value === null || value === undefined) return 4;
      if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + jsonBytes(item) + 1, 2);
      return Buffer.byteLength(JSON.stringify(value));
  }
}

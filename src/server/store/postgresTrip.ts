import type { Connection, FieldDef, Submittable, TypeOverrides } from "pg";

import { isPrepared, tagOf, UnsentError, type Statement, type StatementResult, type TripOutcome } from "./statementClient.ts";

/** A statement that a connection has parsed under a name. */
interface Kept {
  readonly name: string;
  readonly columns: readonly FieldDef[];
}

/** The statements that a connection keeps, by their texts. */
class KeptStatements {
  readonly byText = new Map<string, Kept>();
  #names = 0;

  /** A name that was never used: of a trip that failed it is not known which of its statements were parsed. */
  newName(): string {
    return `tokenhouse_${++this.#names}`;
  }
}

const keptBy = new WeakMap<Connection, KeptStatements>();

function statementsOf(connection: Connection): KeptStatements {
  const kept = keptBy.get(connection) ?? new KeptStatements();
  keptBy.set(connection, kept);
  return kept;
}

/**
 * Statements that go to PostgreSQL together and are answered together, run one after the other until one fails. The driver would ask for an
 * answer after each, so that the server writes as many times, and have each described although it always gives the same columns.
 */
export class PostgresTrip implements Submittable {
  readonly #statements: readonly Statement[];
  readonly #types: TypeOverrides;
  readonly #settle: (outcome: TripOutcome) => void;
  readonly #results: StatementResult[] = [];
  /** The names under which statements of this trip are parsed, by their places, and what they are kept among. */
  readonly #named = new Map<number, string>();
  #kept = new KeptStatements();
  #known: readonly (readonly FieldDef[] | undefined)[] = [];
  #columns: readonly FieldDef[] = [];
  #rows: object[] = [];
  #sent = false;
  #failure: Error | undefined;
  /** Set by the driver where the address has a `query_timeout`: it ends the timer, which else keeps all of this until it is over. */
  callback: (() => void) | undefined;

  /** @param settle told what came of it */
  constructor(statements: readonly Statement[], types: TypeOverrides, settle: (outcome: TripOutcome) => void) {
    this.#statements = statements;
    this.#types = types;
    this.#settle = settle;
  }

  /** Called by the driver, as all that follows. What cannot be sent is told before anything is. */
  submit(connection: Connection): Error | undefined {
    let values;
    try {
      values = this.#statements.map(({ parameters }) => parameters.map(asText));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    this.#kept = statementsOf(connection);
    this.#known = this.#statements.map(({ sql }) => this.#kept.byText.get(sql)?.columns);
    this.#sent = true;
    const parsedHere = new Map<string, string>();
    const { stream } = connection;
    // One packet instead of one a message.
    stream.cork();
    try {
      for (const [place, { sql: text }] of this.#statements.entries()) {
        let name = this.#kept.byText.get(text)?.name ?? parsedHere.get(text);
        if (name === undefined) {
          name = isPrepared(text) ? this.#kept.newName() : "";
          if (name !== "") {
            this.#named.set(place, name);
            parsedHere.set(text, name);
          }
          connection.parse({ name, text, types: [] }, true);
        }
        connection.bind({ statement: name, values: values[place] ?? [] }, true);
        if (this.#known[place] === undefined) connection.describe({ type: "P", name: "" }, true);
        connection.execute({}, true);
      }
      connection.sync();
    } finally {
      stream.uncork();
    }
    this.#begin();
    return undefined;
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#columns = fields;
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    try {
      const row: Record<string, unknown> = {};
      for (const [place, { name, dataTypeID }] of this.#columns.entries()) {
        const text = fields[place] ?? null;
        // By its declaration a parser takes a number, which is a mistake there: it takes the text.
        const value: unknown =
          text === null ? null : Reflect.apply(this.#types.getTypeParser(dataTypeID, "text"), undefined, [text]);
        row[name] = value;
      }
      this.#rows.push(row);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const place = this.#results.length;
    const [command, rowCount] = tagOf(text);
    const name = this.#named.get(place);
    const { sql = "" } = this.#statements[place] ?? {};
    if (name !== undefined) this.#kept.byText.set(sql, { name, columns: this.#columns });
    this.#results.push({ command, rowCount, rows: this.#rows });
    this.#begin();
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: "" });
  }

  /** The database skips the statements after one that fails. Of a connection that has ended the driver tells before it would send anything. */
  handleError(error: Error): void {
    this.callback?.();
    const unsent = !this.#sent && !(error instanceof UnsentError);
    const told = unsent ? new UnsentError("The connection had ended before anything was sent.", { cause: error }) : error;
    this.#settle({ results: this.#results, failure: this.#failure ?? told });
  }

  handleReadyForQuery(): void {
    const failure = this.#failure;
    this.callback?.();
    this.#settle({ results: this.#results, ...(failure && { failure }) });
  }

  handlePortalSuspended(): void {}

  /** What comes next is of the next statement. */
  #begin(): void {
    this.#columns = this.#known[this.#results.length] ?? [];
    this.#rows = [];
  }
}

/** A value of a parameter as PostgreSQL reads it. */
function asText(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value)) return listOf(value);
  return plainText(value);
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  throw new UnsentError("A parameter is of a type that cannot be sent.");
}

function listOf(values: readonly unknown[]): string {
  return `{${values.map(elementOf).join(",")}}`;
}

function elementOf(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (Array.isArray(value)) return listOf(value);
  const text = value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : plainText(value);
  return `"${text.replaceAll("\\", String.raw`\\`).replaceAll('"', String.raw`\"`)}"`;
}

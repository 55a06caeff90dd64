import { protocol, type PGlite } from "@electric-sql/pglite";

import { isLast, StoreFailedError } from "./failures.ts";
import { isPrepared, tagOf, type TripOutcome, type Statement, type StatementResult } from "./statementClient.ts";

const { serialize, messages } = protocol;

/** A column of what a statement gives. */
type Column = Pick<InstanceType<typeof messages.RowDescriptionMessage>["fields"][number], "name" | "dataTypeID">;

/** What the database says of a statement that it has parsed. */
interface Described {
  /** Types of its parameters. */
  readonly types: readonly number[];
  /** What it gives; empty where it gives no rows. */
  readonly columns: readonly Column[];
}

/** A statement that the database keeps under a name. */
interface Kept extends Described {
  readonly name: string;
}

/** A statement as it is sent: its messages, and its columns where the answer does not tell them. */
interface Ready {
  readonly bytes: readonly Uint8Array[];
  readonly columns: readonly Column[] | undefined;
}

/** PGlite threw something instead of answering: it stopped in the middle of its work, wherever that was. */
export class BrokenError extends Error {
  override readonly name = "BrokenError";
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * Runs statements on PGlite, many with one call into the database. Its own `query` makes six calls for each, parses and plans each anew.
 *
 * @param fail makes the error to give for one of PGlite's
 */
export class StatementRunner {
  readonly #pglite: PGlite;
  readonly #fail: (error: unknown) => Error;
  /** The statements that the database keeps, by their texts: few, since each is always the same text. */
  readonly #kept = new Map<string, Kept>();
  #names = 0;

  constructor(pglite: PGlite, fail: (error: unknown) => Error) {
    this.#pglite = pglite;
    this.#fail = fail;
  }

  /**
   * Runs statements, one after the other, until one fails. A commit comes last: where the disk fails it, the database still runs what
   * stands behind it, and may never come back.
   */
  run(statements: readonly Statement[]): Promise<TripOutcome> {
    return this.#pglite.runExclusive(() => this.#runAll(statements));
  }

  async #runAll(statements: readonly Statement[]): Promise<TripOutcome> {
    const results: StatementResult[] = [];
    let ready: Ready[] = [];
    const send = async () => {
      const outcome = await this.#send(ready);
      ready = [];
      results.push(...outcome.results);
      return outcome.failure;
    };
    for (const { sql, parameters } of statements) {
      const kept = this.#kept.get(sql);
      const described = kept !== undefined || (parameters.length === 0 && !isPrepared(sql));
      // What the parameters are must be known before they can be sent, and it is asked once those before it have run.
      const failure = described || ready.length === 0 ? undefined : await send();
      if (failure !== undefined) return { results, failure };
      try {
        if (kept !== undefined) ready.push(this.#ready(kept, parameters, kept.name));
        else if (described) ready.push(plain(sql));
        else ready.push(await this.#parse(sql, parameters));
      } catch (error) {
        const before = ready.length === 0 ? undefined : await send();
        const failure = before ?? this.#fail(error);
        // In the middle of a statement the database takes no other until it is told to go on.
        if (!(failure instanceof StoreFailedError)) await this.#exchange([serialize.sync()]);
        return { results, failure };
      }
      if (forgets(sql)) this.#kept.clear();
    }
    const failure = ready.length === 0 ? undefined : await send();
    return failure === undefined ? { results } : { results, failure };
  }

  /** Has a statement parsed: for good where it is always the same text, else until the next one. */
  async #parse(sql: string, parameters: readonly unknown[]): Promise<Ready> {
    const name = isPrepared(sql) ? `tokenhouse_${++this.#names}` : "";
    const described = await this.#describe(sql, name);
    if (name !== "") this.#kept.set(sql, { name, ...described });
    return this.#ready(described, parameters, name);
  }

  async #describe(text: string, name: string): Promise<Described> {
    const answer = await this.#exchange([serialize.parse({ text, name }), serialize.describe({ type: "S", name })]);
    let described: Described = { types: [], columns: [] };
    for (const message of answer) {
      if (message instanceof messages.DatabaseError) throw message;
      if (message instanceof messages.ParameterDescriptionMessage) described = { ...described, types: message.dataTypeIDs };
      if (message instanceof messages.RowDescriptionMessage) described = { ...described, columns: message.fields };
    }
    return described;
  }

  #ready({ types, columns }: Described, parameters: readonly unknown[], statement: string): Ready {
    const { serializers } = this.#pglite;
    const values = parameters.map((value, place) => {
      if (value === null || value === undefined) return null;
      const serializer = serializers[types[place] ?? 0];
      if (serializer !== undefined) return serializer(value);
      if (typeof value === "string" || typeof value === "number") return String(value);
      throw new TypeError("A parameter is of a type that cannot be sent.");
    });
    return { bytes: [serialize.bind({ statement, values }), serialize.execute()], columns };
  }

  /** Sends statements with one call. The database skips those after one that fails. */
  async #send(ready: readonly Ready[]): Promise<TripOutcome> {
    const results: StatementResult[] = [];
    let failure: Error | undefined;
    let columns = ready[0]?.columns ?? [];
    let rows: object[] = [];
    const add = (command: string, rowCount: number) => {
      results.push({ command, rowCount, rows });
      columns = ready[results.length]?.columns ?? [];
      rows = [];
    };
    for await (const message of this.#answers(ready.flatMap(({ bytes }) => bytes))) {
      if (message instanceof messages.DataRowMessage) rows.push(this.#row(message.fields, columns));
      else if (message instanceof messages.RowDescriptionMessage) columns = message.fields;
      else if (message instanceof messages.CommandCompleteMessage) add(...tagOf(message.text));
      else if (message instanceof messages.DatabaseError) failure ??= this.#fail(message);
      else if (message.name === "emptyQuery") add("", 0);
    }
    return failure === undefined ? { results } : { results, failure };
  }

  /**
   * Sends messages, and then has the database go on. Where it could not write a commit it is over, and must not be told so: it would wait
   * for ever for a lock that it holds itself.
   */
  async *#answers(bytes: readonly Uint8Array[]) {
    const answer = await this.#exchange(bytes);
    yield* answer;
    if (!answer.some((message) => message instanceof messages.DatabaseError && isLast(message))) {
      yield* await this.#exchange([serialize.sync()]);
    }
  }

  #row(fields: readonly (string | null)[], columns: readonly Column[]): object {
    const { parsers } = this.#pglite;
    const row: Record<string, unknown> = {};
    for (const [place, { name, dataTypeID }] of columns.entries()) {
      const text = fields[place] ?? null;
      const parser = parsers[dataTypeID];
      row[name] = text === null || parser === undefined ? text : parser(text, dataTypeID);
    }
    return row;
  }

  async #exchange(parts: readonly Uint8Array[]) {
    try {
      return await this.#pglite.execProtocolStream(Buffer.concat(parts), { syncToFs: false, throwOnError: false });
    } catch (error) {
      throw new BrokenError(error);
    }
  }
}

/** A statement without parameters, of which the answer tells the columns. */
function plain(text: string): Ready {
  const bytes = [serialize.parse({ text }), serialize.bind(), serialize.describe({ type: "P" }), serialize.execute()];
  return { bytes, columns: undefined };
}

/** Whether a statement has the database forget what it keeps. */
function forgets(sql: string): boolean {
  return /^\s*(?:discard|deallocate)\b/iu.test(sql);
}

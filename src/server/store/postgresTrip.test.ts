import { Client, TypeOverrides, type DatabaseError } from "pg";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

import { openTestStore } from "#server/testing/databases.ts";
import { PostgresTrip } from "./postgresTrip.ts";
import { later, prepared, UnsentError, type Statement, type TripOutcome } from "./statementClient.ts";

describe("Statements that go to PostgreSQL together", () => {
  let client: Client;
  /** The messages that the server sent. */
  let heard: string[];

  beforeEach(async () => {
    const store = await openTestStore("postgres");
    client = new Client({ connectionString: store.databaseUrl ?? "" });
    await client.connect();
    heard = [];
    const { connection } = client;
    for (const name of ["parseComplete", "rowDescription", "readyForQuery"]) connection.on(name, () => heard.push(name));
    onTestFinished(async () => {
      await client.end();
      await store.close();
    });
  });

  const run = (...statements: (string | readonly [string, ...unknown[]])[]) =>
    new Promise<TripOutcome>((settle) => {
      const texts = statements.map((statement): Statement => {
        const [sql, ...parameters] = typeof statement === "string" ? [statement] : statement;
        return { sql, parameters };
      });
      client.query(new PostgresTrip(texts, new TypeOverrides(), settle));
    });
  const rowsOf = ({ results, failure }: TripOutcome) => {
    if (failure !== undefined) throw failure;
    return results.map(({ rows }) => rows);
  };

  it("are answered once, in their order", async () => {
    const outcome = await run("begin", ["select $1::int4 as n", 1], "select 2 as n", "commit");
    expect(rowsOf(outcome)).toEqual([[], [{ n: 1 }], [{ n: 2 }], []]);
    expect(outcome.results.map(({ command, rowCount }) => [command, rowCount])).toEqual([
      ["BEGIN", 0],
      ["SELECT", 1],
      ["SELECT", 1],
      ["COMMIT", 0],
    ]);
    expect(heard.filter((name) => name === "readyForQuery")).toEqual(["readyForQuery"]);
  });

  it("are parsed and described once where they say that they are always the same", async () => {
    const statement = (n: number) => [`select $1::int4 + 1 as n ${prepared}`, n] as const;
    expect(rowsOf(await run(statement(1), [`select $1::text as t ${prepared} ${later}`, "a"]))).toEqual([
      [{ n: 2 }],
      [{ t: "a" }],
    ]);
    heard.length = 0;
    expect(rowsOf(await run(statement(5), statement(6)))).toEqual([[{ n: 6 }], [{ n: 7 }]]);
    expect(heard).toEqual(["readyForQuery"]);
    // One that comes later is kept with its own columns.
    for (const _ of ["first", "kept"]) {
      expect(rowsOf(await run(statement(7), [`select $1::text as later, $1::text as twice ${prepared}`, "b"]))).toEqual([
        [{ n: 8 }],
        [{ later: "b", twice: "b" }],
      ]);
    }
  });

  it("are parsed once where the same comes several times the first time", async () => {
    const statement = (n: number) => [`select $1::int4 * 2 as n ${prepared}`, n] as const;
    expect(rowsOf(await run(statement(1), statement(2), statement(3)))).toEqual([[{ n: 2 }], [{ n: 4 }], [{ n: 6 }]]);
    expect(rowsOf(await run(statement(4)))).toEqual([[{ n: 8 }]]);
    expect(heard.filter((name) => name === "parseComplete")).toHaveLength(1);
    const kept = `select count(*)::int4 as n from pg_prepared_statements where statement like 'select $1::int4 * 2%'`;
    expect(rowsOf(await run(kept))).toEqual([[{ n: 1 }]]);
  });

  it("are told where what they gave cannot be read, and the connection goes on", async () => {
    const types = new TypeOverrides();
    types.setTypeParser(23, () => {
      throw new Error("no number");
    });
    const { failure } = await new Promise<TripOutcome>((settle) => {
      const statements = ["select 1::int4 as n", "select 'a' as t"].map((text) => ({ sql: text, parameters: [] }));
      client.query(new PostgresTrip(statements, types, settle));
    });
    expect(failure?.message).toBe("no number");
    expect(rowsOf(await run("select 1 as n"))).toEqual([[{ n: 1 }]]);
  });

  it("fail with the first failure, after which none is run, and the connection goes on", async () => {
    const first = `select $1::int4 as n ${prepared}`;
    const failing = `select 1 / $1::int4 as n ${prepared}`;
    const after = `select $1::int4 as m ${prepared}`;
    const { results, failure } = await run("begin", [first, 1], [failing, 0], [after, 2], "commit");
    expect(results.map(({ rows }) => rows)).toEqual([[], [{ n: 1 }]]);
    expect((failure as DatabaseError).code).toBe("22012");
    await run("rollback");
    // Some of these were parsed before the failure, and some not.
    expect(rowsOf(await run([after, 3], [failing, 1], [first, 4]))).toEqual([[{ m: 3 }], [{ n: 1 }], [{ n: 4 }]]);
  });

  it("carry values of all kinds unchanged, and refuse what they cannot carry before anything is sent", async () => {
    const texts = ["", "a,b", '"', "\\", "{}", "NULL", "null", " x ", "ü€𝄞", "\n", null];
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const [[row] = []] = rowsOf(
      await run([
        `select $1::text[] as texts, $2::bytea as bytes, $3::int8[] as numbers, $4::text as nothing, $5::boolean as yes, $6::text[] as none,
          $7::text as text, $8::bytea[] as lists`,
        texts,
        bytes.subarray(3),
        [1, -2, 9_007_199_254_740_991],
        null,
        true,
        [],
        '{"a": \\}',
        [bytes],
      ]),
    );
    expect(row).toEqual({
      texts,
      bytes: Buffer.from(bytes.subarray(3)),
      numbers: ["1", "-2", "9007199254740991"],
      nothing: null,
      yes: true,
      none: [],
      text: '{"a": \\}',
      lists: [Buffer.from(bytes)],
    });
    heard.length = 0;
    const { failure } = await run("begin", ["select $1::text", { some: "object" }]);
    expect(failure?.message).toBe("A parameter is of a type that cannot be sent.");
    expect(heard).toEqual([]);
    expect(rowsOf(await run("select 1 as n"))).toEqual([[{ n: 1 }]]);
  });

  it("are told when the connection ends under them", async () => {
    client.on("error", () => {});
    const { failure } = await run("begin", "select pg_terminate_backend(pg_backend_pid())", "commit");
    expect((failure as DatabaseError).code).toBe("57P01");
    expect(failure).not.toBeInstanceOf(UnsentError);
    // Nothing was sent, which tells those that share a trip that they may be begun anew.
    const { failure: afterwards } = await run("select 1");
    expect(afterwards).toBeInstanceOf(UnsentError);
    expect(afterwards?.cause).toBeInstanceOf(Error);
  });
});

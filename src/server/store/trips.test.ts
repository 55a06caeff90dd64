import { openAsBlob } from "node:fs";

import { sql } from "kysely";
import { describe, expect, inject, it } from "vitest";

import { ask } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { ingestToken } from "#server/testing/ingest.ts";
import { anIpFilter } from "#server/testing/samples.ts";
import { testServer } from "#server/testing/server.ts";

import { openStore } from "./client.ts";
import { openPglite } from "./pglite.ts";
import { SingleConnectionPool, type Engine } from "./pool.ts";
import { later, looksUp, type Statement } from "./statementClient.ts";

/** An engine that only writes down which statements come together. */
function recorder() {
  const trips: string[][] = [];
  const queryAll = (statements: readonly Statement[]) => {
    trips.push(statements.map((statement) => statement.sql));
    return Promise.resolve({ results: statements.map(() => ({ command: "", rowCount: 0, rows: [] })) });
  };
  const engine: Engine = {
    query: (text) => queryAll([{ sql: text, parameters: [] }]).then(({ results }) => results[0] ?? expect.unreachable()),
    queryAll,
    close: () => Promise.resolve(),
  };
  return { trips, connect: () => new SingleConnectionPool(engine).connect() };
}

describe("a transaction", () => {
  it("goes to the database in as few trips as there are results that are waited for", async () => {
    const { trips, connect } = recorder();
    const client = await connect();
    for (const text of ["begin", `lock ${later}`, "judge", `insert ${later}`, `record ${later}`, "commit"]) {
      await client.query(text, []);
    }
    expect(trips).toEqual([
      ["begin", `lock ${later}`, "judge"],
      [`insert ${later}`, `record ${later}`, "commit"],
    ]);
  });

  it("that is rolled back sends nothing of what was still to be sent", async () => {
    const { trips, connect } = recorder();
    const client = await connect();
    for (const text of ["begin", `lock ${later}`, "rollback", "begin", "judge", `insert ${later}`, "rollback"]) {
      await client.query(text, []);
    }
    expect(trips).toEqual([["begin", "judge"], ["rollback"]]);
  });
});

describe("a statement outside a transaction", () => {
  it("is run at once, though nobody waits for its result", async () => {
    const { trips, connect } = recorder();
    await (await connect()).query(`insert ${later}`, []);
    expect(trips).toEqual([[`insert ${later}`]]);
  });
});

describeOnBothDatabases("a transaction of which a statement goes with the commit", (open) => {
  const role = (name: string) => sql`insert into roles (id, display_name) values (${name}, ${name}) ${sql.raw(later)}`;

  it("fails as that statement fails, writes nothing, and leaves the connection as it was", async () => {
    const { db } = await open();
    const names = async () => (await sql<{ id: string }>`select id from roles`.execute(db)).rows;
    const failed = db.transaction().execute(async (trx) => {
      await role("one").execute(trx);
      await sql`insert into roles (id, display_name) values ('nothing', null) ${sql.raw(later)}`.execute(trx);
      await role("two").execute(trx);
    });
    await expect(failed).rejects.toMatchObject({ code: "23502", column: "display_name" });
    expect(await names()).toEqual([]);
    await db.transaction().execute((trx) => role("three").execute(trx));
    expect(await names()).toEqual([{ id: "three" }]);
  });

  it("fails where it goes on after a statement that failed, since nothing of it is kept", async () => {
    const { db } = await open();
    const wentOn = db.transaction().execute(async (trx) => {
      await role("one").execute(trx);
      await sql`select 1 / 0`.execute(trx).catch(() => {});
    });
    await expect(wentOn).rejects.toThrow("was rolled back");
    expect((await sql<{ id: string }>`select id from roles`.execute(db)).rows).toEqual([]);
  });
});

describe("a token", () => {
  it.each(["personal", "system", "local", "a system token with an IP filter"] as const)(
    "is created in as few trips as there are results that are waited for, by a caller whose credential is %s",
    async (credentialKind) => {
      const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
      const trips: string[][] = [];
      const store = await openStore(
        {
          engine: {
            ...engine,
            async queryAll(statements) {
              trips.push(statements.map((statement) => /\w+/u.exec(statement.sql)?.[0] ?? ""));
              return engine.queryAll(statements);
            },
          },
        },
        { upToDate: true },
      );
      const server = await testServer(store);
      const permissions = ["ManageOrganizations", "ChangeSystemPermissions"];
      await store.db
        .insertInto("ipFilters")
        .values(anIpFilter({ id: "all" }))
        .execute();
      const credential = {
        personal: () => server.token({ kind: "personal", permissions }),
        system: () => server.token({ kind: "system", permissions }),
        "a system token with an IP filter": () => server.token({ kind: "system", permissions, ipFilterId: "all" }),
        local: () => Promise.resolve({ tokenString: server.localAdmin }),
      }[credentialKind];
      const { tokenString } = await credential();
      const create = async () => {
        const { errors } = await ask(
          server,
          tokenString,
          'mutation { createSystemPermissionsTokenV2(input: { name: "made", systemPermissions: [ChangeSystemPermissions] }) { token } }',
        );
        expect(errors).toEqual([]);
      };
      await create();
      const began = trips.findIndex(([first]) => first === "start");
      const filtered = credentialKind === "a system token with an IP filter";
      expect(trips.slice(began, began + (filtered ? 3 : 2))).toEqual([
        ["start", "select", credentialKind === "local" ? "select" : "with"],
        // That it has a filter is seen when it is locked; the filter is locked after it.
        ...(filtered ? [["with"]] : []),
        ["insert", "insert", "commit"],
      ]);
      trips.length = 0;
      await create();
      const again = trips.slice(trips.findIndex(([first]) => first === "start"));
      // What was found before is made sure of with the rest.
      const foreseen = credentialKind === "personal" || credentialKind === "system";
      expect(again).toEqual(
        foreseen
          ? [["start", "select", "with", "insert", "insert", "commit"]]
          : expect.arrayContaining([["insert", "insert", "commit"]]),
      );
      await server.app.close();
      await store.close();
    },
  );
});

describe("the token of a request", () => {
  it("is looked up once until anything else is asked, and refused at once when it is gone", async () => {
    const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
    let lookUps = 0;
    const store = await openStore(
      {
        engine: {
          ...engine,
          queryAll(statements) {
            lookUps += statements.filter(({ sql: text }) => text.includes(looksUp)).length;
            return engine.queryAll(statements);
          },
        },
      },
      { upToDate: true },
    );
    const server = await testServer(store);
    const { tokenString } = await server.token({ lastUsedAt: server.now });
    const value = await ingestToken(server);
    // Of a packing that nobody knows: both are refused once it is known who asks, and nothing is counted of them.
    const status = async (url: string, token: string) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "content-encoding": "odd" };
      return (await server.app.inject({ method: "POST", url, headers, payload: "{}" })).statusCode;
    };
    const statuses = async () => [await status("/graphql", tokenString), await status("/api/v1/ingest/raw", value)];
    expect([await statuses(), await statuses(), await statuses()]).toEqual(Array.from({ length: 3 }, () => [415, 415]));
    expect(lookUps).toBe(2);
    // That it changes no token, nobody needs to prove.
    await sql`select 1`.execute(store.db);
    expect(await statuses()).toEqual([415, 415]);
    expect(lookUps).toBe(4);
    await store.db.transaction().execute(async (trx) => {
      await trx.deleteFrom("tokens").execute();
      await trx.deleteFrom("ingestTokens").execute();
    });
    expect([await statuses(), await statuses()]).toEqual(Array.from({ length: 2 }, () => [401, 401]));
    await server.app.close();
    await store.close();
  });
});

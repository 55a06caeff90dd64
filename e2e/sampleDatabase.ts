import { sql } from "kysely";

import { fillDemoOrganization } from "#server/demo/organization.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { openPglite } from "#server/store/pglite.ts";

/** One database for one story after the other. To start another takes a second, and two for each worker more than that. */
export interface SampleDatabase {
  /** Opens it with nothing but the sample organization of so many tokens in it. What was opened before must be closed. */
  open(tokens: number): Promise<Store>;
  close(): Promise<void>;
}

/** Starts a database, which keeps each sample organization that was asked for in a schema of its own. */
export async function startSampleDatabase(): Promise<SampleDatabase> {
  const engine = await openPglite({});
  const engineKept = { ...engine, close: () => Promise.resolve() };
  await openStore({ engine: engineKept });
  const run = async (statement: string) => (await engine.query(statement, [])).rows;
  const kept = new Set<number>();
  return {
    async open(tokens) {
      await run("discard all");
      const store = await openStore({ engine: engineKept }, { upToDate: true });
      // Columns that the database works out by itself take no values.
      const { rows: tables } = await sql<{ name: string; columns: string }>`
        select quote_ident(table_name) as name, string_agg(quote_ident(column_name), ',') as columns
        from information_schema.columns join information_schema.tables using (table_schema, table_name)
        where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely_%' and is_generated = 'NEVER'
        group by table_name
      `.execute(store.db);
      // The audit trail lets nobody empty it while its triggers are on.
      await run("set session_replication_role = replica");
      await run(`truncate ${tables.map(({ name }) => name).join()} restart identity`);
      await run("reset session_replication_role");
      if (!kept.has(tokens)) {
        await fillDemoOrganization(store.db, { now: Date.now(), tokens });
        await run(`create schema sample_${tokens}`);
        for (const { name } of tables) await run(`create table sample_${tokens}.${name} as table public.${name}`);
        kept.add(tokens);
        return store;
      }
      // As they are: no order of tables satisfies every foreign key.
      await run("set session_replication_role = replica");
      for (const { name, columns } of tables) {
        await run(
          `insert into public.${name} (${columns}) overriding system value select ${columns} from sample_${tokens}.${name}`,
        );
      }
      await run("reset session_replication_role");
      return store;
    },
    close: () => engine.close(),
  };
}

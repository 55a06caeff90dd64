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
      const { rows } = await sql<{ name: string }>`
        select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename not like 'kysely_%'
      `.execute(store.db);
      const tables = rows.map(({ name }) => name);
      // The audit trail lets nobody empty it while its triggers are on.
      await run("set session_replication_role = replica");
      await run(`truncate ${tables.join()} restart identity`);
      await run("reset session_replication_role");
      if (!kept.has(tokens)) {
        await fillDemoOrganization(store.db, { now: Date.now(), tokens });
        await run(`create schema sample_${tokens}`);
        for (const table of tables) await run(`create table sample_${tokens}.${table} as table public.${table}`);
        kept.add(tokens);
        return store;
      }
      // As they are: no order of tables satisfies every foreign key.
      await run("set session_replication_role = replica");
      for (const table of tables) {
        await run(`insert into public.${table} overriding system value table sample_${tokens}.${table}`);
      }
      await run("reset session_replication_role");
      return store;
    },
    close: () => engine.close(),
  };
}

import { describe, expect, it, onTestFinished, vi } from "vitest";

import { createEmptyDatabase } from "#server/testing/databases.ts";
import { StartError } from "#server/startError.ts";
import { openStore } from "./client.ts";
import { postgresPool } from "./postgres.ts";

/** Why a database cannot be opened, and whether another try may succeed. */
async function refusal(databaseUrl: string): Promise<{ readonly message: string; readonly lasting: boolean }> {
  const error = await openStore({ databaseUrl }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StartError)) throw error;
  return { message: error.message, lasting: error.lasting };
}

describe("a PostgreSQL that cannot be used", () => {
  it("is told by where it is, and never with the password, when it does not answer", async () => {
    const expected = (server: string, code: string) => ({
      message: `The PostgreSQL server at ${server} cannot be reached (${code}). Start it, or correct DATABASE_URL.`,
      lasting: false,
    });
    expect(await refusal("postgres://u:hunter2@127.0.0.1:1/x")).toEqual(expected("127.0.0.1:1", "ECONNREFUSED"));
    // A name that may stand for several addresses.
    expect(await refusal("postgres://u:hunter2@localhost:1/x")).toEqual(expected("localhost:1", "ECONNREFUSED"));
    expect(await refusal("postgres://u:hunter2@127.0.0.1:1,[::1]:2/x")).toEqual({
      message:
        "None of the PostgreSQL servers at 127.0.0.1:1, [::1]:2 can be reached (ECONNREFUSED). Start them, or correct DATABASE_URL.",
      lasting: false,
    });
    expect(await refusal("postgres://u:hunter2@/x?host=/no/such/folder")).toEqual(expected("/no/such/folder", "ENOENT"));
  });

  it("is told with its own reason when it refuses, which only other settings mend", async () => {
    const good = new URL(await createEmptyDatabase());
    const { password } = good;
    const wrongPassword = new URL(good);
    wrongPassword.password = "hunter2";
    const noDatabase = new URL(good);
    noDatabase.pathname = "/no-such-database";
    for (const [url, reason] of [
      [wrongPassword, /^The PostgreSQL server at \S+ refuses: password authentication failed for user "postgres"\. /u],
      [noDatabase, /^The PostgreSQL server at \S+ refuses: database "no-such-database" does not exist\. /u],
    ] as const) {
      const { message, lasting } = await refusal(url.href);
      expect(message).toMatch(reason);
      expect(lasting).toBe(true);
      for (const secret of ["hunter2", password]) expect(message).not.toContain(secret);
    }
  });

  it("is passed over for another one that the address names", async () => {
    const good = new URL(await createEmptyDatabase());
    const { username, password, host, pathname } = good;
    const store = await openStore({ databaseUrl: `postgres://${username}:${password}@127.0.0.1:1,${host}${pathname}` });
    expect(await store.db.selectFrom("tokens").selectAll().execute()).toEqual([]);
    await store.close();
  });

  it("is no PostgreSQL where the address names a file that is not there", async () => {
    const { message, lasting } = await refusal("postgres://u:hunter2@127.0.0.1:1/x?sslmode=verify-full&sslrootcert=/no/such.pem");
    expect(message).toMatch(/^DATABASE_URL cannot be used: ENOENT.*\/no\/such\.pem/u);
    expect(message).not.toContain("hunter2");
    expect(lasting).toBe(true);
  });
});

it("keeps nothing of a statement that was answered, also where the address says how long one may take", async () => {
  // Tells its timers from those of others in this process, which begin and end when they like.
  const patience = 61_234;
  const url = new URL(await createEmptyDatabase());
  url.searchParams.set("query_timeout", String(patience));
  const [set, cleared] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
  onTestFinished(() => {
    set.mockRestore();
    cleared.mockRestore();
  });
  const pool = postgresPool(url.href, 1);
  try {
    const client = await pool.connect();
    for (let count = 0; count < 5; count++) await client.query("select 1", []);
    await expect(client.query("select 1 / 0", [])).rejects.toThrow("division by zero");
    client.release();
    const begun = set.mock.results
      .filter((_, place) => Number(set.mock.calls[place]?.[1]) === patience)
      .map(({ value }) => value);
    expect(begun).toHaveLength(6);
    for (const timer of begun) expect(cleared.mock.calls.some(([ended]) => ended === timer)).toBe(true);
  } finally {
    await pool.end();
  }
});

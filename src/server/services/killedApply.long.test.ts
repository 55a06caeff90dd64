import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { sql } from "kysely";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";

import { day } from "#domain/duration.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { ensureOrganization } from "#server/store/organization.ts";
import { insertTokens } from "#server/store/tokens.ts";
import { builtServer } from "#server/testing/built.ts";
import { startProgram } from "#server/testing/program.ts";
import { aToken, sampleId } from "#server/testing/samples.ts";

const createdAt = Date.UTC(2026, 0, 1);

/** So many that a change is written in eight parts. */
const count = 40_000;

/**
 * When the server is killed: so many ms after something of the first part was written, after something of a later one was, or after the last
 * transaction began to commit.
 */
const moments = [
  { mark: "beginning", after: 0 },
  { mark: "committing", after: 3 },
  { mark: "writing", after: 0 },
  { mark: "committing", after: 0 },
  { mark: "committing", after: 8 },
] as const;

async function fill({ db }: Store): Promise<void> {
  await ensureOrganization(db, createdAt);
  await insertTokens(
    db,
    Array.from({ length: count }, (_, number) => aToken({ id: sampleId(32, number), kind: "organization", createdAt })),
  );
  // The database itself says how far a change is, by files in its folder.
  for (const [mark, when, trigger] of [
    ["beginning", "true", "trigger beginning after update on tokens for each statement"],
    ["writing", "exists (select from pg_prepared_xacts)", "trigger writing after update on tokens for each statement"],
    [
      "committing",
      "true",
      "constraint trigger committing after update on token_policies deferrable initially deferred for each row",
    ],
  ] as const) {
    const body = `begin if ${when} then copy (select 1) to '/pglite/data/${mark}'; end if; return null; end`;
    await sql`create function ${sql.ref(mark)}() returns trigger language plpgsql as ${sql.lit(body)}`.execute(db);
    await sql`create ${sql.raw(trigger)} execute function ${sql.ref(mark)}()`.execute(db);
  }
}

/** The lifetimes that tokens have, what the policy says, how many changes the trail tells of, and how many parts are left. */
async function standing(dataDir: string) {
  const store = await openStore({ dataDir });
  try {
    const { rows } = await sql<{
      lifetimes: (number | null)[];
      policy: number | null;
      records: number;
      tokens: number;
      prepared: number;
    }>`
      select (select array_agg(distinct expire_at - ${createdAt}::int8) from tokens) as lifetimes,
        (select maximum_lifetime from token_policies where kind = 'organization') as policy,
        (select count(*) from audit_records where type = 'organizations.securitypolicies.tokens.update') as records,
        (select count(*) from tokens) as tokens,
        (select count(*) from pg_prepared_xacts) as prepared`.execute(store.db);
    const [row] = rows;
    if (row === undefined) throw new Error("The statement gives a row.");
    return row;
  } finally {
    await store.close();
  }
}

/** What a kill left of a change, before any server starts that settles it. */
async function leftIn(dataDir: string): Promise<"undecided" | "decided" | "nothing"> {
  const copy = mkdtempSync(join(tmpdir(), "tokenhouse-left-"));
  cpSync(join(dataDir, "database"), copy, { recursive: true });
  const database = await PGlite.create({
    dataDir: copy,
    extensions: { pg_trgm },
    startParams: [...PGlite.defaultStartParams, "-c", "max_prepared_transactions=64"],
  });
  const { rows } = await database.query<{ prepared: number; acts: number }>(
    "select (select count(*) from pg_prepared_xacts) as prepared, (select count(*) from acts_in_parts) as acts",
  );
  await database.close();
  rmSync(copy, { recursive: true, force: true });
  const [row] = rows;
  if (row === undefined || row.prepared === 0) return "nothing";
  return row.acts === 0 ? "undecided" : "decided";
}

it("a policy change of many tokens on PGlite is in force as a whole or not at all, whenever the server and its next start are killed", async () => {
  const main = join(await builtServer(), "main.js");
  const dataDir = mkdtempSync(join(tmpdir(), "tokenhouse-killed-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const store = await openStore({ dataDir });
  await fill(store);
  await store.close();
  const environment = { DATA_DIR: dataDir, PORT: "0" };
  const fileOf = (mark: string) => join(dataDir, "database", mark);

  /** Resolves once the change was answered for as done. Rejects otherwise. */
  const restrict = async (address: string, days: number): Promise<true> => {
    const query = `mutation { updateTokenSecurityPolicies(input: {
      personalUserTokensEnabled: true, viewPermissionTokensEnabled: true, organizationPermissionTokensEnabled: true,
      viewPermissionTokensAllowPermissionUpdates: true, organizationPermissionTokensAllowPermissionUpdates: true,
      organizationPermissionTokensEnforceExpirationAfterMs: ${days * day} }) { id } }`;
    const response = await fetch(new URL("/graphql", address), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${readFileSync(join(dataDir, "local-admin", "local-admin-token.txt"), "utf8").trim()}`,
      },
      body: JSON.stringify({ query }),
    });
    expect(await response.json()).toMatchObject({ data: { updateTokenSecurityPolicies: {} } });
    return true;
  };
  const reached = async (mark: string) => {
    while (!existsSync(fileOf(mark))) await delay(1);
  };

  let before = await standing(dataDir);
  const left: string[] = [];
  // Which state a kill meets depends on the machine: there are more rounds until each was met.
  for (let round = 0; round < moments.length || !left.includes("undecided") || !left.includes("decided"); round++) {
    const { mark, after } = moments[round % moments.length] ?? expect.unreachable();
    const days = 10_000 - round;
    for (const each of ["beginning", "writing", "committing"]) rmSync(fileOf(each), { force: true });
    const program = await startProgram([process.execPath, main], environment);
    const closed = once(program.process, "close");
    const answer = restrict(program.address, days).catch(() => false);
    await Promise.race([reached(mark), answer]);
    await delay(after);
    program.process.kill("SIGKILL");
    await closed;
    const answered = await answer;
    left.push(await leftIn(dataDir));
    // Whoever brings in force what was decided may be killed, too.
    const next = spawn(process.execPath, [main], { env: environment, stdio: "ignore" });
    const ended = once(next, "close");
    await delay(150 * (round % moments.length));
    next.kill("SIGKILL");
    await ended;

    const now = await standing(dataDir);
    expect(now).toMatchObject({ tokens: count, lifetimes: [now.policy], prepared: 0 });
    const inForce = now.policy === days * day;
    if (answered) expect(inForce).toBe(true);
    if (left.at(-1) !== "nothing") expect(inForce).toBe(left.at(-1) === "decided");
    expect(now.records).toBe(before.records + (inForce ? 1 : 0));
    if (!inForce) expect(now).toEqual(before);
    before = now;
  }
}, 1_200_000);

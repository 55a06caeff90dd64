import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { localAdminFile } from "#server/auth/localAdmin.ts";
import { createEmptyDatabase } from "#server/testing/databases.ts";
import { ProgramEnded, startProgram, type RunningProgram } from "#server/testing/program.ts";

/** Where browsers find all instances: the load balancer's address. */
const publicUrl = "http://tokens.test";

let folder: string;
let databaseUrl: string;
const key = randomBytes(32).toString("hex");
const running: RunningProgram[] = [];

/** Starts an instance of the built server with a data folder of its own. */
async function start(name: string, installationKey = key): Promise<RunningProgram> {
  const program = await startProgram([process.execPath, "dist/server/main.js"], {
    PORT: "0",
    DATA_DIR: join(folder, name),
    DATABASE_URL: databaseUrl,
    TOKENHOUSE_KEY: installationKey,
    PUBLIC_URL: publicUrl,
  });
  running.push(program);
  return program;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-instances-"));
  databaseUrl = await createEmptyDatabase();
});
afterAll(() => {
  for (const { process } of running) process.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function query<T>(statement: string): Promise<T[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(statement)).rows as T[];
  } finally {
    await client.end();
  }
}

interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown> | undefined;
}

/** Runs a GraphQL operation at an instance, by cookie as a browser behind the load balancer does, or by Bearer. */
async function ask({ address }: RunningProgram, headers: Record<string, string>, document: string): Promise<Answer> {
  const response = await fetch(`${address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: publicUrl, ...headers },
    body: JSON.stringify({ query: document }),
  });
  const text = await response.text();
  const body = response.status === 200 ? (JSON.parse(text) as { data?: Record<string, unknown> }) : {};
  return { status: response.status, data: body.data };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("several instances on one PostgreSQL", () => {
  it(
    "start at once on an empty database, share sessions, tokens and sealed values, and end one by one",
    { timeout: 240_000 },
    async () => {
      const [one, two] = await Promise.all([start("one"), start("two")]);

      // Whoever came second found everything done.
      expect(await query("select id from organization")).toHaveLength(1);
      expect(await query("select username from users")).toEqual([{ username: "admin" }]);
      expect(await query("select name from search_domains where name = 'sandbox'")).toHaveLength(1);

      // Signed in at the second with the link that the first printed.
      const signedIn = await fetch(`${two.address}/session`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: publicUrl },
        body: JSON.stringify({ code: one.code }),
      });
      expect(signedIn.status).toBe(200);
      const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
      const viewer = { status: 200, data: { viewer: { username: "admin" } } };
      for (const instance of [one, two]) expect(await ask(instance, { cookie }, "{ viewer { username } }")).toEqual(viewer);

      // Made at one, valid at the other; deleted there, dead here at once.
      const made = await ask(
        one,
        { cookie },
        'mutation { token: createOrganizationPermissionsToken(input: { name: "a", permissions: [ViewUsage] }) }',
      );
      const token = String(made.data?.["token"]);
      expect((await ask(two, bearer(token), "{ organization { id } }")).status).toBe(200);
      await ask(two, { cookie }, `mutation { deleteToken(input: { id: "${token.split("~")[0]}" }) }`);
      expect((await ask(one, bearer(token), "{ organization { id } }")).status).toBe(401);

      // Sealed by one, opened by the other.
      const ingest = await ask(
        one,
        { cookie },
        'mutation { made: addIngestTokenV3(input: { repositoryName: "sandbox", name: "shipper" }) { token } }',
      );
      const read = await ask(two, { cookie }, '{ repository(name: "sandbox") { ingestTokens { name token } } }');
      const shipper = ingest.data?.["made"] as { token: string } | undefined;
      expect(read.data).toEqual({ repository: { ingestTokens: [{ name: "shipper", token: shipper?.token }] } });

      // The local administrator is a matter of each data folder.
      const local = readFileSync(localAdminFile(join(folder, "one")), "utf8").trim();
      expect((await ask(one, bearer(local), "{ organization { id } }")).status).toBe(200);
      expect((await ask(two, bearer(local), "{ organization { id } }")).status).toBe(401);

      // One is taken out of service; the session goes on at the other, and its end holds everywhere.
      expect(await one.stop()).toBe(0);
      expect(await ask(two, { cookie }, "{ viewer { username } }")).toEqual(viewer);
      const again = await start("one");
      expect(await ask(again, { cookie }, "{ viewer { username } }")).toEqual(viewer);
      const signedOut = await fetch(`${again.address}/session`, { method: "DELETE", headers: { cookie, origin: publicUrl } });
      expect(signedOut.ok).toBe(true);
      expect((await ask(two, { cookie }, "{ viewer { username } }")).status).toBe(401);
      expect(await Promise.all([again.stop(), two.stop()])).toEqual([0, 0]);
    },
  );

  it("an instance with another key is refused, and says so", { timeout: 120_000 }, async () => {
    const refused = await start("three", randomBytes(32).toString("hex")).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProgramEnded);
    expect(refused).toMatchObject({ exitCode: 2, message: expect.stringMatching(/key/u) as string });
  });
});

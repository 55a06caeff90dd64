import { setTimeout as delay } from "node:timers/promises";

import { expect, it, onTestFinished } from "vitest";

import { sealAudit } from "#server/audit/seal.ts";
import { verifyAudit } from "#server/audit/verify.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import { openStore } from "#server/store/client.ts";
import { ask, openPolicies } from "#server/testing/callers.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { createVault } from "#server/vault.ts";

/** What a token that is gone is answered with. */
const invalid = "The supplied authentication is invalid";

it("Creations on two servers go by what a third decides, and each gives its own token and one record", async () => {
  const first = await openTestStore("postgres");
  onTestFinished(() => first.close());
  const another = async () => {
    const store = await openStore({ databaseUrl: first.databaseUrl ?? "" }, { upToDate: true });
    onTestFinished(() => store.close());
    return store;
  };
  const [one, two, third] = [
    await testServer(first, { limits: { failedRequests: 1e6 } }),
    await testServer(await another(), { limits: { failedRequests: 1e6 } }),
    await testServer(await another()),
  ];
  const { db } = third.store;
  const permissions = ["ManageOrganizations", "ChangeSystemPermissions"];
  const bearers = [
    await one.token({ kind: "personal" }),
    await one.token({ kind: "system", permissions }),
    await one.token({ kind: "system", permissions }),
  ];
  const [, , doomed] = bearers;
  if (doomed === undefined) throw new Error("There are three.");

  const given = new Map<string, { readonly tokenString: string; readonly begun: number; readonly done: number }>();
  const said = new Map<string, number>();
  /** Spans in which nothing may be made: of all, or of one of those who create. */
  const closed: { readonly from: number; to: number; readonly of?: string }[] = [];
  let [made, stopped] = [0, false];
  const create = async (server: TestServer, { id, tokenString }: { readonly id: string; readonly tokenString: string }) => {
    const name = `${id} ${++made}`;
    const begun = performance.now();
    const { data, errors, text } = await ask(
      server,
      tokenString,
      `mutation { createOrganizationPermissionsTokenV2(input: { name: "${name}", organizationPermissions: [ViewUsage] }) { token } }`,
    );
    const { token } = (data?.["createOrganizationPermissionsTokenV2"] ?? {}) as { readonly token?: string };
    if (token !== undefined) given.set(name, { tokenString: token, begun, done: performance.now() });
    else {
      const what = errors[0]?.extensions.code ?? text;
      said.set(what, (said.get(what) ?? 0) + 1);
      await delay(2);
    }
  };
  const creators = [one, two].flatMap((server) =>
    bearers.flatMap((bearer) =>
      Array.from({ length: 5 }, async () => {
        while (!stopped) await create(server, bearer);
      }),
    ),
  );
  const decide = async (mutation: string) => {
    const { errors } = await ask(third, third.localAdmin, `mutation { ${mutation} }`);
    expect(errors).toEqual([]);
  };
  const enable = (enabled: boolean) =>
    decide(
      `updateTokenSecurityPolicies(input: { ${Object.entries({ ...openPolicies, organizationPermissionTokensEnabled: enabled })
        .map(([field, value]) => `${field}: ${value}`)
        .join(", ")} }) { id }`,
    );
  const count = async () =>
    Number((await db.selectFrom("tokens").select(db.fn.countAll().as("n")).where("kind", "=", "organization").execute())[0]?.n);
  const untilMade = (more: number) => {
    const goal = given.size + more;
    return expect.poll(() => given.size, { interval: 5 }).toBeGreaterThan(goal);
  };

  for (let round = 0; round < 3; round++) {
    await untilMade(100);
    await enable(false);
    const span = { from: performance.now(), to: Infinity };
    closed.push(span);
    for (let look = 0; look < 10; look++) {
      expect(await count()).toBe(0);
      await delay(10);
    }
    span.to = performance.now();
    await enable(true);
  }
  await untilMade(50);
  await decide(`deleteToken(input: { id: "${doomed.id}" })`);
  closed.push({ from: performance.now(), to: Infinity, of: doomed.id });
  await untilMade(50);
  stopped = true;
  await Promise.all(creators);

  for (const [name, { begun, done }] of given) {
    for (const { from, to, of = "" } of closed)
      if (name.startsWith(of)) expect([name, begun > from && done < to]).toEqual([name, false]);
  }
  expect([...said.keys()]).toContain("POLICY_VIOLATION");
  expect([...said.keys()]).toContain(invalid);
  // The last is of a caller who was let in just before it was taken away.
  for (const what of said.keys()) expect(["POLICY_VIOLATION", invalid, "NOT_ALLOWED"]).toContain(what);
  // Who asked for a token got that one: its name, and the secret of its row.
  const rows = await db.selectFrom("tokens").select(["id", "name", "secretHash"]).where("kind", "=", "organization").execute();
  expect(rows.length).toBeGreaterThan(90);
  for (const { id, name, secretHash } of rows) {
    const [tokenId, secret = ""] = given.get(name)?.tokenString.split("~") ?? [];
    expect(tokenId).toBe(id);
    expect(Buffer.from(hashSecret(secret)).equals(secretHash)).toBe(true);
  }
  // Each that was told of has one record, and nothing else has.
  const records = await db
    .selectFrom("auditRecords")
    .select("record")
    .where("type", "=", "hashedtokens.change")
    .where("outcome", "=", "done")
    .execute();
  const created = records
    .map(({ record }) => JSON.parse(record) as { readonly operation?: string; readonly target?: { readonly id: string } })
    .filter(({ operation }) => operation === "createOrganizationPermissionsTokenV2");
  const ids = [...given.values()].map(({ tokenString }) => tokenString.split("~")[0] ?? "");
  expect(created.map(({ target }) => target?.id ?? "").toSorted()).toEqual(ids.toSorted());
  const vault = createVault(new Uint8Array(32).fill(7));
  await sealAudit(db, vault, third.now);
  const { faults, waiting } = await verifyAudit(db, vault, undefined);
  expect([faults, waiting]).toEqual([[], 0]);
});

import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { planPolicyChange, type PlannableToken } from "#domain/policy/plan.ts";
import { somePolicies } from "#domain/testing.ts";
import { policiesToInput } from "#logscale/convert.ts";

import { graphqlLimits } from "./graphql/limits.ts";
import { openStore, type Store } from "./store/client.ts";
import { lockTokensExclusive } from "./store/locks.ts";
import { readPolicies } from "./store/policyRows.ts";
import { stillTokenBatches } from "./store/tokens.ts";
import { describeOnBothDatabases, openTestStore, waitingForLocks } from "./testing/databases.ts";
import { testServer, type TestServer } from "./testing/server.ts";

const createToken = `mutation ($name: String!, $expireAt: Long) {
  createOrganizationPermissionsToken(input: { name: $name, expireAt: $expireAt, permissions: [ViewUsage] })
}`;

const createSystemToken = `mutation ($name: String!) {
  createSystemPermissionsToken(input: { name: $name, permissions: [ChangeSystemPermissions] })
}`;

const applyPolicies = `mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }`;

describeOnBothDatabases("Policies applied while tokens are being created", (open) => {
  it("leave nothing outside the policy, in however many processes tokens are created", async () => {
    const store = await open();
    const others = store.databaseUrl === undefined ? [] : [await openStore({ databaseUrl: store.databaseUrl })];
    const apps = await Promise.all([store, ...others].map(startServer));
    let creating = true;
    const accepted: string[] = [];
    const refused = new Set<string>();
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      const server = apps[writer % apps.length];
      if (server === undefined) throw new Error("no server");
      for (let count = 0; creating; count++) {
        const expireAt = count % 3 === 0 ? null : Date.now() + (count % 3 === 1 ? 1 : 400) * day;
        const { data, errors } = await graphql(server, createToken, { name: `w${writer}-${count}`, expireAt });
        if (errors === undefined) accepted.push(tokenIdOf(data));
        else refused.add(String(errors[0]?.extensions?.["code"]));
      }
    });
    try {
      await untilThereAre(accepted, 30);
      for (const maximumLifetime of [300 * day, 90 * day, null, 10 * day]) {
        const input = policiesToInput(somePolicies({ organization: { maximumLifetime } }), { withSystem: true });
        const { errors } = await graphql(anyOf(apps), applyPolicies, { input });
        expect(errors).toBeUndefined();
        await untilThereAre(accepted, accepted.length + 10);
        await expectConforming(store);
      }
    } finally {
      creating = false;
      await Promise.all(writers);
    }
    await expectConforming(store);
    expect([...refused]).toEqual(["POLICY_VIOLATION"]);
    // Nothing that was acknowledged is missing either: no maximum here was short enough to delete a token of this minute.
    const ids = new Set((await readTokens(store)).map(({ id }) => id));
    expect(accepted.filter((id) => !ids.has(id))).toEqual([]);
    await Promise.all(apps.map(({ app }) => app.close()));
    await Promise.all(others.map((other) => other.close()));
  });

  it("are carried out one after the other when two administrators apply at once", async () => {
    const store = await open();
    const server = await startServer(store);
    const drafts = [somePolicies({ view: { maximumLifetime: 30 * day } }), somePolicies({ view: { maximumLifetime: 60 * day } })];
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        graphql(server, applyPolicies, { input: policiesToInput(drafts[index % 2] ?? somePolicies(), { withSystem: true }) }),
      ),
    );
    expect(drafts).toContainEqual(await readPolicies(store.db));
    await server.app.close();
  });
});

describe("Mutations that wait for a policy to be applied", () => {
  it("leave connections to PostgreSQL for those that read, however many of them wait", async () => {
    const store = await openTestStore("postgres");
    const other = await openStore({ databaseUrl: store.databaseUrl ?? "" });
    const server = await startServer(store);
    const callers = await Promise.all(
      [1, 2, 3].map(() => server.token({ kind: "system", permissions: ["ManageOrganizations", "ChangeSystemPermissions"] })),
    );
    let writing: Promise<Answer[]> = Promise.resolve([]);
    await other.db.transaction().execute(async (trx) => {
      await lockTokensExclusive(trx);
      writing = Promise.all(
        callers.flatMap(({ tokenString }) =>
          Array.from({ length: 20 }, () => graphql(server, createSystemToken, { name: "made" }, tokenString)),
        ),
      );
      await expect.poll(() => waitingForLocks(other.db)).toBe(graphqlLimits.mutations.atOnce);
      const { data } = await graphql(server, "{ tokens(sortBy: Name) { totalResults } }", {});
      expect(data).toEqual({ tokens: { totalResults: 3 } });
    });
    expect((await writing).flatMap(({ errors }) => errors ?? [])).toEqual([]);
    await server.app.close();
    await other.close();
    await store.close();
  });
});

/** Applying the policies in force once more would change nothing: every token is within them. */
async function expectConforming(store: Store): Promise<void> {
  const { tokens, policies } = await store.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute(async (trx) => ({ policies: await readPolicies(trx), tokens: await readTokens({ ...store, db: trx }) }));
  expect(planPolicyChange(tokens, policies, Date.now()).changes).toEqual([]);
  expect(tokens.length).toBeGreaterThan(0);
}

async function readTokens({ db }: Pick<Store, "db">): Promise<PlannableToken[]> {
  const tokens: PlannableToken[] = [];
  for await (const batch of stillTokenBatches(db)) tokens.push(...batch);
  return tokens;
}

async function untilThereAre(list: readonly unknown[], count: number): Promise<void> {
  await expect.poll(() => list.length, { interval: 5 }).toBeGreaterThanOrEqual(count);
}

function tokenIdOf(data: unknown): string {
  const text = (data as { createOrganizationPermissionsToken: string }).createOrganizationPermissionsToken;
  return text.slice(0, text.indexOf("~"));
}

function anyOf(apps: readonly TestServer[]): TestServer {
  const app = apps.at(-1);
  if (app === undefined) throw new Error("no server");
  return app;
}

/** A server whose clock is the real one, since several run on one database here. */
function startServer(store: Store): Promise<TestServer> {
  return testServer(store, { now: Date.now });
}

interface Answer {
  readonly data: unknown;
  readonly errors?: readonly { readonly extensions?: Record<string, unknown> }[];
}

async function graphql(
  server: TestServer,
  query: string,
  variables: Record<string, unknown>,
  credential: string = server.localAdmin,
): Promise<Answer> {
  const response = await server.app.inject({
    method: "POST",
    url: "/graphql",
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
    payload: JSON.stringify({ query, variables }),
  });
  expect(response.statusCode).toBe(200);
  return response.json<Answer>();
}

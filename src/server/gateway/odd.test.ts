import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import type { Long } from "#domain/long.ts";
import { planRestoration, readRecoveryKit } from "#domain/policy/recoveryKit.ts";
import { policiesFromWire, policiesToInput, tokenFromWire } from "#logscale/convert.ts";
import { creationCall } from "#logscale/createCalls.ts";
import type { PolicyPartsFragment, TokenPartsFragment } from "#logscale/generated/graphql.ts";
import { SearchDomainsDocument } from "#logscale/generated/organization.ts";
import {
  IpFiltersDocument,
  TokenSecurityPoliciesDocument,
  UpdateTokenSecurityPoliciesDocument,
} from "#logscale/generated/policies.ts";
import { TokenDetailPageDocument } from "#logscale/generated/tokenDetails.ts";
import { TokenPageDocument } from "#logscale/generated/tokens.ts";
import { parseJson, writeJson } from "#logscale/json.ts";
import { restoreKit } from "#server/cli/restoreKit.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { startOddCluster, type OddCluster } from "#server/testing/oddCluster.ts";
import { administrator, testServer, toldSession, type TestServer } from "#server/testing/server.ts";

import { buildGateway } from "./gateway.ts";

const far = 9_223_372_036_854_775_807n;

/** A gateway in front of a cluster that answers oddly. */
let cluster: TestServer;
let line: OddCluster;
let gateway: FastifyInstance;
let address: string;
let bearer: string;

beforeAll(async () => {
  cluster = await testServer(await openTestStore("pglite"), { extensions: false });
  line = await startOddCluster(await cluster.app.listen({ host: "127.0.0.1", port: 0 }));
  gateway = await buildGateway({ logscale: line.origin, key: new Uint8Array(32).fill(4) });
  address = await gateway.listen({ host: "127.0.0.1", port: 0 });
  await cluster.store.db.updateTable("users").set({ isRoot: true }).execute();
  bearer = (await cluster.token({ kind: "personal" })).tokenString;
  for (const name of ["plain", "far", "tomorrow"])
    await cluster.token({ kind: "organization", name, permissions: ["ViewUsage"] });
});
afterAll(async () => {
  await gateway.close();
  await line.close();
  cluster.app.server.closeAllConnections();
  await cluster.app.close();
  await cluster.store.close();
});
beforeEach(() => {
  Object.assign(line.odd, { tokens: {}, policies: {}, searchDomains: {}, filters: {}, meta: true, delay: 0, ahead: 0 });
});

/** Sends an operation of the app through the gateway, as the app does. */
async function ask<Data>(document: string, variables: object = {}): Promise<Data> {
  const response = await fetch(new URL("/graphql", address), {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: writeJson({ query: document, variables }),
  });
  const { data, errors } = parseJson(await response.text()) as { data: Data; errors?: { message: string }[] };
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join("\n"));
  return data;
}

async function policiesNow(): Promise<PolicyPartsFragment> {
  const { organization } = await ask<{ organization: { configs: { tokens: PolicyPartsFragment } } }>(
    TokenSecurityPoliciesDocument,
  );
  return organization.configs.tokens;
}

async function tokensNow(): Promise<readonly TokenPartsFragment[]> {
  const variables = { type: "OrganizationPermissionToken", skip: 0, limit: 100 };
  const { tokens } = await ask<{ tokens: { results: TokenPartsFragment[] } }>(TokenPageDocument, variables);
  return tokens.results;
}

describe("a cluster that answers oddly, behind the gateway", () => {
  it.each<Long>([far, 2n ** 53n + 1n, -1, 0, 31_557_600_000_001])(
    "gets a maximum of %s back exactly as it told it, while that of another kind is changed",
    async (maximum) => {
      line.odd.policies = { viewPermissionTokensEnforceExpirationAfterMs: maximum };
      const policies = policiesFromWire(await policiesNow());
      expect(policies.view.maximumLifetime).toBe(maximum);
      const next = { ...policies, system: { ...policies.system, maximumLifetime: 90 * day } };
      await ask(UpdateTokenSecurityPoliciesDocument, { input: policiesToInput(next, { withSystem: true }) });
      expect(line.asked.at(-1)).toContain(`"viewPermissionTokensEnforceExpirationAfterMs":${maximum},`);
      expect(policiesFromWire(await policiesNow())).toEqual(next);
      line.odd.policies = {};
      expect(policiesFromWire(await policiesNow()).view.maximumLifetime).toBeNull();
    },
  );

  it("tells times that no date says to the last digit", async () => {
    const times = { createdAt: -(2n ** 63n), expireAt: far };
    line.odd.tokens = { far: times, plain: { expireAt: 8_640_000_000_000_001 } };
    const tokens = (await tokensNow()).map((token) => tokenFromWire(token));
    expect(tokens.find((token) => token?.name === "far")).toMatchObject(times);
    expect(tokens.find((token) => token?.name === "plain")).toMatchObject({ expireAt: 8_640_000_000_000_001 });
  });

  it("has types and enum members of tomorrow, which come through as they are", async () => {
    line.odd.tokens = { tomorrow: { __typename: "EphemeralToken" }, plain: { permissions: ["ViewUsage", "ReadThoughts"] } };
    line.odd.searchDomains = { sandbox: { __typename: "Federation" } };
    line.odd.filters = { office: "allow country:DK" };
    await cluster.store.db
      .insertInto("ipFilters")
      .values({ id: "office", name: "office", ipFilter: "allow all", createdAt: 0 })
      .execute();
    const tokens = await tokensNow();
    expect(tokens.map((token) => [token.name, tokenFromWire(token)?.kind])).toEqual([
      ["far", "organization"],
      ["plain", "organization"],
      ["tomorrow", undefined],
    ]);
    const variables = { type: "OrganizationPermissionToken", skip: 0, limit: 100 };
    const detail = await ask<{ tokens: { results: { name: string; permissions: string[] }[] } }>(
      TokenDetailPageDocument,
      variables,
    );
    expect(detail.tokens.results.find(({ name }) => name === "plain")?.permissions).toEqual(["ViewUsage", "ReadThoughts"]);
    const { searchDomains } = await ask<{ searchDomains: { name: string; __typename: string }[] }>(SearchDomainsDocument);
    expect(searchDomains.find(({ name }) => name === "sandbox")?.__typename).toBe("Federation");
    expect(await ask(IpFiltersDocument)).toEqual({ ipFilters: [{ id: "office", name: "office", ipFilter: "allow country:DK" }] });
  });

  it("signs in whoever has a token of a type that the gateway does not know, and says nothing of its kind", async () => {
    const { tokenString, id } = await cluster.token({
      kind: "organization",
      name: "signs in",
      permissions: ["ChangeOrganizationPermissions"],
    });
    const session = async () =>
      toldSession(await (await fetch(`${address}/session`, { headers: { authorization: `Bearer ${tokenString}` } })).json());
    expect(await session()).toMatchObject({ tokenId: id, tokenName: "signs in", tokenKind: "organization" });
    line.odd.tokens = { "signs in": { __typename: "EphemeralToken" } };
    const unknown = await session();
    expect(unknown).toMatchObject({ tokenId: id, tokenName: "signs in" });
    expect(unknown.tokenKind).toBeUndefined();
  });

  it("is asked for meta by nothing but the caller, who is told that there is none", async () => {
    line.odd.meta = false;
    const before = line.asked.length;
    const response = await gateway.inject({
      method: "POST",
      url: "/session",
      headers: { "content-type": "application/json", origin: "http://localhost:80" },
      payload: JSON.stringify({ token: bearer }),
    });
    expect(response.json()).toMatchObject({ user: { id: await administrator(cluster.store) } });
    expect(line.asked.slice(before).join("")).not.toContain("meta");
    await expect(ask("{ meta { version } }")).rejects.toThrow("Cannot query field 'meta'");
  });

  it("keeps its own clock, which the gateway passes on", async () => {
    line.odd.ahead = 400 * day;
    const { headers } = await fetch(new URL("/graphql", address), {
      method: "POST",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      body: JSON.stringify({ query: "{ __typename }" }),
    });
    expect(Date.parse(headers.get("date") ?? "") - Date.now()).toBeGreaterThan(399 * day);
  });

  it("is waited for where it takes its time", async () => {
    line.odd.delay = 300;
    expect(await ask("{ __typename }")).toEqual({ __typename: "Query" });
  });

  it("is asked for a token of a kit with the very expiry that it had, under a maximum that nobody could set", async () => {
    const kit = {
      format: "tokenhouse-recovery-kit",
      version: 1,
      savedAt: Number.MAX_SAFE_INTEGER,
      operations: {},
      tokens: ["far", "near"].map((name) => ({
        kind: "organization",
        id: name,
        name,
        because: "older-than-maximum",
        createdAt: far,
        expireAt: name === "far" ? far : null,
        ipFilter: null,
        permissions: ["ViewUsage"],
      })),
    };
    const reading = readRecoveryKit(writeJson(kit), parseJson);
    if (!reading.ok) throw new Error(reading.message);
    line.odd.policies = { organizationPermissionTokensEnforceExpirationAfterMs: 0 };
    const told: string[] = [];
    const written: string[] = [];
    const whole = await restoreKit({
      kit: reading.kit,
      server: address,
      credential: bearer,
      refused: "",
      json: false,
      now: () => cluster.now,
      write: (text) => void written.push(text),
      tell: (message) => void told.push(message),
    });
    expect(line.asked.some((body) => body.includes('"expireAt":9223372036854775807'))).toBe(true);
    // The strict server takes no date that there is none for, and says so of that one.
    expect({ whole, told }).toEqual({
      whole: false,
      told: ["Organization token far: refused. This expiry is too far in the future."],
    });
    expect(written.join("")).toContain("organization\tnear\t");
    const [token] = reading.kit.tokens;
    const plan = token && planRestoration(token, policiesFromWire(await policiesNow()).organization, cluster.now);
    expect(plan?.ok ? writeJson(creationCall(plan.request)) : "").toContain('"expireAt":9223372036854775807');
  });
});

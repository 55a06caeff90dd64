import { expect, it } from "vitest";

import type { FindingsContext } from "#domain/findings/facts.ts";
import { findingBit, findingsOf, judgeFindings, type FindingMasks } from "#domain/findings/findings.ts";
import { findingRules, type FindingRule } from "#domain/findings/rules.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { inventoryKinds, type InventoryToken, type TokenRights } from "#domain/inventory/item.ts";
import { usualThresholds } from "#domain/inventory/thresholds.ts";
import { ownerOf, type Creator } from "#domain/token/creator.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { neverUsed } from "#domain/token/lastUse.ts";
import { rootHoldings } from "#domain/token/rights.ts";
import { policiesFromWire } from "#logscale/convert.ts";
import { IpFiltersDocument, TokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { readPeople } from "#logscale/readPeople.ts";
import { readTokens, type Ask } from "#logscale/readTokens.ts";
import { listFleetTokens } from "#server/services/fleet.ts";
import { readIngestTokens } from "#server/services/ingestTokens.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer } from "#server/testing/server.ts";
import { createVault } from "#server/vault.ts";
import { fillDemoOrganization } from "./organization.ts";

const vault = createVault(new Uint8Array(32).fill(3));
const now = Date.UTC(2030, 0, 1, 5, 30);

it("the sample organization that people are shown has every finding at least once, and none that cannot be judged but of fleet tokens", async () => {
  const store = await openTestStore("pglite");
  await fillDemoOrganization(store.db, { now, vault, detailed: true });
  const server = await testServer(store, { vault });
  server.now = now;
  const headers = { authorization: `Bearer ${server.localAdmin}` };
  const ask: Ask = async (document, variables) => {
    const payload = { query: document, variables };
    const { data, errors } = (await server.app.inject({ method: "POST", url: "/graphql", headers, payload })).json();
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const { extensions } = await server.session(headers);
  const source = { ask, signal: new AbortController().signal, isRefused: () => false };

  const tokens: InventoryToken[] = [];
  const rights = new Map<string, TokenRights>();
  for (const kind of tokenKinds) {
    const read = await readTokens(kind, kind === "personal" ? "plan" : "full", {
      ...source,
      offers: (extension) => extensions.includes(extension),
      visibility: "complete",
      ownPersonalToken: () => Promise.resolve(null),
      isTooLarge: () => false,
    });
    for (const token of read.tokens) {
      const key = `${kind}:${token.id}`;
      tokens.push({ ...token, key, lastUse: token.lastUse, owner: ownerOf(token) });
      const { permissions, views = [] } = token;
      if (permissions !== undefined) rights.set(key, { permissions, views: views.map(({ id }) => id) });
    }
  }
  const named = (name: string): Creator => ({ kind: "unknown", id: null, name });
  const other = { id: undefined, expireAt: null, ipFilter: null };
  for (const {
    name,
    repositoryId,
    createdAt,
    createdBy,
    parserName,
    isCustom,
    weakness,
    events,
    ...use
  } of await readIngestTokens(store.db)) {
    tokens.push({
      ...other,
      key: `ingest:${repositoryId}:${name}`,
      kind: "ingest",
      name,
      createdAt,
      lastUse: use.lastUsedAt === null ? neverUsed : { at: use.lastUsedAt, from: use.lastUsedFrom, source: "recorded" },
      owner: named(createdBy),
      ingest: {
        repository: repositoryId,
        parser: parserName,
        isCustom,
        events,
        weakness: weakness === null ? null : weakness === "short" ? "Short" : "Guessable",
      },
    });
  }
  for (const { id, name, createdAt, createdBy, configurationId } of (
    await listFleetTokens({ db: store.db, vault }, "name", undefined)
  ).rows) {
    tokens.push({
      ...other,
      key: `fleet:${id}`,
      kind: "fleet",
      name,
      createdAt,
      lastUse: undefined,
      owner: named(createdBy),
      fleet: { handle: id, configuration: configurationId === null ? null : { id: configurationId, name: configurationId } },
    });
  }

  const filters = new Map((await ask(IpFiltersDocument, {}, source)).ipFilters.map((filter) => [filter.id, filter]));
  const wire = (await ask(TokenSecurityPoliciesDocument, {}, source)).organization.configs.tokens;
  const context: FindingsContext = {
    now,
    thresholds: usualThresholds,
    judge: filterJudge((id) => filters.get(id)?.ipFilter),
    filters,
    policies: wire === null ? undefined : policiesFromWire(wire),
    people: (await readPeople({ ...source, backend: "embedded" })) ?? undefined,
    rightsOf: ({ key }) => rights.get(key),
    complete: new Set(inventoryKinds),
  };
  const masks = judgeFindings(tokens, context);
  const counts = findingRules.map(
    (rule, place) => [rule, masks.found.reduce((sum, mask) => sum + ((mask >>> place) & 1), 0)] as const,
  );
  expect(counts.filter(([, count]) => count === 0)).toEqual([]);
  for (const [index, token] of tokens.entries()) {
    const { unjudged } = findingsOf(masks, index);
    if (token.kind !== "fleet")
      expect(
        unjudged.map(({ rule }) => rule),
        token.key,
      ).toEqual([]);
  }

  // Read as from a cluster, which grants through groups too, only root and owners are certain.
  const seen = await readPeople({ ...source, backend: "gateway" });
  expect(seen?.byName.get("admin")?.holdings).toEqual(rootHoldings);
  expect([...(seen?.byId.values() ?? [])].filter(({ holdings }) => holdings !== undefined)).toHaveLength(2);
  const fromCluster = judgeFindings(tokens, { ...context, people: seen ?? undefined });
  const lacking = rulesFound(fromCluster, "owner-lacks-rights");
  expect(rulesFound(masks, "owner-lacks-rights").length).toBeGreaterThan(lacking.length);
  expect(lacking).toEqual([]);
  expect(rulesFound(fromCluster, "owner-gone")).toEqual(rulesFound(masks, "owner-gone"));

  await server.app.close();
  await store.close();
});

/** The places of the tokens of which a rule says that it found something. */
function rulesFound({ found }: FindingMasks, rule: FindingRule): number[] {
  return [...found.keys()].filter((place) => ((found[place] ?? 0) & findingBit(rule)) !== 0);
}

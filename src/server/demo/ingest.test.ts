import { expect, it } from "vitest";

import { hour } from "#domain/duration.ts";
import { eventsInLastDay, openValue, readIngestTokens } from "#server/services/ingestTokens.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { createVault } from "#server/vault.ts";
import { fillDemoOrganization } from "./organization.ts";

const vault = createVault(new Uint8Array(32).fill(3));
const now = Date.UTC(2030, 0, 1, 5, 30);

async function sample() {
  const { db, close } = await openTestStore("pglite");
  await fillDemoOrganization(db, { now, tokens: 100, vault });
  const tokens = await readIngestTokens(db);
  const lastDay = await eventsInLastDay(db, now);
  await close();
  return { tokens, lastDay };
}

it("the sample organization has ingest tokens in use and forgotten ones, with values that nobody can guess", async () => {
  const [one, other] = [await sample(), await sample()];
  const facts = ({ tokens }: typeof one) => tokens.map(({ name, events, lastUsedAt }) => ({ name, events, lastUsedAt }));
  expect(facts(one)).toEqual(facts(other));
  const values = [...one.tokens, ...other.tokens].map((token) => openValue(vault, token));
  expect(new Set(values).size).toBe(values.length);
  for (const token of one.tokens) {
    const events = one.lastDay.get(token.id) ?? 0;
    expect(token.lastUsedAt).toBeGreaterThan(token.createdAt);
    expect(token.lastUsedAt).toBeLessThan(now);
    expect(token.events).toBeGreaterThanOrEqual(events);
    if (events > 0) expect(token.lastUsedAt).toBeGreaterThan(now - hour);
  }
  expect(one.lastDay.size).toBeGreaterThan(5);
  expect(one.lastDay.size).toBeLessThan(one.tokens.length);
});

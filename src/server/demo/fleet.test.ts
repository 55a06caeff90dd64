import { expect, it } from "vitest";

import { checkCollectorYaml } from "#logscale/collectorYaml.ts";
import { readTexts } from "#server/services/collectorConfigurations.ts";
import { listFleetTokens } from "#server/services/fleet.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { createVault } from "#server/vault.ts";
import { fillDemoOrganization } from "./organization.ts";

const vault = createVault(new Uint8Array(32).fill(3));
const now = Date.UTC(2030, 0, 1);

async function sample() {
  const { db, close } = await openTestStore("pglite");
  await fillDemoOrganization(db, { now, tokens: 100, vault });
  const { rows } = await listFleetTokens({ db, vault }, "name", undefined);
  const ids = await db.selectFrom("collectorConfigurations").select("id").execute();
  const texts = await readTexts(
    { db, vault },
    ids.map(({ id }) => id),
  );
  await close();
  return { tokens: rows, texts };
}

it("the sample organization has fleet tokens whose values nobody can guess, and sound configurations for them", async () => {
  const [one, other] = [await sample(), await sample()];
  expect(one.tokens.map(({ name }) => name)).toEqual(other.tokens.map(({ name }) => name));
  expect(one.tokens.filter(({ configurationId }) => configurationId !== null)).toHaveLength(4);
  const values = [...one.tokens, ...other.tokens].map(({ value }) => value);
  expect(new Set(values).size).toBe(values.length);
  for (const value of values) expect(value).toMatch(/^[A-Za-z0-9]{32}$/u);
  const published = one.texts.flatMap(({ yaml }) => yaml ?? []);
  expect(published).toHaveLength(2);
  for (const yaml of published) expect(checkCollectorYaml(yaml)).toEqual([]);
});

it("has none of them where values cannot be sealed", async () => {
  const { db, close } = await openTestStore("pglite");
  await fillDemoOrganization(db, { now, tokens: 100 });
  expect(await db.selectFrom("fleetTokens").selectAll().execute()).toEqual([]);
  await close();
});

import { sql, type Kysely, type Transaction } from "kysely";

import type { FoundValue, ValueLookup } from "#logscale/valueLookup.ts";

import { onView, readRights, seesFleet, type Rights } from "#server/access/permissions.ts";
import type { Caller } from "#server/caller.ts";
import type { Database } from "#server/store/schema.ts";
import { inSnapshot } from "#server/store/snapshot.ts";
import type { Vault } from "#server/vault.ts";
import { fingerprintOf } from "./fleet.ts";
import { fleetIdOfJwt } from "./fleetJwt.ts";
import { fingerprintPurpose } from "./ingestTokens.ts";
import { mayAdminister } from "./tokens/administered.ts";
import { readTokens } from "./tokens/find.ts";

/**
 * Tells which ingest or fleet token each value is, by its fingerprint, as far as the caller may read the value anyway. Of all others it
 * tells nothing, not even that they are there; and it looks for every value in every place, whoever asks.
 */
export async function lookUpValues(
  db: Kysely<Database>,
  vault: Vault,
  caller: Caller,
  values: readonly string[],
): Promise<Omit<ValueLookup, "retryAfter">> {
  const jwtIds = await Promise.all(values.map((value) => fleetIdOfJwt(vault, value)));
  return inSnapshot(db, async (trx) => {
    const rights = await readRights(trx, caller);
    const ingest = await ingestTokens(trx, vault, rights, values);
    const fleet = await fleetTokens(trx, vault, values, jwtIds);
    // No id has a NUL, and the database would not look for the others either. There is always one to look for, which is none.
    const possibleIds = ["", ...values.filter((value) => !value.includes("\0"))];
    const tokens = (await readTokens(trx, possibleIds)).filter((token) => mayAdminister(rights, token));
    const ids = new Map(tokens.map(({ id, kind, name }) => [id, { type: "id", id, kind, name } as const]));
    const mayFleet = seesFleet(rights);
    const where = rights.where("ChangeIngestTokens");
    return {
      results: values.map(
        (value, index): FoundValue | null =>
          ingest.get(value) ?? (mayFleet ? fleet(value, jwtIds[index]) : undefined) ?? ids.get(value) ?? null,
      ),
      compared: { ingest: where === "all" ? "all" : where.size > 0 ? "some" : "none", fleet: mayFleet },
    };
  });
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** What follows is one parameter, however many there are. */
const oneOf = (column: string, fingerprints: readonly string[]) =>
  sql<boolean>`${sql.ref(column)} in (select decode(given, 'hex') from unnest(${[...fingerprints]}::text[]) as given)`;

async function ingestTokens(trx: Transaction<Database>, vault: Vault, rights: Rights, values: readonly string[]) {
  const fingerprints = new Map(values.map((value) => [hex(vault.fingerprint(value, fingerprintPurpose)), value]));
  const rows = await trx
    .selectFrom("ingestTokens")
    .innerJoin("searchDomains", "searchDomains.id", "ingestTokens.repositoryId")
    .select([
      "ingestTokens.name",
      "ingestTokens.fingerprint",
      "searchDomains.id as repositoryId",
      "searchDomains.name as repository",
      "searchDomains.isSystem",
    ])
    .where(oneOf("ingest_tokens.fingerprint", [...fingerprints.keys()]))
    .execute();
  return new Map(
    rows
      .filter(({ repositoryId, isSystem }) => !isSystem && onView(rights, repositoryId, "ChangeIngestTokens"))
      .map(({ fingerprint, repository, name }) => [
        fingerprints.get(hex(fingerprint)),
        { type: "ingest", repository, name } as const,
      ]),
  );
}

async function fleetTokens(
  trx: Transaction<Database>,
  vault: Vault,
  values: readonly string[],
  jwtIds: readonly (string | undefined)[],
) {
  const fingerprints = new Map(values.map((value) => [value, hex(fingerprintOf(vault, value))]));
  const known = jwtIds.filter((id) => id !== undefined);
  const rows = await trx
    .selectFrom("fleetTokens")
    .leftJoin("collectorConfigurations", "collectorConfigurations.id", "fleetTokens.configurationId")
    .select([
      "fleetTokens.id",
      "fleetTokens.name",
      "fleetTokens.valueFingerprint",
      "collectorConfigurations.name as configuration",
    ])
    .where((eb) =>
      eb.or([oneOf("fleet_tokens.value_fingerprint", [...fingerprints.values()]), eb("fleetTokens.id", "in", [...known, ""])]),
    )
    .execute();
  const byFingerprint = new Map(rows.map((row) => [hex(row.valueFingerprint), row]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (value: string, jwtId: string | undefined): FoundValue | undefined => {
    const row = jwtId === undefined ? byFingerprint.get(fingerprints.get(value) ?? "") : byId.get(jwtId);
    return row && { type: "fleet", name: row.name, configuration: row.configuration, jwt: jwtId !== undefined };
  };
}

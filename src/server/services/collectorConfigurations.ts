import { sql, type Transaction } from "kysely";
import { z } from "zod";

import type { AuditTarget } from "#domain/audit/record.ts";
import { nameInText } from "#domain/name.ts";
import { nameSchema } from "#domain/nameSchema.ts";
import { checkCollectorYaml, longestYaml } from "#logscale/collectorYaml.ts";

import type { Recorded, Mutate } from "#server/access/mutate.ts";
import { ClientError } from "#server/errors.ts";
import { randomId } from "#server/store/ids.ts";
import type { CollectorConfigurationRow, Database } from "#server/store/schema.ts";
import { inSnapshot } from "#server/store/snapshot.ts";
import type { Vault } from "#server/vault.ts";
import type { FleetStore } from "./fleet.ts";
import { isStorable, parseInput } from "./input.ts";
import type { ListPage, ListRange } from "./lists.ts";

/** A configuration without its texts, which may be long and are rarely asked for. */
export type CollectorConfiguration = Omit<CollectorConfigurationRow, "sealedYaml" | "sealedDraft">;

export interface CollectorTexts {
  /** Null before the first publication. */
  readonly yaml: string | null;
  /** Null when there is no draft. */
  readonly draft: string | null;
}

const summaryColumns = [
  "id",
  "name",
  "description",
  "yamlCharacters",
  "version",
  "modifiedAt",
  "draftModifiedAt",
  "modifiedBy",
] as const satisfies readonly (keyof CollectorConfiguration)[];

const longestDescription = 1000;
const schema = z.object({
  name: nameSchema("configuration"),
  description: z
    .string()
    .max(longestDescription, `A description has at most ${longestDescription} characters.`)
    .refine(isStorable, "The description has characters that cannot be stored.")
    .nullable(),
  draft: z
    .string()
    .max(longestYaml, `A configuration has at most ${longestYaml.toLocaleString("en")} characters.`)
    .refine(isStorable, "The text has characters that cannot be stored.")
    .nullable(),
});
const fields = { name: "name", description: "description", draft: "draft" };

/** The configurations with these ids, in no order; those that are not there are left out. */
export async function findConfigurations({ db }: FleetStore, ids: readonly string[]): Promise<CollectorConfiguration[]> {
  return db.selectFrom("collectorConfigurations").select(summaryColumns).where("id", "in", ids).execute();
}

/** The texts of the configurations with these ids. */
export async function readTexts(
  { db, vault }: FleetStore,
  ids: readonly string[],
): Promise<(CollectorTexts & { readonly id: string })[]> {
  const rows = await db
    .selectFrom("collectorConfigurations")
    .select(["id", "sealedYaml", "sealedDraft"])
    .where("id", "in", ids)
    .execute();
  return rows.map(({ id, sealedYaml, sealedDraft }) => ({
    id,
    yaml: sealedYaml && vault.open(sealedYaml, sealPurpose(id)),
    draft: sealedDraft && vault.open(sealedDraft, sealPurpose(id)),
  }));
}

/** What lists of configurations can be sorted by: columns, in SQL's spelling. */
export type ConfigurationOrder = "name" | "modified_by" | "yaml_characters" | "modified_at";

/** One page of the configurations whose name or description has the text searched for; those of equal rank by name, then by id. */
export async function listConfigurations(
  { db }: FleetStore,
  search: string | null,
  order: ConfigurationOrder,
  range: ListRange,
): Promise<ListPage<CollectorConfiguration>> {
  const direction = range.descending ? "desc" : "asc";
  const pattern = `%${(search ?? "").replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`;
  const wanted = sql<boolean>`(name ilike ${pattern} or coalesce(description, '') ilike ${pattern})`;
  return inSnapshot(db, async (trx) => ({
    rows: await trx
      .selectFrom("collectorConfigurations")
      .select(summaryColumns)
      .where(wanted)
      .orderBy(sql.ref(order), direction)
      .orderBy("name", direction)
      .orderBy("id", direction)
      .limit(range.limit)
      .offset(range.skip)
      .execute(),
    total: (
      await trx
        .selectFrom("collectorConfigurations")
        .select((eb) => eb.fn.countAll<number>().as("total"))
        .where(wanted)
        .executeTakeFirstOrThrow()
    ).total,
  }));
}

/**
 * Creates a configuration, with a draft or without, of version 0: nothing is published yet.
 *
 * @throws ClientError BAD_INPUT
 */
export async function createConfiguration(
  mutate: Mutate,
  vault: Vault,
  request: { readonly name: string; readonly draft: string | null },
): Promise<CollectorConfiguration> {
  const { name, draft } = parseInput(schema.omit({ description: true }), request, fields);
  const id = randomId(32);
  return mutate({}, async ({ trx, rights, now }) => {
    const configuration = await trx
      .insertInto("collectorConfigurations")
      .values({
        id,
        name,
        description: null,
        sealedYaml: null,
        sealedDraft: draft === null ? null : sealText(vault, id, draft),
        modifiedAt: now,
        draftModifiedAt: draft === null ? null : now,
        modifiedBy: rights.name,
      })
      .returning(summaryColumns)
      .executeTakeFirstOrThrow();
    return changed("create", null, configuration);
  });
}

/**
 * Puts another draft in the place of the one there is; null discards it. Drafts may be faulty: only what is published has to be right.
 *
 * @throws ClientError BAD_INPUT or NOT_FOUND
 */
export async function saveDraft(mutate: Mutate, vault: Vault, id: string, text: string | null): Promise<CollectorConfiguration> {
  const { draft } = parseInput(schema.pick({ draft: true }), { draft: text }, fields);
  return update(mutate, id, (now) => ({
    sealedDraft: draft === null ? null : sealText(vault, id, draft),
    draftModifiedAt: draft === null ? null : now,
  }));
}

/**
 * Gives a configuration another name.
 *
 * @throws ClientError BAD_INPUT or NOT_FOUND
 */
export async function renameConfiguration(mutate: Mutate, id: string, name: string): Promise<CollectorConfiguration> {
  const changes = parseInput(schema.pick({ name: true }), { name }, fields);
  return update(mutate, id, () => changes);
}

/**
 * Describes a configuration otherwise; null takes the description away.
 *
 * @throws ClientError BAD_INPUT or NOT_FOUND
 */
export async function describeConfiguration(
  mutate: Mutate,
  id: string,
  description: string | null,
): Promise<CollectorConfiguration> {
  const changes = parseInput(schema.pick({ description: true }), { description }, fields);
  return update(mutate, id, () => changes);
}

/** A configuration, locked; undefined when there is none. */
function lockConfiguration(trx: Transaction<Database>, id: string) {
  return trx
    .selectFrom("collectorConfigurations")
    .select([...summaryColumns, "sealedDraft"])
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

async function update(
  mutate: Mutate,
  id: string,
  changesAt: (
    now: number,
  ) => Partial<Pick<CollectorConfigurationRow, "name" | "description" | "sealedDraft" | "draftModifiedAt">>,
): Promise<CollectorConfiguration> {
  return mutate({ lock: (trx) => lockConfiguration(trx, id) }, async ({ trx, rights, now }, found) => {
    if (found === undefined) throw noSuchConfiguration("id");
    const configuration = await trx
      .updateTable("collectorConfigurations")
      .set({ ...changesAt(now), modifiedAt: now, modifiedBy: rights.name })
      .where("id", "=", id)
      .returning(summaryColumns)
      .executeTakeFirstOrThrow();
    return changed("update", found, configuration);
  });
}

/** What came of an act on a configuration. Its texts may name tokens, so the record has only that there is a draft, and how long the text is. */
function changed(
  action: "create" | "update",
  before: CollectorConfiguration | null,
  configuration: CollectorConfiguration,
): Recorded<CollectorConfiguration> {
  return {
    result: configuration,
    record: {
      type: "tokenhouse.configuration.change",
      action,
      target: targetOf(configuration),
      before: before && stateOf(before),
      after: stateOf(configuration),
    },
  };
}

function targetOf({ id, name }: CollectorConfiguration): AuditTarget {
  return { kind: "configuration", id, name };
}

function stateOf({ name, description, version, yamlCharacters, draftModifiedAt }: CollectorConfiguration) {
  return { name, description, version, yamlCharacters, draft: draftModifiedAt !== null };
}

/**
 * Publishes a text, or the draft when none is given, as the next version; the draft is used up. Only what the caller saw last can be
 * replaced: `currentVersion` has to be the version in force.
 *
 * @throws ClientError NOT_FOUND, STALE_VERSION, or BAD_INPUT with the line at fault in the message and in `extensions`
 */
export async function publishConfiguration(
  mutate: Mutate,
  vault: Vault,
  id: string,
  request: { readonly yaml: string | null; readonly currentVersion: number },
): Promise<CollectorConfiguration> {
  return mutate({ lock: (trx) => lockConfiguration(trx, id) }, async ({ trx, rights, now }, found) => {
    if (found === undefined) throw noSuchConfiguration("id");
    requireVersion(found.version, request.currentVersion, "currentVersion");
    const yaml = request.yaml ?? (found.sealedDraft && vault.open(found.sealedDraft, sealPurpose(id)));
    if (yaml === null) throw new ClientError("BAD_INPUT", "There is no draft to publish.", { field: "yaml" });
    requireSoundYaml(yaml);
    const configuration = await trx
      .updateTable("collectorConfigurations")
      .set({
        sealedYaml: sealText(vault, id, yaml),
        yamlCharacters: yaml.length,
        sealedDraft: null,
        draftModifiedAt: null,
        version: found.version + 1,
        modifiedAt: now,
        modifiedBy: rights.name,
      })
      .where("id", "=", id)
      .returning(summaryColumns)
      .executeTakeFirstOrThrow();
    return changed("update", found, configuration);
  });
}

function requireSoundYaml(yaml: string): void {
  const fault = checkCollectorYaml(yaml).find(({ severity }) => severity === "error");
  if (fault !== undefined) {
    const { line, column, message } = fault;
    throw new ClientError("BAD_INPUT", `Line ${line}, column ${column}: ${message}`, {
      field: "yaml",
      extensions: { line, column },
    });
  }
  parseInput(schema.pick({ draft: true }), { draft: yaml }, { draft: "yaml" });
}

/** How many users of a configuration a refusal names. */
const mostNamed = 5;

/**
 * Deletes a configuration of the version that the caller saw last. One that tokens are assigned stays, since collectors would be installed
 * without any.
 *
 * @throws ClientError NOT_FOUND, STALE_VERSION, or IN_USE, naming some of the tokens
 */
export async function deleteConfiguration(mutate: Mutate, id: string, version: number): Promise<void> {
  // The lock on the row keeps out tokens that are assigned it meanwhile.
  await mutate({ lock: (trx) => lockConfiguration(trx, id) }, async ({ trx }, found) => {
    if (found === undefined) throw noSuchConfiguration("configId");
    requireVersion(found.version, version, "versionId");
    const users = await trx
      .selectFrom("fleetTokens")
      .select("name")
      .where("configurationId", "=", id)
      .orderBy("name")
      .orderBy("id")
      .execute();
    if (users.length > 0) {
      const named = users.slice(0, mostNamed).map(({ name }) => `“${nameInText(name)}”`);
      const more = users.length > named.length ? ` and ${users.length - named.length} more` : "";
      throw new ClientError(
        "IN_USE",
        `The configuration “${nameInText(found.name)}” is assigned to the fleet tokens ${named.join(", ")}${more}.`,
      );
    }
    await trx.deleteFrom("collectorConfigurations").where("id", "=", id).execute();
    return {
      result: undefined,
      record: {
        type: "tokenhouse.configuration.change",
        action: "delete",
        target: targetOf(found),
        before: stateOf(found),
      },
    };
  });
}

function requireVersion(inForce: number, seen: number, field: string): void {
  if (inForce === seen) return;
  const message = `The configuration is at version ${inForce} now, and you saw version ${seen}. Nothing was changed.`;
  throw new ClientError("STALE_VERSION", message, { field, extensions: { version: inForce } });
}

function noSuchConfiguration(field: string): ClientError {
  return new ClientError("NOT_FOUND", "There is no such collector configuration; it may have been deleted.", { field });
}

/** What is kept of a text of the configuration with this id. */
export function sealText(vault: Vault, id: string, text: string): Uint8Array {
  return vault.seal(text, sealPurpose(id));
}

function sealPurpose(id: string): string {
  return `collector-configuration/${id}`;
}

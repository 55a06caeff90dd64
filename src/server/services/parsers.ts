import type { Kysely, Transaction } from "kysely";
import { z } from "zod";

import type { AuditTarget } from "#domain/audit/record.ts";
import { parserNameSchema } from "#domain/token/ingestToken.ts";

import type { Mutate } from "#server/access/mutate.ts";
import { onView, type Rights } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import { uniqueViolation } from "#server/store/failures.ts";
import { randomId } from "#server/store/ids.ts";
import type { ParserRow } from "#server/store/ingestTables.ts";
import type { Database, SearchDomainRow } from "#server/store/schema.ts";
import { isStorable, parseInput } from "./input.ts";
import { lockRepository, reachedRepository } from "./searchDomains.ts";

/** A parser that a repository can use: one of its own, or one that every repository has. */
export interface Parser {
  readonly id: string;
  /** The repository that can use it. */
  readonly repositoryId: string;
  readonly name: string;
  readonly isBuiltIn: boolean;
  /** A built-in one whose name a parser of the repository has taken. */
  readonly isOverridden: boolean;
  readonly overridesBuiltInParser: boolean;
  readonly languageVersion: string;
}

/** What a parser is made of, which may be much and is rarely asked for. */
export interface ParserContent {
  readonly id: string;
  readonly script: string;
  readonly fieldsToTag: readonly string[];
  readonly fieldsToBeRemovedBeforeParsing: readonly string[];
  readonly testCases: readonly ParserTestCase[];
}

/** An event to try a parser on, and what should come out. The embedded server keeps these and runs none. */
export interface ParserTestCase {
  readonly event: { readonly rawString: string };
  readonly outputAssertions: readonly {
    readonly outputEventIndex: number;
    readonly assertions: {
      readonly fieldsNotPresent: readonly string[];
      readonly fieldsHaveValues: readonly { readonly fieldName: string; readonly expectedValue: string }[];
    };
  }[];
}

/** The language that parsers are written in unless another version is named. */
const defaultLanguage = "legacy";

/**
 * LogScale's built-in parsers by name, each with a script of our own that says what it does: the embedded server runs no parser, and
 * LogScale's scripts are not public (our assumption).
 */
const builtInScripts: Readonly<Record<string, string>> = {
  accesslog: "// Web server access logs in the common and combined formats.",
  "audit-log":
    '// LogScale\'s own audit log: JSON with a timestamp in ms.\nparseJson() | parseTimestamp(field=timestamp, format="millis")',
  "corelight-json": "// Corelight sensors: JSON with an ISO 8601 time in ts.\nparseJson() | parseTimestamp(field=ts)",
  json: "// JSON with an ISO 8601 time in @timestamp.\nparseJson() | parseTimestamp(field=@timestamp)",
  "json-for-action": "// JSON as LogScale's own actions send it.\nparseJson()",
  kv: "// A line that begins with an ISO 8601 time and has key=value pairs.\nkvParse()",
  "kv-generic": "// A line with key=value pairs, and a time anywhere in it.\nkvParse() | findTimestamp()",
  "kv-millis": '// Key=value pairs with a timestamp in ms.\nkvParse() | parseTimestamp(field=timestamp, format="millis")',
  "serilog-jsonformatter":
    "// Serilog's JSON formatter, with an ISO 8601 time in Timestamp.\nparseJson() | parseTimestamp(field=Timestamp)",
  syslog: "// Syslog by RFC 3164 or RFC 5424; a time without a zone is the sender's local one.",
  "syslog-utc": "// Syslog by RFC 3164 or RFC 5424; a time without a zone is UTC.",
  "zeek-json": '// Zeek: JSON with a time in seconds in ts.\nparseJson() | parseTimestamp(field=ts, format="seconds")',
};

/** What the ids of built-in parsers begin with; the name follows. */
export const builtInIdPrefix = "builtin-";

/** Names of the built-in parsers, in order. */
export const builtInParserNames: readonly string[] = Object.keys(builtInScripts);

/** What is kept of a parser besides its content. */
const summaryColumns = ["id", "repositoryId", "name", "languageVersion"] as const satisfies readonly (keyof ParserRow)[];

type ParserSummary = Pick<ParserRow, (typeof summaryColumns)[number]>;

/** The own parsers of all repositories. */
export function readParsers(db: Kysely<Database>): Promise<ParserSummary[]> {
  return db.selectFrom("parsers").select(summaryColumns).execute();
}

/** What the parsers with these ids are made of; those that are not there are left out. */
export async function readParserContents(db: Kysely<Database>, ids: readonly string[]): Promise<ParserContent[]> {
  const rows = await db
    .selectFrom("parsers")
    .select(["id", "script", "fieldsToTag", "fieldsToBeRemovedBeforeParsing", "testCases"])
    .where("id", "in", ids)
    .execute();
  return rows.map(({ testCases, ...row }) => ({ ...row, testCases: testCasesSchema.parse(JSON.parse(testCases)) }));
}

/** What a built-in parser is made of. */
export function builtInContent({ id, name }: Parser): ParserContent {
  return { id, script: builtInScripts[name] ?? "", fieldsToTag: [], fieldsToBeRemovedBeforeParsing: [], testCases: [] };
}

/** The parsers that a repository can use, by name; `own` are its own. */
export function parsersOf(repositoryId: string, own: readonly ParserSummary[]): Parser[] {
  const names = new Set(own.map(({ name }) => name));
  const builtIn = builtInParserNames.map((name): Parser => ({
    id: `${builtInIdPrefix}${name}`,
    repositoryId,
    name,
    isBuiltIn: true,
    isOverridden: names.has(name),
    overridesBuiltInParser: false,
    languageVersion: defaultLanguage,
  }));
  return [...own.map(ownParser), ...builtIn].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function ownParser({ id, repositoryId, name, languageVersion }: ParserSummary): Parser {
  return {
    id,
    repositoryId,
    name,
    isBuiltIn: false,
    isOverridden: false,
    overridesBuiltInParser: builtInParserNames.includes(name),
    languageVersion,
  };
}

/** The parser of a name: the repository's own before the built-in one. */
export function parserNamed(parsers: readonly Parser[], name: string): Parser | null {
  const named = parsers.filter((parser) => parser.name === name);
  return named.find(({ isBuiltIn }) => !isBuiltIn) ?? named[0] ?? null;
}

const testCasesSchema = z
  .array(
    z.object({
      event: z.object({ rawString: z.string() }),
      outputAssertions: z
        .array(
          z.object({
            outputEventIndex: z.int(),
            assertions: z.object({
              fieldsNotPresent: z.array(z.string()).nullish().transform(orEmpty),
              fieldsHaveValues: z
                .array(z.object({ fieldName: z.string(), expectedValue: z.string() }))
                .nullish()
                .transform(orEmpty),
            }),
          }),
        )
        .nullish()
        .transform(orEmpty),
    }),
  )
  .max(1000, "A parser has at most 1,000 test cases.");

function orEmpty<T>(list: T[] | null | undefined): T[] {
  return list ?? [];
}

const fieldNames = z.array(z.string().min(1, "A field has a name.").max(1000, "A field's name has at most 1,000 characters."));

const parserSchema = z.object({
  name: parserNameSchema,
  script: z
    .string()
    .max(100_000, "A script has at most 100,000 characters.")
    .refine(isStorable, "The script has characters that cannot be stored."),
  testCases: testCasesSchema,
  fieldsToTag: fieldNames,
  fieldsToBeRemovedBeforeParsing: fieldNames,
  languageVersion: z.enum(["legacy", "xdr1", "xdrdetects1", "filteralert", "federated1"], "There is no such language version."),
});

const parserFields = Object.fromEntries(Object.keys(parserSchema.shape).map((name) => [name, name]));

export interface ParserRequest extends Omit<z.input<typeof parserSchema>, "languageVersion"> {
  /** Undefined: the usual one. */
  readonly languageVersion: string | undefined;
  /** Whether a parser of the same name gives way. */
  readonly overwrite: boolean;
}

/**
 * Creates a parser in a repository. It is kept and can be assigned; the embedded server runs none.
 *
 * @throws ClientError NOT_ALLOWED, or BAD_INPUT with the field
 */
export async function createParser(mutate: Mutate, repositoryName: string, request: ParserRequest): Promise<Parser> {
  const { overwrite, languageVersion = defaultLanguage, ...rest } = request;
  const lock = async (trx: Transaction<Database>) => {
    const repository = await lockRepository(trx, repositoryName);
    // The one that gives way.
    const former = await trx
      .selectFrom("parsers")
      .selectAll()
      .where("repositoryId", "=", repository?.id ?? "")
      .where("name", "=", request.name)
      .forUpdate()
      .executeTakeFirst();
    return { found: repository, former };
  };
  return mutate({ lock }, async ({ trx, rights }, { found, former }) => {
    const repository = reachedRepository(rights, found);
    requireParsers(rights, repository);
    const { testCases, ...parser } = parseInput(parserSchema, { languageVersion, ...rest }, parserFields);
    const values = { ...parser, testCases: JSON.stringify(testCases) };
    const row = await trx
      .insertInto("parsers")
      .values({ id: randomId(32), repositoryId: repository.id, ...values })
      .onConflict((conflict) =>
        overwrite ? conflict.constraint("parsers_name").doUpdateSet(values) : conflict.constraint("parsers_name").doNothing(),
      )
      .returning(summaryColumns)
      .executeTakeFirst();
    if (row === undefined) {
      throw nameTaken();
    }
    const after = stateOf({ ...row, repositoryId: repository.id, script: parser.script });
    const target = targetOf(row);
    return {
      result: ownParser(row),
      record:
        former === undefined
          ? { type: "parser.create", action: "create", target, after }
          : { type: "parser.update", action: "update", target, before: stateOf(former), after },
    };
  });
}

/** A change of a parser. What is undefined stays as it is. */
export type ParserChange = Readonly<{ [K in keyof z.input<typeof parserSchema>]?: z.input<typeof parserSchema>[K] | undefined }>;

/** What the input of `updateParserV2` calls what a parser is made of. */
const changedFields = { ...parserFields, languageVersion: "script" };

/**
 * Changes a parser of a repository. Tokens that it is assigned to follow it to a new name (our decision).
 *
 * @throws ClientError NOT_ALLOWED, NOT_FOUND, or BAD_INPUT with the field; built-in parsers are not found, since they are nobody's to change
 */
export async function updateParser(mutate: Mutate, repositoryName: string, id: string, request: ParserChange): Promise<Parser> {
  const lock = (trx: Transaction<Database>) => lockParser(trx, repositoryName, id);
  return mutate({ lock }, async ({ trx, rights }, { repository: found, parser: before, tokenIds }) => {
    const repository = reachedRepository(rights, found);
    requireParsers(rights, repository);
    if (before === undefined) throw noSuchParser();
    const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
    const former = { ...before, testCases: testCasesSchema.parse(JSON.parse(before.testCases)) };
    const { testCases, ...values } = parseInput(parserSchema, { ...former, ...given }, changedFields);
    const after = { ...before, ...values };
    try {
      await trx
        .updateTable("parsers")
        .set({ ...values, testCases: JSON.stringify(testCases) })
        .where("id", "=", id)
        .execute();
    } catch (error) {
      if (uniqueViolation(error) === undefined) throw error;
      throw nameTaken();
    }
    if (after.name !== before.name && tokenIds.length > 0) {
      await trx.updateTable("ingestTokens").set({ parserName: after.name }).where("id", "in", tokenIds).execute();
    }
    const record = {
      type: "parser.update",
      action: "update",
      target: targetOf(after),
      before: stateOf(before),
      after: stateOf(after),
    } as const;
    return { result: ownParser(after), record };
  });
}

function nameTaken(): ClientError {
  return new ClientError("BAD_INPUT", "The repository has a parser of this name already.", { field: "name" });
}

function noSuchParser(): ClientError {
  return new ClientError("NOT_FOUND", "The repository has no such parser of its own.", { field: "id" });
}

/** Locks a parser of a repository, and the ingest tokens that it is assigned to. */
async function lockParser(trx: Transaction<Database>, repositoryName: string, id: string) {
  const repository = await lockRepository(trx, repositoryName);
  const repositoryId = repository?.id ?? "";
  const parser = await trx
    .selectFrom("parsers")
    .selectAll()
    .where("repositoryId", "=", repositoryId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  // In the order of ids, as those that count what arrives lock them.
  const tokens = await trx
    .selectFrom("ingestTokens")
    .select("id")
    .where("repositoryId", "=", repositoryId)
    .where("parserName", "=", parser?.name ?? "")
    .orderBy("id")
    .forUpdate()
    .execute();
  return { repository, parser, tokenIds: tokens.map((token) => token.id) };
}

/**
 * Deletes a parser of a repository. Tokens it was assigned to keep the built-in one of the same name, or have none (our decision).
 *
 * @throws ClientError NOT_ALLOWED or NOT_FOUND; built-in parsers are not found, since they are nobody's to delete
 */
export async function deleteParser(mutate: Mutate, repositoryName: string, id: string): Promise<void> {
  const lock = (trx: Transaction<Database>) => lockParser(trx, repositoryName, id);
  await mutate({ lock }, async ({ trx, rights }, { repository, parser, tokenIds }) => {
    requireParsers(rights, reachedRepository(rights, repository));
    if (parser === undefined) throw noSuchParser();
    await trx.deleteFrom("parsers").where("id", "=", id).execute();
    if (!builtInParserNames.includes(parser.name) && tokenIds.length > 0) {
      await trx.updateTable("ingestTokens").set({ parserName: null }).where("id", "in", tokenIds).execute();
    }
    const target = targetOf(parser);
    return { result: undefined, record: { type: "parser.delete", action: "delete", target, before: stateOf(parser) } };
  });
}

function targetOf({ id, name }: Pick<ParserRow, "id" | "name">): AuditTarget {
  return { kind: "parser", id, name };
}

function stateOf({
  name,
  repositoryId,
  languageVersion,
  script,
}: Pick<ParserRow, "name" | "repositoryId" | "languageVersion" | "script">) {
  return { name, repositoryId, languageVersion, scriptCharacters: script.length };
}

function requireParsers(rights: Rights, repository: SearchDomainRow): void {
  if (!onView(rights, repository.id, "ChangeParsers")) throw new ClientError("NOT_ALLOWED", "Change parsers not allowed");
}

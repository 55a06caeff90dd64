import { randomUUID } from "node:crypto";

import {
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  getNullableType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { sql, type Kysely } from "kysely";

import { handleOf } from "#logscale/fleetHandle.ts";
import { sealValue } from "#server/services/ingestTokens.ts";
import { graphqlLimits } from "#server/graphql/limits.ts";
import { makeSchema } from "#server/graphql/schema.ts";
import { openStore } from "#server/store/client.ts";
import type { Database } from "#server/store/schema.ts";
import { ask, callerNames, makeCallers, strangerNames, type CallerName, type Callers } from "#server/testing/callers.ts";
import { pathName, schemaPaths, selectionOf, type SchemaPath } from "#server/testing/paths.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { createVault } from "#server/vault.ts";

import type { Drill, DrillReport, DrillRow } from "./drill.ts";

/** How many steps a path has at most; further ones come to types that shorter ones come to as well. */
const whole = 4;
const short = 3;

const args: Readonly<Record<string, string>> = {
  "Query.fleetInstallationToken": '(id: "FLEET")',
  "Query.fleetInstallationTokenByHandle": '(handle: "HANDLE")',
  "Query.group": '(groupId: "GROUP")',
  "Query.groupByDisplayName": '(displayName: "holders")',
  "Query.groupsPage": "(pageNumber: 1, pageSize: 50)",
  "Query.logCollectorConfiguration": '(id: "CONFIGURATION")',
  "Query.repository": '(name: "vault")',
  "Query.role": '(roleId: "ROLE")',
  "Query.searchDomain": '(name: "sandbox")',
  "Query.token": '(tokenId: "TOKEN")',
  "Query.tokens": "(sortBy: Name)",
  "Query.personalTokens": "(sortBy: Name)",
  "Query.tokenPage": "(kinds: [personal, view, organization, system], sortBy: Name)",
  "Query.user": '(id: "VICTIM")',
  "Repository.parser": '(name: "own-parser")',
};

/**
 * Who sees what is marked, on any path: a line for each mark, and `y` for each caller that sees it, in the order of the head. Each was held
 * by hand against what the caller may do (see `Callers`); nothing of it is read from the rules of the server.
 */
const matrix = `
                         view- view+ organization- organization+ system- system+ user delegate member owner root local
mark-domain-sandbox      y     y     -             y             -       -       -    y        y      y     y    y
mark-domain-vault        -     -     -             y             -       -       -    -        -      y     y    y
mark-domain-overview     -     -     -             y             -       -       -    -        -      y     y    y
mark-connection-sandbox  -     -     -             y             -       -       -    -        -      y     y    y
mark-connection-vault    -     -     -             y             -       -       -    -        -      y     y    y
mark-script-sandbox      y     y     -             y             -       -       -    y        y      y     y    y
mark-script-vault        -     -     -             y             -       -       -    -        -      y     y    y
mark-event-sandbox       y     y     -             -             -       -       -    y        y      y     y    y
mark-event-vault         -     -     -             -             -       -       -    -        -      y     y    y
mark-ingest-sandbox      -     y     -             -             -       -       -    y        y      y     y    y
mark-ingest-vault        -     -     -             -             -       -       -    -        -      y     y    y
mark-user-user           -     -     -             y             -       -       y    -        -      y     y    y
mark-user-delegate       -     y     -             y             -       -       -    y        y      y     y    y
mark-user-member         -     y     -             y             -       -       -    y        y      y     y    y
mark-user-owner          -     -     -             y             -       -       -    -        -      y     y    y
mark-user-root           -     -     -             y             -       -       -    -        -      y     y    y
mark-user-victim         -     -     -             y             -       -       -    -        -      y     y    y
mark-role-reader         -     y     -             y             -       y       -    y        y      y     y    y
mark-role-power          -     y     -             y             -       y       -    y        y      y     y    y
mark-role-mixed          -     y     -             y             -       y       -    y        y      y     y    y
mark-group-staff         -     y     -             y             -       y       -    y        y      y     y    y
mark-group-crew          -     y     -             y             -       y       -    y        y      y     y    y
mark-group-holders       -     y     -             y             -       y       -    y        y      y     y    y
mark-filter-free         -     -     -             y             -       y       y    y        y      y     y    y
mark-filter-used         -     y     -             y             -       y       y    y        y      y     y    y
mark-token-view          -     y     -             y             -       -       -    y        y      y     y    y
mark-token-organization  -     -     -             y             -       -       -    -        -      y     y    y
mark-token-system        -     -     -             -             -       y       -    -        -      -     y    y
mark-token-personal      -     -     -             -             -       -       -    -        -      -     y    y
mark-fleet-token         -     -     -             y             -       -       -    -        -      y     y    y
mark-fleet-configuration -     -     -             y             -       -       -    -        -      y     y    y
mark-session-victim      -     -     -             y             -       -       -    -        -      y     y    y
`;

/** Which callers see each mark. */
function expected(): ReadonlyMap<string, ReadonlySet<CallerName>> {
  const [, head = "", ...lines] = matrix.trimEnd().split("\n");
  const columns = head.split(/\s+/u).filter((word): word is CallerName => callerNames.some((name) => name === word));
  return new Map(
    lines.map((line) => {
      const [mark = "", ...cells] = line.trim().split(/\s+/u);
      return [mark, new Set(columns.filter((_, index) => cells[index] === "y"))];
    }),
  );
}

/**
 * Marks one thing of each kind that is not everybody's, and asks as each kind of caller for each field on each path through the schema. No
 * caller sees a mark that the table does not give to it, on whatever path, and each sees on some path what the table gives; and whoever has
 * no credential, or one that is not valid any more, sees nothing.
 *
 * It fails where a type loses its rule: with `User: open` in `graphql/typeRules.ts` four callers see users by way of their groups.
 */
export const authorization: Drill = {
  name: "authorization",
  about: "every field that a caller of any kind can reach, nested ones too, held against who may see it",
  minutes: 10,
  async run({ short: isShort = false }): Promise<DrillReport> {
    const store = await openStore({ memory: true });
    const server = await testServer(store, { limits: { failedRequests: 1e9 } });
    try {
      const world = await makeCallers(server);
      await markAll(server, world);
      const schema = makeSchema({ extensions: true });
      const paths = shortPaths(schema, isShort ? short : whole);
      const table = expected();
      const rows: DrillRow[] = [];
      for (const caller of callerNames) {
        const { tried, marks } = await look(server, world, schema, paths, caller, isShort);
        const wrong = [...marks].filter((mark) => table.get(mark)?.has(caller) !== true);
        const missing = [...table].filter(([mark, callers]) => callers.has(caller) && !marks.has(mark)).map(([mark]) => mark);
        if (wrong.length > 0) console.error(`${caller} sees ${wrong.join(", ")}.`);
        if (missing.length > 0) console.error(`${caller} does not see ${missing.join(", ")}.`);
        rows.push({ what: `fields asked for by ${caller}, with nothing that is not for it`, tried, lost: wrong.length });
        rows.push({ what: `marks that ${caller} may see, found`, tried: marks.size, lost: missing.length });
      }
      for (const stranger of strangerNames) {
        const bearer = stranger === "nobody" ? undefined : world.bearer[stranger];
        let lost = 0;
        for (const path of paths) {
          const { status, text } = await ask(server, bearer, `{ ${filledIn(selectionOf(path, "__typename"), world)} }`);
          if (![401, 403].includes(status) || text.includes('"data"')) lost++;
        }
        rows.push({ what: `paths asked along by ${stranger}, all refused`, tried: paths.length, lost });
      }
      return {
        rows: rows.filter(({ tried, lost }) => tried > 0 || lost > 0),
        figures: { paths: paths.length, marks: table.size },
      };
    } finally {
      await server.app.close();
      await store.close();
    }
  },
};

/** The paths up to a length, and for each step that none of them has at its end the shortest that has. */
function shortPaths(schema: GraphQLSchema, longest: number): readonly SchemaPath[] {
  const root = schema.getQueryType();
  if (!root) throw new Error("There are no queries.");
  const steps = new Set<string>();
  return schemaPaths(schema, root, args)
    .toSorted((a, b) => a.length - b.length)
    .filter((path) => {
      const { parent = "", field = "", type = "" } = path.at(-1) ?? {};
      const known = steps.size;
      steps.add(`${parent}.${field} ${type}`);
      return path.length <= longest || steps.size > known;
    })
    .filter((path) => listsIn(schema, path) <= graphqlLimits.listNesting);
}

function listsIn(schema: GraphQLSchema, path: SchemaPath): number {
  return path.filter(({ parent, field }) => {
    const type = schema.getType(parent);
    return isObjectType(type) && isListType(getNullableType(type.getFields()[field]?.type));
  }).length;
}

/** The fields of a type that are values and need no arguments. */
function leavesOf(type: GraphQLObjectType): readonly string[] {
  return Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)))
    .filter((field) => !field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined))
    .map(({ name }) => name);
}

/** Asks as a caller along every path, for each value by itself or for all at once; which marks came back. */
async function look(
  server: TestServer,
  world: Callers,
  schema: GraphQLSchema,
  paths: readonly SchemaPath[],
  caller: CallerName,
  allAtOnce: boolean,
): Promise<{ readonly tried: number; readonly marks: ReadonlySet<string> }> {
  const marks = new Set<string>();
  const empty = new Set<string>();
  let tried = 0;
  for (const path of paths) {
    const end = schema.getType(path.at(-1)?.type ?? "");
    // What has nothing at its end has nothing beyond it.
    if (empty.has(pathName(path.slice(0, -1))) || !isObjectType(end)) {
      empty.add(pathName(path));
      continue;
    }
    const reach = await ask(server, world.bearer[caller], `{ ${filledIn(selectionOf(path, "end: __typename"), world)} }`);
    tried++;
    if (!JSON.stringify(reach.data).includes('"end"')) {
      empty.add(pathName(path));
      continue;
    }
    const leaves = leavesOf(end);
    for (const asked of allAtOnce ? [leaves.join(" ")] : leaves) {
      if (asked === "") continue;
      const { text } = await ask(server, world.bearer[caller], `{ ${filledIn(selectionOf(path, asked), world)} }`);
      tried += allAtOnce ? leaves.length : 1;
      for (const [mark] of text.matchAll(/mark-\w+-\w+/gu)) marks.add(mark);
    }
  }
  return { tried, marks };
}

function filledIn(selection: string, world: Callers): string {
  return selection
    .replace("FLEET", world.fleet.token)
    .replace("HANDLE", handleOf(world.fleet.token))
    .replace("CONFIGURATION", world.fleet.configuration)
    .replace("GROUP", world.holders)
    .replace("ROLE", world.mixed)
    .replace("TOKEN", world.tokens.view)
    .replace("VICTIM", world.users.victim);
}

/** Puts a distinct word into each thing that is not everybody's. */
async function markAll({ store: { db }, now }: TestServer, world: Callers): Promise<void> {
  const { sandbox, vault, overview, users, filters, tokens } = world;
  const mark = (table: keyof Database, column: string, id: string, word: string) => set(db, table, column, id, `mark-${word}`);
  for (const [id, name] of [
    [sandbox, "sandbox"],
    [vault, "vault"],
  ] as const) {
    await mark("searchDomains", "description", id, `domain-${name}`);
    await db
      .insertInto("viewConnections")
      .values({ viewId: overview, repositoryId: id, filter: `mark-connection-${name}` })
      .execute();
    await db
      .insertInto("parsers")
      .values({
        id: `parser-${name}`,
        repositoryId: id,
        name: "marked",
        script: `mark-script-${name}`,
        testCases: "[]",
        languageVersion: "legacy",
      })
      .execute();
    await db
      .insertInto("ingestEvents")
      .values({ repositoryId: id, tokenName: "t", parserName: null, receivedAt: 0, size: 1, text: `mark-event-${name}` })
      .execute();
    await db
      .insertInto("ingestTokens")
      .values({
        id: `ingest-${name}`,
        repositoryId: id,
        name: `mark-ingest-${name}`,
        parserName: null,
        // Under the key of the test server.
        ...sealValue(createVault(new Uint8Array(32).fill(7)), `ingest-${name}`, randomUUID()),
        isCustom: false,
        weakness: null,
        createdAt: now,
        createdBy: "somebody",
        lastUsedAt: null,
        lastUsedFrom: null,
      })
      .execute();
  }
  await mark("searchDomains", "description", overview, "domain-overview");
  for (const [name, id] of Object.entries(users)) await mark("users", "email", id, `user-${name}`);
  for (const [name, id] of Object.entries(filters)) await mark("ipFilters", "name", id, `filter-${name}`);
  for (const [name, id] of Object.entries(tokens)) await mark("tokens", "name", id, `token-${name}`);
  await sql`update roles set description = 'mark-role-' || display_name`.execute(db);
  await sql`update groups set lookup_name = 'mark-group-' || display_name`.execute(db);
  await sql`update fleet_tokens set name = 'mark-fleet-token'`.execute(db);
  await sql`update collector_configurations set description = 'mark-fleet-configuration'`.execute(db);
  await db
    .insertInto("sessions")
    .values({
      id: "session",
      idHash: new Uint8Array(32),
      userId: users.victim,
      tokenId: null,
      tokenSecretHash: null,
      createdAt: now,
      expiresAt: now + 1e9,
      lastSeenAt: now,
      address: null,
      userAgent: "mark-session-victim",
    })
    .execute();
}

async function set(db: Kysely<Database>, table: string, column: string, id: string, value: string): Promise<void> {
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${value} where id = ${id}`.execute(db);
  if (numAffectedRows !== 1n) throw new Error(`Nothing to mark in ${table}.`);
}

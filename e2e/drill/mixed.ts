import { setTimeout as delay } from "node:timers/promises";

import { openPolicies } from "#server/testing/callers.ts";

import type { DrillRow } from "./drill.ts";

/** What the server has answered so far, and so has promised to keep. */
export interface Ledger {
  /** What was made and last changed, by kind and name, with the value that was answered for. */
  readonly alive: Map<string, string>;
  /** What was deleted. */
  readonly gone: Set<string>;
  /** How many mutations were answered, by operation. */
  readonly answered: Map<string, number>;
}

export function newLedger(): Ledger {
  return { alive: new Map(), gone: new Set(), answered: new Map() };
}

/** Where and as whom to write. */
export interface WritesTo {
  readonly address: string;
  /** A credential that may do everything. */
  readonly root: string;
}

/** What a writer writes to, and how it comes to its end. */
export interface MixedWriter {
  readonly target: () => WritesTo;
  readonly ledger: Ledger;
  /** The beginning of every name, which no other writer has. */
  readonly prefix: string;
  /** The number of the first round: every third, from 2 on, deletes what it made. 0 by default. */
  readonly first?: number;
  /** Whether to begin another act. */
  readonly goOn: () => boolean;
}

/** A request whose answer did not come, or said that the server failed: what became of it is not known. */
class Unanswered extends Error {}

/**
 * Makes, changes and deletes things of every kind until it is told to end. What was sent and not answered for is in nobody's ledger. A
 * refusal throws: no act here is one that the server may refuse.
 */
export async function writeMixed({ target, ledger, prefix, first = 0, goOn }: MixedWriter): Promise<void> {
  for (let count = first; goOn(); count++) {
    try {
      for (const act of acts(`${prefix}-${count}`, count)) {
        if (!goOn()) return;
        await act((operation, document, changes) => carryOut(target(), ledger, operation, document, changes));
      }
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      await delay(20);
    }
  }
}

/** What an act changes, when it is answered: the value of each key, or undefined where it is gone. */
type Changes = (result: Result) => Readonly<Record<string, string | undefined>>;
/** What a mutation answered, as far as the acts look at it. */
type Result = { readonly [field: string]: unknown };
type Do = (
  operation: string,
  call: string,
  changes: { readonly keys: readonly string[]; readonly after: Changes },
) => Promise<Result>;
type Act = (act: Do) => Promise<void>;

/** One thing of each kind is made and changed; of every third round all are deleted again. */
function acts(name: string, count: number): readonly Act[] {
  let token = "";
  let rotated = "";
  const ids: Record<string, string> = {};
  /** An act that leaves a value behind under one key, and whose result has an id that later acts name. */
  const leaves =
    (operation: string, key: string, value: string, call: () => string): Act =>
    async (act) => {
      const result = await act(operation, call(), { keys: [key], after: () => ({ [key]: value }) });
      const id = idIn(result);
      if (id !== undefined) ids[key] = id;
    };
  const deletes =
    (operation: string, key: string, call: () => string): Act =>
    async (act) =>
      void (await act(operation, call(), { keys: [key], after: () => ({ [key]: undefined }) }));
  const id = (key: string) => text(ids[key] ?? "");
  const [filter, user, group, role, repository, ingest, parser] = [
    "filter",
    "user",
    "group",
    "role",
    "repository",
    "ingest",
    "parser",
  ].map((kind) => `${kind} ${name}`) as [string, string, string, string, string, string, string];
  const named = text(name);

  const makes: Act[] = [
    async (act) => {
      const result = await act(
        "createOrganizationPermissionsTokenV2",
        `(input: { name: ${named}, organizationPermissions: [ViewUsage] }) { token }`,
        { keys: [], after: ({ token: made }) => ({ [`token ${String(made)}`]: "200" }) },
      );
      token = String(result["token"]);
    },
    leaves("createIPFilter", filter, "allow all", () => `(input: { name: ${named}, ipFilter: "allow all" }) { id }`),
    leaves(
      "updateIPFilter",
      filter,
      "allow 192.0.2.1",
      () => `(input: { id: ${id(filter)}, ipFilter: "allow 192.0.2.1" }) { id }`,
    ),
    leaves("addUserV2", user, "", () => `(input: { username: ${named} }) { ... on User { id } }`),
    leaves("updateUser", user, "Renamed", () => `(input: { username: ${named}, fullName: "Renamed" }) { user { id } }`),
    leaves("addGroup", group, "0", () => `(displayName: ${named}) { group { id } }`),
    leaves("addUsersToGroup", group, "1", () => `(input: { groupId: ${id(group)}, users: [${id(user)}] }) { group { id } }`),
    leaves("createRole", role, "", () => `(input: { displayName: ${named}, viewPermissions: [ReadAccess] }) { role { id } }`),
    leaves("createRepository", repository, "", () => `(name: ${named}) { repository { id } }`),
    leaves(
      "updateDescriptionForSearchDomain",
      repository,
      "described",
      () => `(name: ${named}, newDescription: "described") { description }`,
    ),
    leaves("addIngestTokenV3", ingest, "", () => `(input: { repositoryName: ${named}, name: "shipper" }) { name }`),
    leaves(
      "createParserV2",
      parser,
      "",
      () =>
        `(input: { repositoryName: ${named}, name: "reader", script: "", testCases: [], fieldsToTag: [], fieldsToBeRemovedBeforeParsing: [] }) { id }`,
    ),
    async (act) => {
      const result = await act("rotateToken", `(input: { id: ${text(token.split("~")[0] ?? "")} })`, {
        keys: [`token ${token}`],
        after: ({ result: made }) => ({ [`token ${token}`]: undefined, [`token ${String(made)}`]: "200" }),
      });
      rotated = String(result["result"]);
    },
    leaves("updateTokenSecurityPolicies", `policies ${name}`, "", () => {
      const policies = Object.entries({ ...openPolicies, viewPermissionTokensEnforceExpirationAfterMs: 86_400_000 + count });
      return `(input: { ${policies.map(([field, value]) => `${field}: ${value}`).join(", ")} }) { id }`;
    }),
  ];
  if (count % 3 !== 2) return makes;
  return [
    ...makes,
    deletes("removeIngestToken", ingest, () => `(repositoryName: ${named}, name: "shipper") { result }`),
    deletes("deleteParser", parser, () => `(input: { repositoryName: ${named}, id: ${id(parser)} }) { result }`),
    deletes("deleteSearchDomain", repository, () => `(name: ${named}) { result }`),
    deletes("removeRole", role, () => `(roleId: ${id(role)}) { result }`),
    deletes("removeGroup", group, () => `(groupId: ${id(group)}) { group { id } }`),
    deletes("removeUser", user, () => `(input: { username: ${named} }) { user { id } }`),
    deletes("deleteIPFilter", filter, () => `(input: { id: ${id(filter)} })`),
    async (act) =>
      void (await act("deleteToken", `(input: { id: ${text(rotated.split("~")[0] ?? "")} })`, {
        keys: [`token ${rotated}`],
        after: () => ({ [`token ${rotated}`]: undefined }),
      })),
  ];
}

const text = (value: string) => JSON.stringify(value);

/** The one id in an answer, however deep. */
function idIn(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null) return undefined;
  if ("id" in result && typeof result.id === "string") return result.id;
  return Object.values(result)
    .map(idIn)
    .find((id) => id !== undefined);
}

async function carryOut(
  target: WritesTo,
  ledger: Ledger,
  operation: string,
  call: string,
  { keys, after }: { readonly keys: readonly string[]; readonly after: Changes },
): Promise<Result> {
  // From the sending on it is not known how these stand.
  for (const key of keys) {
    ledger.alive.delete(key);
    ledger.gone.delete(key);
  }
  const data = await ask(target, `mutation { result: ${operation}${call} }`);
  const { result } = data;
  const fields: Result = typeof result === "object" && result !== null ? { ...result } : { result };
  for (const [key, value] of Object.entries(after(fields))) {
    if (value === undefined) ledger.gone.add(key);
    else ledger.alive.set(key, value);
  }
  ledger.answered.set(operation, (ledger.answered.get(operation) ?? 0) + 1);
  return fields;
}

/** Asks the server for what it may not refuse. @throws Unanswered where it is not known what became of it */
export async function ask(target: WritesTo, query: string): Promise<Result> {
  const { data, code, body } = await answerOf(target, query);
  if (data === null || code !== undefined) throw new Error(`${query}: an unexpected answer, ${body.slice(0, 300)}`);
  return data;
}

/** What the server says: the data, or the code of its refusal. @throws Unanswered where it is not known what became of it */
export async function answerOf(
  { address, root }: WritesTo,
  query: string,
): Promise<{ readonly data: Result | null; readonly code: string | undefined; readonly body: string }> {
  let status: number;
  let body: string;
  try {
    const response = await fetch(`${address}/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${root}`, "content-type": "application/json" },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(120_000),
    });
    status = response.status;
    body = await response.text();
  } catch (error) {
    throw new Unanswered("The server went away.", { cause: error });
  }
  if (status >= 500 || body.includes('"code":"INTERNAL"')) throw new Unanswered(body);
  if (status !== 200) return { data: null, code: `status ${status}`, body };
  const { data, errors } = JSON.parse(body) as {
    data: Result | null;
    errors?: { message: string; extensions?: { code?: string } }[];
  };
  const [error] = errors ?? [];
  return { data, code: error && (error.extensions?.code ?? error.message), body };
}

/** Holds what the server has against what it answered for: one row for each kind of thing. */
export async function compare(target: WritesTo, ledger: Ledger, where: string): Promise<DrillRow[]> {
  const there = await everythingIn(target);
  const tokens = [...ledger.alive.keys(), ...ledger.gone].filter((key) => key.startsWith("token "));
  for (const key of tokens) if (await isAccepted(target.address, key.slice("token ".length))) there.set(key, "200");
  const kinds = [...new Set([...ledger.alive.keys(), ...ledger.gone].map(kindOf))].filter((kind) => kind !== "policies");
  return kinds.flatMap((kind) => {
    const alive = [...ledger.alive].filter(([key]) => kindOf(key) === kind);
    const gone = [...ledger.gone].filter((key) => kindOf(key) === kind);
    return [
      {
        what: `${kind}: made or changed, ${where}`,
        tried: alive.length,
        lost: alive.filter(([key, value]) => there.get(key) !== value).length,
      },
      { what: `${kind}: deleted, ${where}`, tried: gone.length, lost: gone.filter((key) => there.has(key)).length },
    ].filter(({ tried }) => tried > 0);
  });
}

const kindOf = (key: string) => key.slice(0, key.indexOf(" "));

/** All that the server has of the kinds that are made here but for tokens, under the ledger's keys and with its values. */
async function everythingIn(target: WritesTo): Promise<Map<string, string>> {
  const there = new Map<string, string>();
  const data = (await ask(
    target,
    "{ ipFilters { name ipFilter } users { username fullName } roles { displayName } repositories { name description } }",
  )) as {
    ipFilters: { name: string; ipFilter: string }[];
    users: { username: string; fullName: string | null }[];
    roles: { displayName: string }[];
    repositories: { name: string; description: string | null }[];
  };
  for (const { name, ipFilter } of data.ipFilters) there.set(`filter ${name}`, ipFilter);
  for (const { username, fullName } of data.users) there.set(`user ${username}`, fullName ?? "");
  for (const { displayName } of data.roles) there.set(`role ${displayName}`, "");
  for (const { name, description } of data.repositories) {
    there.set(`repository ${name}`, description ?? "");
    // Of LogScale's own, ingest tokens are nobody's.
    if (name.startsWith("humio")) continue;
    const { repository } = (await ask(
      target,
      `{ repository(name: ${text(name)}) { ingestTokens { name } parsers { name } } }`,
    )) as { repository: { ingestTokens: { name: string }[]; parsers: { name: string }[] } };
    if (repository.ingestTokens.some((token) => token.name === "shipper")) there.set(`ingest ${name}`, "");
    if (repository.parsers.some((parser) => parser.name === "reader")) there.set(`parser ${name}`, "");
  }
  const { groupsPage } = (await ask(
    target,
    "{ groupsPage(pageNumber: 1, pageSize: 1000000) { page { displayName userCount } } }",
  )) as { groupsPage: { page: { displayName: string; userCount: number }[] } };
  for (const { displayName, userCount } of groupsPage.page) there.set(`group ${displayName}`, String(userCount));
  return there;
}

async function isAccepted(address: string, token: string): Promise<boolean> {
  const response = await fetch(`${address}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ organization { id } }" }),
  });
  await response.arrayBuffer();
  if (response.status !== 200 && response.status !== 401) throw new Error(`An unexpected status: ${response.status}`);
  return response.status === 200;
}

import { CompiledQuery, type Kysely } from "kysely";

import { credentialFault } from "#domain/credential.ts";

import { known } from "#server/access/permissions.ts";
import { batched } from "#server/batched.ts";
import { refusals, type Authenticator, type CallerPlace } from "#server/auth/authenticate.ts";
import { localAdminId, parseTokenString } from "#domain/token/tokenString.ts";
import { organizationPermissions, systemPermissions } from "#domain/token/permissions.ts";
import { fingerprintPurpose } from "#server/services/ingestTokens.ts";
import type { Database } from "#server/store/schema.ts";
import { looksUp, prepared } from "#server/store/statementClient.ts";
import type { Vault } from "#server/vault.ts";
import { hecCodes, IngestRefusal } from "./refusal.ts";

/** Whoever may send data. */
export type Sender =
  | {
      /** An ingest token, which sends into its own repository. */
      readonly type: "ingest-token";
      readonly id: string;
      readonly name: string;
      readonly parserName: string | null;
      readonly repository: { readonly id: string; readonly name: string };
    }
  /** An organization or system token with the permission to, which says with each event what repository it is for. */
  | { readonly type: "api-token"; readonly id: string; readonly name: string };

/** What is needed to find out who sends. */
export interface SenderOptions {
  readonly db: Kysely<Database>;
  /** The store's: until when a token that was looked up is as it was. */
  readonly asked?: (() => number) | undefined;
  readonly vault: Vault;
  readonly authenticator: Authenticator;
}

/** Finds out who sends: takes the Authorization header, where it comes from and the time in ms since epoch. Throws IngestRefusal. */
export type Authorize = (
  authorization: string | undefined,
  options: { readonly hec: boolean; readonly place: CallerPlace; readonly now: number },
) => Promise<Sender>;

const missing = () => new IngestRefusal(401, refusals.missing.message, hecCodes.tokenRequired);
const malformedHeader = (value: string) => new IngestRefusal(401, invalidMessage([value]), hecCodes.invalidAuthorization);
const invalid = (values: readonly string[]) => new IngestRefusal(401, invalidMessage(values), hecCodes.invalidToken);
const notAllowed = () => new IngestRefusal(403, "This token may not send data.", hecCodes.invalidToken);

/**
 * Makes the check of who sends. Tokens asked for at the same time are looked up by one statement; from memory only where nothing else was
 * asked of the database since.
 */
export function makeAuthorize({ db, asked, vault, authenticator }: SenderOptions): Authorize {
  const find = batched((fingerprints: readonly string[]) => findTokens(db, fingerprints), asked);

  async function ingestToken(value: string): Promise<Sender | undefined> {
    const row = await find(Buffer.from(vault.fingerprint(value, fingerprintPurpose)).toString("hex"));
    if (row === undefined) return undefined;
    const { id, name, parserName, repositoryId, repositoryName } = row;
    return { type: "ingest-token", id, name, parserName, repository: { id: repositoryId, name: repositoryName } };
  }

  return async (authorization, { hec, place, now }) => {
    if (authorization === undefined) throw missing();
    const candidates = credentials(authorization, hec);
    if (candidates.length === 0) throw malformedHeader(parts(authorization).value);
    for (const value of candidates) {
      if (isApiToken(value)) return apiToken(authenticator, value, place, now);
      const sender = await ingestToken(value);
      if (sender !== undefined) return sender;
    }
    throw invalid(candidates);
  };
}

/** Why a credential is not accepted, and which unseen characters came with it, where that can be told. */
function invalidMessage(values: readonly string[]): string {
  const fault = values.map((value) => credentialFault(value)).find((found) => found !== undefined);
  return fault === undefined ? refusals.invalid.message : `${refusals.invalid.message}. ${fault}`;
}

/** A header's scheme, in small letters, and what follows it. */
function parts(authorization: string): { readonly scheme: string; readonly value: string } {
  const [scheme = ""] = authorization.split(" ", 1);
  let [begin, end] = [scheme.length, authorization.length];
  while (authorization[begin] === " ") begin++;
  while (end > begin && authorization[end - 1] === " ") end--;
  // Node takes the bytes of a header for Latin-1.
  const value = Buffer.from(authorization.slice(begin, end), "latin1").toString("utf8");
  return { scheme: scheme.toLowerCase(), value };
}

/** The values that a header may mean: one, or for Basic the user and the password, whichever is given. */
export function credentials(authorization: string, hec: boolean): string[] {
  const { scheme, value } = parts(authorization);
  if (!/^[!-~]+$/u.test(value)) return [];
  switch (scheme) {
    case "bearer":
      return [value];
    case "splunk":
      return hec ? [value] : [];
    case "basic": {
      const text = Buffer.from(value, "base64").toString("utf8");
      const colon = text.indexOf(":");
      const given = colon === -1 ? [text] : [text.slice(colon + 1), text.slice(0, colon)];
      return given.filter((part) => part !== "");
    }
    default:
      return [];
  }
}

function isApiToken(value: string): boolean {
  return parseTokenString(value) !== null || value.startsWith(`${localAdminId}~`);
}

async function apiToken(authenticator: Authenticator, value: string, place: CallerPlace, now: number): Promise<Sender> {
  const outcome = await authenticator.authenticateToken(value, place, now);
  if (!outcome.ok) {
    const { status, message } = refusals[outcome.refusal];
    throw status === 403 ? new IngestRefusal(status, message, hecCodes.invalidToken) : invalid([value]);
  }
  const { caller } = outcome.identity;
  if (caller.type !== "token") throw notAllowed();
  const { id, kind, name, permissions } = caller.token;
  const may =
    kind === "organization"
      ? known(organizationPermissions, permissions).includes("IngestAcrossAllReposWithinOrganization")
      : kind === "system" && known(systemPermissions, permissions).includes("IngestAcrossAllReposWithinCluster");
  if (!may) throw notAllowed();
  return { type: "api-token", id, name };
}

interface FoundToken {
  readonly id: string;
  readonly name: string;
  readonly parserName: string | null;
  readonly fingerprint: Uint8Array;
  readonly repositoryId: string;
  readonly repositoryName: string;
}

/** One parameter, however many are looked for at once: the statement is always the same. */
const read = `
  select tokens.id, tokens.name, tokens.parser_name, tokens.fingerprint, tokens.repository_id, search_domains.name as repository_name
  from ingest_tokens as tokens join search_domains on search_domains.id = tokens.repository_id
  where tokens.fingerprint in (select decode(given, 'hex') from unnest($1::text[]) as given) ${looksUp} ${prepared}`;

async function findTokens(db: Kysely<Database>, fingerprints: readonly string[]): Promise<ReadonlyMap<string, FoundToken>> {
  const { rows } = await db.executeQuery<FoundToken>(CompiledQuery.raw(read, [fingerprints]));
  return new Map(rows.map((row) => [Buffer.from(row.fingerprint).toString("hex"), row]));
}

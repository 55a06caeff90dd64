import { z } from "zod";

import { kindTraits, perKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { isLong, type Long } from "#domain/long.ts";
import { visibleName } from "#domain/name.ts";
import {
  oneLine,
  planRestoration,
  succession,
  successionHead,
  successionLine,
  type GraphqlCall,
  type KitRequest,
  type RecoveryKit,
} from "#domain/policy/recoveryKit.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { policyFields, tokenTypeFilters } from "#logscale/convert.ts";
import { creationCall } from "#logscale/createCalls.ts";
import { quotingRequest, requestIdHeader, toFailure, withRequestId } from "#logscale/errors.ts";
import { parseJson, writeJson } from "#logscale/json.ts";
import { asSaid } from "#server/remote/said.ts";

export interface RestoreOptions {
  readonly kit: RecoveryKit;
  /** Address of the server, without a slash at its end. */
  readonly server: string;
  /** The credential to make the tokens with. */
  readonly credential: string;
  /** Why the server would not accept it, as in "it does not use that data folder". */
  readonly refused: string;
  /** JSON, an object a line, instead of columns with tabs between them. */
  readonly json: boolean;
  /** Ms since epoch. */
  readonly now: () => number;
  /** Writes to what the secrets are meant for, and to nothing else. */
  readonly write: (text: string) => void;
  /** Tells the administrator what was not done, and why. Never given a secret. */
  readonly tell: (message: string) => void;
}

/** Nothing more can be done: the server does not answer, or does not accept the credential. The message is meant for the administrator. */
export class RestoreError extends Error {
  override readonly name = "RestoreError";
}

/** The server understood, and said no. */
class RefusedError extends Error {
  override readonly name = "RefusedError";
}

const longSchema = z.custom<Long>(isLong);
const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() })).optional(),
});
const failureSchema = z.object({ message: z.string() });
const kindPolicyAnswer = z.object({
  enabled: z.boolean(),
  maximumLifetime: longSchema.nullable(),
  ipFilter: z.object({ id: z.string() }).nullable(),
  allowPermissionUpdates: z.boolean().nullish(),
});
const policiesAnswer = z.object({
  organization: z.object({ configs: z.object(perKind(() => kindPolicyAnswer)) }),
});
const namesakesAnswer = z.object({
  tokens: z.object({ results: z.array(z.object({ id: z.string(), name: z.string(), createdAt: longSchema })) }),
});
const creationAnswer = z.object({ created: z.object({ token: z.string() }) });

/** Asks for each kind's policy under the kind's name. */
const policiesQuery = `{ organization { configs { ${tokenKinds.map(kindPolicyFields).join(" ")} } } }`;

function kindPolicyFields(kind: TokenKind): string {
  const { enabled, maximumLifetime, ipFilter, allowPermissionUpdates } = policyFields[kind];
  const updates = allowPermissionUpdates === undefined ? "" : `allowPermissionUpdates: ${allowPermissionUpdates}`;
  return `${kind}: tokens { enabled: ${enabled} maximumLifetime: ${maximumLifetime} ipFilter: ${ipFilter} { id } ${updates} }`;
}

const namesakesQuery = `query ($type: Tokens__Type!, $name: String!) {
  tokens(typeFilter: [$type], searchFilter: $name, sortBy: Name, limit: 1000) { results { id name createdAt } }
}`;

/**
 * Makes the tokens of a kit again, one after the other, and writes each new secret once, as soon as it is there. Skips a token when one of
 * its name was made after the kit was saved, so that an interrupted run can be repeated. Personal tokens are only named.
 *
 * Returns whether everything that the kit can restore is there.
 *
 * @throws RestoreError when the server does not answer, or refuses the credential; what was made until then was written
 */
export async function restoreKit(options: RestoreOptions): Promise<boolean> {
  const { kit, json, now, write, tell } = options;
  const ask = (call: GraphqlCall) => post(options, call);
  const policies = await readPolicies(ask, options.server);
  if (!json) write(`${successionHead}\n`);
  let whole = true;
  for (const token of kit.tokens) {
    const what = `${kindTraits[token.kind].title} token ${visibleName(token.name)}`;
    const plan = planRestoration(token, policies[token.kind], now());
    if (!plan.ok) {
      if (token.kind !== "personal") whole = false;
      tell(`${what}: ${plan.reason}`);
      continue;
    }
    try {
      const again = await madeSince(ask, plan.request, kit.savedAt);
      if (again !== undefined) {
        tell(
          `${what}: passed over, since ${again} of that name was made after the kit was saved. Rotate it if nobody has its secret.`,
        );
        continue;
      }
      const made = succession(token, await make(ask, plan.request, what));
      write(`${json ? JSON.stringify(made) : successionLine(made)}\n`);
      if (plan.adjusted.length > 0) {
        tell(`${what}: made with ${plan.adjusted.map((limit) => limits[limit]).join(" and ")}, which the policy sets.`);
      }
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      whole = false;
      tell(`${what}: refused. ${error.message}`);
    }
  }
  return whole;
}

const limits = { expireAt: "an earlier expiry", ipFilter: "another IP filter" } as const;

type Ask = (call: GraphqlCall) => Promise<unknown>;

async function readPolicies(ask: Ask, server: string): Promise<Policies> {
  try {
    const answer = policiesAnswer.safeParse(await ask({ query: policiesQuery, variables: {} })).data;
    if (answer === undefined) throw new RestoreError(`The server at ${server} does not answer as LogScale does.`);
    const { configs } = answer.organization;
    return perKind((kind) => ({
      enabled: configs[kind].enabled,
      maximumLifetime: configs[kind].maximumLifetime,
      ipFilter: configs[kind].ipFilter?.id ?? null,
      allowPermissionUpdates: configs[kind].allowPermissionUpdates ?? false,
    }));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new RestoreError(`The server at ${server} does not show its token security policies: ${error.message}`);
  }
}

/** The id of a token of the same kind and name that was made after an instant (ms since epoch). */
async function madeSince(ask: Ask, { kind, name }: KitRequest, since: Long): Promise<string | undefined> {
  const variables = { type: tokenTypeFilters[kind], name };
  const answer = namesakesAnswer.safeParse(await ask({ query: namesakesQuery, variables })).data;
  if (answer === undefined)
    throw new RestoreError(`The list of tokens named ${visibleName(name)} cannot be read, so nothing more is made.`);
  return answer.tokens.results.find((token) => token.name === name && token.createdAt >= since)?.id;
}

async function make(ask: Ask, request: KitRequest, what: string): Promise<string> {
  try {
    return creationAnswer.parse(await ask(creationCall(request))).created.token;
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw new RestoreError(
      `${what}: the answer was lost, so it is not known whether it was made. Run this again: what was made is passed over.`,
    );
  }
}

/** Asks the server. The credential goes to this address and nowhere else. */
async function post({ server, credential, refused }: RestoreOptions, call: GraphqlCall): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(new URL("/graphql", server), {
      method: "POST",
      headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
      body: writeJson(call),
      redirect: "error",
      signal: AbortSignal.timeout(60_000),
    });
  } catch {
    throw new RestoreError(`No Tokenhouse answers at ${server}. Start it, or name its --host and --port.`);
  }
  if (response.status === 401) throw new RestoreError(`The server at ${server} refused: ${refused}.`);
  const text = await response.text().catch(() => "");
  const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
  const body = isJson ? jsonOf(text) : undefined;
  const answer = answerSchema.safeParse(body).data;
  if (!response.ok || answer === undefined) {
    // A gateway says what is wrong with its cluster.
    const { message } = failureSchema.safeParse(body).data ?? {};
    // An address that the credential may not be used from is refused in plain words.
    const said = message ?? (response.status === 403 && !isJson ? asSaid(text) : undefined);
    const why = said === undefined ? "." : `: ${oneLine(said)}`;
    const sentence = `The server at ${server} answered with status ${response.status}${why}`;
    throw new RestoreError(withRequestId(sentence, response.headers.get(requestIdHeader)));
  }
  const refusal = answer.errors?.[0];
  if (refusal !== undefined) {
    const failure = toFailure({ graphQLErrors: [refusal] }, "query");
    const { message } = quotingRequest(failure, response.headers.get(requestIdHeader));
    throw new RefusedError(asSaid(message));
  }
  return answer.data;
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

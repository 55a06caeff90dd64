import type { FastifyInstance, FastifyRequest } from "fastify";
import { getVariableValues, GraphQLError, Kind } from "graphql";
import type { Kysely } from "kysely";
import mercurius from "mercurius";
import { z } from "zod";

import { tokenKinds } from "#domain/kinds.ts";

import type { Judge } from "../access/judgement.ts";
import { makeMutate } from "../access/mutate.ts";
import { readRights, type Rights } from "../access/permissions.ts";
import type { Caller } from "../caller.ts";
import { ClientError } from "../errors.ts";
import type { FeatureFlag } from "../generated/resolvers.ts";
import { clientAddress } from "../http/request.ts";
import type { Database } from "../store/schema.ts";
import type { Vault } from "../vault.ts";
import type { GraphqlContext } from "./context.ts";
import { asLogscale, failedResult, VariablesError, type FailedResult } from "./failures.ts";
import { costRule, graphqlLimits } from "./limits.ts";
import { makeLoaders } from "./loaders.ts";
import { enumValues, makeSchema } from "./schema.ts";

declare module "mercurius" {
  interface MercuriusContext {
    readonly log: GraphqlContext["log"];
  }
}

/** What the GraphQL half needs of the rest of the server. */
export interface GraphqlOptions {
  readonly db: Kysely<Database>;
  readonly vault: Vault;
  /** Reads the clock, ms since epoch. */
  readonly clock: () => number;
  /** Whether what Tokenhouse offers beyond LogScale is served: its fields, codes of errors and the plan check. True when absent. */
  readonly extensions?: boolean;
  /** Who a request acts as. Authentication comes before: a request without a valid credential never gets here. */
  readonly caller: (request: FastifyRequest) => Caller;
  /** Judges who a request acts as anew, within a transaction. */
  readonly judge: (request: FastifyRequest, ...judged: Parameters<Judge>) => ReturnType<Judge>;
  /** Address under which the browser of a request reaches this server, without a trailing slash. */
  readonly publicUrl: (request: FastifyRequest) => string;
  /** Writes what this process has counted of the data that arrived. */
  readonly settleIngest: () => Promise<void>;
  /** Called after the credential that a request came with was replaced by its own user. */
  readonly credentialReplaced: (
    request: FastifyRequest,
    replacement: { readonly tokenId: string; readonly secretHash: Uint8Array },
  ) => Promise<void>;
}

/** Largest request body in bytes: policies, filters and permission lists are far smaller. */
const bodyLimit = 1_048_576;

/** How often a document must have come before it is compiled, which costs as much as running it many times. */
const runsBeforeCompiling = 3;

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/u);

/** The `extensions.tokenhouse` member of a request: see PlanCheck. */
const planCheckSchema = z.strictObject({
  base: hexDigest,
  kinds: z.array(z.enum(tokenKinds)).max(tokenKinds.length),
  plan: hexDigest,
});

const bodySchema = z.object({
  query: z.string("A request has a text `query`."),
  operationName: z.string("`operationName` is a text.").nullish(),
  variables: z.record(z.string(), z.unknown(), "`variables` is an object.").nullish(),
  extensions: z.object({ tokenhouse: z.unknown() }, "`extensions` is an object.").partial().nullish(),
});

/**
 * Serves the contract at POST /graphql. Whatever becomes of a request, the answer has status 200, as LogScale's clients expect;
 * the query string is ignored. Errors that are not meant for the client are masked and logged.
 *
 * Only JSON bodies are taken, which no other site can send without asking first.
 */
export async function registerGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { extensions = true } = options;
  const schema = makeSchema({ extensions });
  const shown = (result: FailedResult) => (extensions ? result : asLogscale(result));
  const featureFlags = enumValues(schema, "FeatureFlag") as readonly FeatureFlag[];

  await app.register(async (scope) => {
    await scope.register(mercurius, {
      schema,
      routes: false,
      jit: runsBeforeCompiling,
      // Mercurius' own 1024 of the largest documents would take gigabytes.
      cache: graphqlLimits.keptDocuments,
      queryDepth: graphqlLimits.depth,
      validationRules: [costRule],
      graphql: { parseOptions: { maxTokens: graphqlLimits.documentTokens } },
      errorFormatter: (execution, context) => {
        const { data, errors } = shown(failedResult(execution.errors, execution.data, context.log));
        return { statusCode: 200, response: { data: data ?? null, errors: errors.map(asGraphqlError) } };
      },
    });
    scope.graphql.addHook("preExecution", async (_schema, document, _context, variables) => {
      const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      const [operation, another] = operations;
      // Mercurius keeps one compiled operation for each document, whichever of the document's operations it was: documents with
      // several are run as they are. Handing on the document unchanged is the way to say so.
      if (operation === undefined || another !== undefined) return { document };
      // The run that compiles leaves the variables to the compiled operation, whose messages hold other things than graphql-js's.
      const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables });
      if (errors !== undefined) throw new VariablesError(errors);
      return {};
    });

    scope.post("/graphql", { bodyLimit }, async (request, reply) => {
      const { log } = request;
      reply.code(200).header("cache-control", "no-store");
      try {
        const { query, variables, operationName, planCheck } = readBody(request);
        const context = makeContext(options, request, featureFlags, extensions ? planCheck : undefined);
        return await reply.graphql(query, { ...context }, variables, operationName);
      } catch (error) {
        return shown(failedResult([error], null, log));
      }
    });
  });
}

function asGraphqlError(error: ReturnType<typeof failedResult>["errors"][number]): GraphQLError {
  return Object.assign(new GraphQLError(error.message, { extensions: { ...error.extensions } }), {
    path: error.path,
    locations: error.locations,
  });
}

function readBody(request: FastifyRequest) {
  if (!/^application\/json\s*(?:;|$)/iu.test(request.headers["content-type"] ?? "")) {
    throw new ClientError("BAD_INPUT", "A GraphQL request is sent as application/json.");
  }
  const body = bodySchema.safeParse(request.body);
  if (!body.success) throw new ClientError("BAD_INPUT", body.error.issues[0]?.message ?? "The request is not valid.");
  const { query, variables, operationName, extensions } = body.data;
  if (query.length > graphqlLimits.documentLength) {
    throw new ClientError("TOO_COSTLY", `A document has at most ${graphqlLimits.documentLength} characters.`);
  }
  // Mercurius would read a document that is a syntax tree in JSON, past the limits on parsing.
  if (/^\s*(?:\{\s*"|["[\d-]|(?:true|false|null)\s*$)/u.test(query)) {
    throw new ClientError("BAD_INPUT", "Syntax Error: the document is not written in GraphQL's language.");
  }
  return {
    query,
    variables: variables ?? {},
    operationName: operationName ?? undefined,
    planCheck: readPlanCheck(extensions?.tokenhouse),
  };
}

function readPlanCheck(value: unknown): GraphqlContext["planCheck"] {
  if (value === undefined) return undefined;
  const parsed = planCheckSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ClientError("BAD_INPUT", "The request's extensions.tokenhouse is not valid.", { field: "extensions.tokenhouse" });
}

function makeContext(
  options: GraphqlOptions,
  request: FastifyRequest,
  featureFlags: readonly FeatureFlag[],
  planCheck: GraphqlContext["planCheck"],
): GraphqlContext {
  const { db, vault, clock } = options;
  const caller = options.caller(request);
  const now = clock();
  let rights: Promise<Rights> | undefined;
  return {
    db,
    vault,
    caller,
    rights: () => (rights ??= readRights(db, caller)),
    mutate: makeMutate(db, async (trx, targets) => {
      const judgement = await options.judge(request, trx, targets);
      rights = Promise.resolve(judgement.rights);
      return judgement;
    }),
    loaders: makeLoaders({ db, vault }, now),
    now,
    log: request.log,
    clientAddress: clientAddress(request),
    publicUrl: options.publicUrl(request),
    featureFlags,
    planCheck,
    settleIngest: options.settleIngest,
    credentialReplaced: (replacement) => options.credentialReplaced(request, replacement),
  };
}

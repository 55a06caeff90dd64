import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";
import { getVariableValues, GraphQLError, Kind } from "graphql";
import mercurius from "mercurius";
import Negotiator from "negotiator";
import { z } from "zod";

import { tokenKinds } from "#domain/token/kinds.ts";

import { holdsBigint } from "#logscale/bigints.ts";
import { answerKey, type AskedQuery } from "#logscale/pageStart.ts";
import { mostQueries, queriesPath, queriesType } from "#logscale/queries.ts";

import type { Claimed, Foresee, Judge } from "#server/access/judgement.ts";
import { makeMutate, type Act } from "#server/access/mutate.ts";
import { makeRevealed } from "#server/audit/revealed.ts";
import type { RefusedMutation } from "#server/audit/refusals.ts";
import type { Trail } from "#server/audit/trail.ts";
import { readRights, type Rights } from "#server/access/permissions.ts";
import { callerKey, type Caller } from "#server/caller.ts";
import { ClientError } from "#server/errors.ts";
import type { FeatureFlag } from "#server/generated/resolvers.ts";
import { packed } from "#server/http/packing.ts";
import { clientAddress } from "#server/http/request.ts";
import { OverdueAnswers } from "#server/http/overdueAnswers.ts";
import { takeUnpacked } from "#server/http/unpacked.ts";
import type { Store } from "#server/store/client.ts";
import type { Vault } from "#server/vault.ts";
import type { GraphqlContext } from "./context.ts";
import { asLogscale, failedResult, VariablesError, type FailedResult } from "./failures.ts";
import { costRule, graphqlLimits } from "./limits.ts";
import { makeLoaders } from "./loaders.ts";
import { Meter } from "./meter.ts";
import { enumValues, servedSchema } from "./schema.ts";
import { Turns, type Turn } from "./turns.ts";
import { makeJudges } from "./visibility.ts";

declare module "mercurius" {
  interface MercuriusContext {
    readonly log: GraphqlContext["log"];
    readonly meter: Meter;
    readonly takeTurn: GraphqlContext["takeTurn"];
    readonly outcome: { refused: boolean; changes: boolean };
  }
}

/** What the GraphQL half needs of the rest of the server. */
export interface GraphqlOptions {
  readonly store: Pick<Store, "db" | "reading" | "inParts">;
  readonly vault: Vault;
  /** Reads the clock, ms since epoch. */
  readonly clock: () => number;
  /** The turns of what changes something. Other routes may give some, too. */
  readonly acts: Turns;
  /** Whether what Tokenhouse offers beyond LogScale is served: its fields, codes of errors and the plan check. True when absent. */
  readonly extensions?: boolean;
  /** Who a request acts as. Authentication comes before: a request without a valid credential never gets here. */
  readonly claimed: (request: FastifyRequest) => Claimed;
  /** Writes what mutations tell of themselves. */
  readonly trail: Trail;
  /** Told of each request that reads and is refused, in whole or in part. */
  readonly refusedRead: (request: FastifyRequest) => void;
  /** Records that a mutation was refused. */
  readonly recordRefused: (request: FastifyRequest, refused: RefusedMutation) => Promise<void>;
  /** Judges who a request acts as anew, within a transaction. */
  readonly judge: (request: FastifyRequest, ...judged: Parameters<Judge>) => ReturnType<Judge>;
  /** Foresees that judgement. */
  readonly foresee: (request: FastifyRequest, ...foreseen: Parameters<Foresee>) => ReturnType<Foresee>;
  /** Address under which the browser of a request reaches this server, without a trailing slash. */
  readonly publicUrl: (request: FastifyRequest) => string;
  /** Writes what this process has counted of the data that arrived. */
  readonly settleIngest: () => Promise<void>;
  /** Called where the credential that a request came with is replaced by its own user, in the transaction of that. */
  readonly credentialReplaced: (
    request: FastifyRequest,
    trx: Act["trx"],
    replacement: { readonly tokenId: string; readonly secretHash: Uint8Array },
  ) => Promise<void>;
}

/** How often a document must have come before it is compiled, which costs as much as running it many times. */
const runsBeforeCompiling = 3;

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/u);

/** What the `extensions.tokenhouse` member of a request may be: a PlanCheck. */
const planCheckSchema = z.strictObject({
  base: hexDigest,
  kinds: z.array(z.enum(tokenKinds)).max(tokenKinds.length),
  plan: hexDigest,
});

/** Or the token that the one to be created replaces: by its id, or an ingest token by its name. */
const replacesSchema = z.strictObject({ replaces: z.string().min(1).max(1000) });

/** Or what joins the records of one act that takes several requests: random, so that nothing else gets into the trail by it. */
const actSchema = z.strictObject({ act: z.string().regex(/^[0-9a-f]{32}$/u) });

const bodySchema = z.object({
  query: z.string("A request has a text `query`."),
  operationName: z.string("`operationName` is a text.").nullish(),
  variables: z.record(z.string(), z.unknown(), "`variables` is an object.").nullish(),
  extensions: z.object({ tokenhouse: z.unknown() }, "`extensions` is an object.").partial().nullish(),
});

/** What was sent is no GraphQL request: LogScale's status 200 is for the errors of such as are. */
class MalformedError extends ClientError {
  constructor(message: string) {
    super("BAD_INPUT", message);
  }
}

/** The media types of an answer, the one that LogScale has first. */
const answerTypes = ["application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"] as const;

/**
 * Serves the contract at POST /graphql. Whatever becomes of a GraphQL request, the answer has status 200, as LogScale's clients expect, in
 * either media type; the query string is ignored. Errors that are not meant for the client are masked and logged.
 *
 * Only JSON bodies are taken, which no other site can send without asking first. Gives what answers queries of our own, of a request that
 * said who it is.
 */
export async function registerGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<AnswersFor> {
  const { extensions = true } = options;
  const schema = servedSchema({ extensions });
  const shown = (result: FailedResult) => (extensions ? result : asLogscale(result));
  const overdue = new OverdueAnswers(graphqlLimits.takingAnAnswer);
  const turns = { query: new Turns(graphqlLimits.queries), mutation: options.acts, overdue };
  /** Requests whose answers hold no secret. */
  const packable = new WeakSet<FastifyRequest>();
  const featureFlags = enumValues(schema, "FeatureFlag") as readonly FeatureFlag[];

  let answersFor: AnswersFor = () => Promise.resolve({});
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
        // Of a request that is refused, what the fields say about it is of no use, and may be much.
        if (context.meter.refusal !== undefined) return { statusCode: 200, response: { data: null, errors: [] } };
        context.outcome.refused ||= (execution.errors ?? []).some(isDenial);
        const { data, errors } = shown(failedResult(execution.errors, execution.data, context.log, context.outcome.changes));
        return { statusCode: 200, response: { data: data ?? null, errors: errors.map(asGraphqlError) } };
      },
    });
    scope.graphql.addHook("preExecution", async (_schema, document, context, variables) => {
      const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      const [operation, another] = operations;
      context.outcome.changes = operations.some(({ operation }) => operation === "mutation");
      await context.takeTurn(context.outcome.changes ? "mutation" : "query");
      // Mercurius keeps one compiled operation for each document, whichever of the document's operations it was: documents with
      // several are run as they are. Handing on the document unchanged is the way to say so.
      if (operation === undefined || another !== undefined) return { document };
      const { variableDefinitions = [] } = operation;
      if (variableDefinitions.length === 0) return {};
      // The run that compiles leaves the variables to the compiled operation, whose messages hold other things than graphql-js's.
      const { errors } = getVariableValues(schema, variableDefinitions, { ...variables });
      if (errors !== undefined) throw new VariablesError(errors);
      return {};
    });

    scope.addHook("onSend", (request, reply, payload, done) => {
      const packing = packable.has(request) && typeof payload === "string" ? packed(request, reply, payload) : undefined;
      if (packing === undefined) done(null, payload);
      return packing;
    });
    const route = { bodyLimit: graphqlLimits.bodyBytes, onRequest: [takeJson, takeUnpacked] };
    /** Answers what one body asks; tells too whether the answer may hold a secret. */
    const answer = async (request: FastifyRequest, body: unknown, turn: RequestTurn, meter: Meter, reply?: FastifyReply) => {
      const { query, variables, operationName, asked } = readBody(body);
      const context: MadeContext = makeContext(options, request, featureFlags, turn.take, extensions ? asked : {}, meter);
      if (reply !== undefined) context.reply = reply;
      const result = await scope.graphql(query, context, variables, operationName);
      // What a mutation was refused has a record of its own.
      if (context.outcome.refused && !turn.changes()) options.refusedRead(request);
      const { refusal } = meter;
      if (refusal === undefined) {
        const { db } = options.store;
        await context.revealed
          .record(db, options.trail, options.claimed(request), options.clock(), "graphql")
          .catch((error: unknown) => {
            // What was changed stays changed.
            throw turn.changes() ? new Error("What the answer holds could not be recorded.", { cause: error }) : error;
          });
        return { result, secret: turn.changes() || context.revealed.holdsSecrets() };
      }
      const told = turn.changes() ? afterChange(refusal) : refusal;
      return { result: shown(failedResult([told], null, request.log)), secret: turn.changes() };
    };

    scope.post("/graphql", route, async (request, reply) => {
      const turn = makeTurn(turns, options.claimed(request).identity.caller, reply);
      reply.code(200).header("cache-control", "no-store").type(answerType(request));
      try {
        const { result, secret } = await answer(request, request.body, turn, new Meter(), reply);
        if (!secret) packable.add(request);
        return result;
      } catch (error) {
        if (error instanceof MalformedError) reply.code(400);
        if (isBusy(error)) answerBusy(reply);
        return shown(failedResult([error], null, request.log));
      } finally {
        turn.made();
      }
    });

    if (extensions) {
      // One turn for all, which they take one after the other: many queries together stand in nobody's way longer than one by one.
      scope.post(queriesPath, route, async (request, reply) => {
        const bodies: unknown = request.body;
        if (!Array.isArray(bodies) || bodies.length === 0 || bodies.length > mostQueries) {
          return reply.code(400).send({ message: `What is sent is a list of 1 to ${mostQueries} queries.` });
        }
        const turn = queryTurn(makeTurn(turns, options.claimed(request).identity.caller, reply));
        void reply.header("cache-control", "no-store").type(queriesType);
        try {
          await turn.take("query");
          const lines: string[] = [];
          let secrets = false;
          let answered = 0;
          for (const body of bodies) {
            // Nobody takes the rest.
            if (reply.raw.destroyed) break;
            // All are held until the last is there, so together they are no longer than one may be.
            const meter = new Meter(graphqlLimits, answered);
            const { result, secret } = await answer(request, body, turn, meter).catch((error: unknown) => ({
              result: shown(failedResult([error], null, request.log)),
              secret: false,
            }));
            lines.push(`${JSON.stringify(result)}\n`);
            secrets ||= secret;
            if (meter.refusal === undefined) answered = meter.answerBytes;
          }
          if (!secrets) packable.add(request);
          return lines.join("");
        } catch (error) {
          if (!isBusy(error)) throw error;
          answerBusy(reply).type(answerTypes[0]);
          return shown(failedResult([error], null, request.log));
        } finally {
          turn.made();
        }
      });
    }

    answersFor = async (request, queries) => {
      const answers = await Promise.all(
        queries.map(async ({ document, variables }) => {
          const context = makeContext(options, request, featureFlags, () => Promise.resolve(), {}, new Meter());
          const { data, errors } = await scope.graphql(document, context, { ...variables });
          // The page asks by itself for what was refused, and for numbers that only a longer way of reading takes whole.
          const told = errors === undefined && context.meter.refusal === undefined && !holdsBigint(data);
          return told ? [[answerKey({ document, variables }) ?? "", data]] : [];
        }),
      );
      return Object.fromEntries(answers.flat()) as Record<string, unknown>;
    };
  });
  return answersFor;
}

/** Answers queries for the caller of a request: their data, by {@link answerKey}. What fails is left out. */
export type AnswersFor = (request: FastifyRequest, queries: readonly AskedQuery[]) => Promise<Readonly<Record<string, unknown>>>;

interface RequestTurns extends Readonly<Record<"query" | "mutation", Turns>> {
  readonly overdue: OverdueAnswers;
}

/** The turn of one request, which it has until its answer was taken or nobody takes it any more. */
function makeTurn({ overdue, ...turns }: RequestTurns, caller: Caller, { raw }: FastifyReply) {
  let turn: Turn | undefined;
  let changes = false;
  raw.on("close", () => {
    overdue.taken(raw);
    turn?.taken();
  });
  return {
    /** Whether the request had its turn, and changes something. */
    changes: () => changes,
    take: async (operation: "query" | "mutation"): Promise<void> => {
      turn = await turns[operation].take(callerKey(caller), () => raw.destroyed);
      // It may have hung up just now.
      if (raw.destroyed) turn.taken();
      changes = operation === "mutation";
    },
    made(): void {
      turn?.made();
      overdue.watch(raw);
    },
  };
}

type RequestTurn = ReturnType<typeof makeTurn>;

/** The one turn of queries that come together. A mutation has none in it. */
function queryTurn(turn: RequestTurn): RequestTurn {
  let taken: Promise<void> | undefined;
  return {
    ...turn,
    take: (operation) => {
      if (operation === "query") return (taken ??= turn.take("query"));
      throw new ClientError("BAD_INPUT", "Only queries can be sent together. Send what changes something by itself.");
    },
  };
}

/** Of all errors this one is of the request's time, not of the request: who sends it again later is answered. */
function isBusy(error: unknown): boolean {
  return error instanceof ClientError && error.code === "BUSY";
}

function answerBusy(reply: FastifyReply): FastifyReply {
  return reply.code(429).header("retry-after", "1");
}

/** Whether an error says that the caller may not. */
function isDenial(error: unknown): boolean {
  const original = error instanceof GraphQLError ? error.originalError : error;
  return original instanceof ClientError && original.code === "NOT_ALLOWED";
}

/** The refusal of a mutation for what its answer reads: by then the mutation itself may have been carried out. */
function afterChange({ code, message }: ClientError): ClientError {
  return new ClientError(code, `What was asked for may have been done: read it again before you repeat it. ${message}`);
}

function asGraphqlError(error: ReturnType<typeof failedResult>["errors"][number]): GraphQLError {
  return Object.assign(new GraphQLError(error.message, { extensions: { ...error.extensions } }), {
    path: error.path,
    locations: error.locations,
  });
}

/** The media type that a client asks for. One that accepts neither gets LogScale's, too: refusing it would help nobody. */
function answerType({ headers }: FastifyRequest): string {
  if (headers.accept === undefined) return answerTypes[0];
  return new Negotiator({ headers }).mediaType([...answerTypes]) ?? answerTypes[0];
}

function takeJson({ headers }: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  if (/^application\/json\s*(?:;|$)/iu.test(headers["content-type"] ?? "")) done();
  else void reply.code(415).send({ message: "A GraphQL request is sent as application/json." });
}

function readBody(sent: unknown) {
  const body = bodySchema.safeParse(sent);
  if (!body.success) throw new MalformedError(body.error.issues[0]?.message ?? "The request is not valid.");
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
    asked: readExtension(extensions?.tokenhouse),
  };
}

/** What a request asks for besides its document. */
interface Asked extends Partial<Pick<GraphqlContext, "planCheck" | "replaces">> {
  readonly act?: string;
}

function readExtension(value: unknown): Asked {
  if (value === undefined) return {};
  const successor = replacesSchema.safeParse(value);
  if (successor.success) return successor.data;
  const joined = actSchema.safeParse(value);
  if (joined.success) return joined.data;
  const parsed = planCheckSchema.safeParse(value);
  if (parsed.success) return { planCheck: parsed.data };
  throw new ClientError("BAD_INPUT", "The request's extensions.tokenhouse is not valid.", { field: "extensions.tokenhouse" });
}

/** What mercurius is handed: it looks at the answer's status besides. */
type MadeContext = GraphqlContext & { reply?: FastifyReply };

function makeContext(
  options: GraphqlOptions,
  request: FastifyRequest,
  featureFlags: readonly FeatureFlag[],
  takeTurn: GraphqlContext["takeTurn"],
  { planCheck, replaces, act }: Asked,
  meter: Meter,
): GraphqlContext {
  const { store, vault, clock, trail } = options;
  const claimed = options.claimed(request);
  const { identity } = claimed;
  const { caller } = identity;
  const now = clock();
  const publicUrl = options.publicUrl(request);
  // Made where something is read: many requests read nothing.
  let reading: GraphqlContext["db"] | undefined;
  const db = () => (reading ??= store.reading(meter));
  let rights: Promise<Rights> | undefined;
  const rightsOnce = () => (rights ??= readRights(db(), caller));
  const actor = async () => ({ db: db(), now, rights: await rightsOnce() });
  let loaders: GraphqlContext["loaders"] | undefined;
  const loadersOnce = () =>
    (loaders ??= makeLoaders({ db: db(), vault, now, publicUrl, settleIngest: options.settleIngest, actor }));
  let judges: GraphqlContext["judges"] | undefined;
  const shown = new Set<string>();
  return {
    get db() {
      return db();
    },
    meter,
    outcome: { refused: false, changes: false },
    takeTurn,
    vault,
    caller,
    identity,
    rights: rightsOnce,
    actor,
    mutateAs: (operation) =>
      makeMutate({
        db: store.db,
        inParts: store.inParts,
        trail,
        claimed,
        operation,
        act,
        foresee: (targets) => options.foresee(request, targets),
        async judge(trx, targets, foreseen) {
          const judgement = await options.judge(request, trx, targets, foreseen);
          rights = Promise.resolve(judgement.rights);
          return judgement;
        },
      }),
    revealed: makeRevealed(),
    recordRefusal: (refused) => options.recordRefused(request, { ...refused, act }),
    get loaders() {
      return loadersOnce();
    },
    get judges() {
      return (judges ??= makeJudges({ rights: rightsOnce, loaders: loadersOnce(), shown }));
    },
    shown,
    now,
    log: request.log,
    clientAddress: clientAddress(request),
    publicUrl,
    featureFlags,
    planCheck,
    replaces,
    credentialReplaced: (trx, replacement) => options.credentialReplaced(request, trx, replacement),
  };
}

import type { FastifyBaseLogger } from "fastify";
import type { GraphQLFieldResolver } from "graphql";

import type { PlanCheck } from "#logscale/convert.ts";

import type { Actor } from "#server/access/actor.ts";
import type { Act, Mutate } from "#server/access/mutate.ts";
import type { Revealed } from "#server/audit/revealed.ts";
import type { RefusedMutation } from "#server/audit/refusals.ts";
import type { Rights } from "#server/access/permissions.ts";
import type { Identity } from "#server/auth/authenticate.ts";
import type { Caller } from "#server/caller.ts";
import type { FeatureFlag } from "#server/generated/resolvers.ts";
import type { Vault } from "#server/vault.ts";
import type { Loaders } from "./loaders.ts";
import type { Meter } from "./meter.ts";
import type { Judges } from "./visibility.ts";

/** What every resolver is given. One per request. */
export interface GraphqlContext {
  /** For reading alone, and counted: what is written is written in the transaction that `mutate` opens. */
  readonly db: Actor["db"];
  /** What became of the request: whether something of it was refused, and whether it is one that changes something. */
  readonly outcome: { refused: boolean; changes: boolean };
  /** Counts what the request costs. */
  readonly meter: Meter;
  /** Waits for the request's turn. Throws ClientError BUSY when too many requests of the caller wait already. */
  readonly takeTurn: (operation: "query" | "mutation") => Promise<void>;
  /** Seals and opens values that are shown again later. */
  readonly vault: Vault;
  readonly caller: Caller;
  /** How the caller was found to be who it is. */
  readonly identity: Identity;
  /** What the caller may do, read from the store when first asked for and then kept until a mutation judges the caller anew. */
  readonly rights: () => Promise<Rights>;
  /** The caller, as services that read take it. */
  readonly actor: () => Promise<Actor>;
  /**
   * Makes what runs the transaction of a mutation, whose caller is judged and whose record names it. A mutation's own asks the mutation's
   * rule besides: see {@link MutationContext}.
   */
  readonly mutateAs: (operation: string) => Mutate;
  /** Whose values the answer holds. */
  readonly revealed: Revealed;
  /** Records that a mutation was refused. */
  readonly recordRefusal: (refused: RefusedMutation) => Promise<void>;
  /** Rows that many fields of one answer point to, read once per request. */
  readonly loaders: Loaders;
  /** Who sees what, by the rules of the types. */
  readonly judges: Judges;
  /** Ids of objects that the caller made in this request, or saw before it changed them: they may be answered with. */
  readonly shown: Set<string>;
  /** The instant that the request is judged by, ms since epoch; the same throughout the request. A mutation has a later one. */
  readonly now: number;
  /** The request's own log. Never given a secret. */
  readonly log: Pick<FastifyBaseLogger, "info" | "error">;
  /** The address that the request came from, after TRUST_PROXY. */
  readonly clientAddress: string;
  /** Address under which browsers reach this server, without a trailing slash. */
  readonly publicUrl: string;
  readonly featureFlags: readonly FeatureFlag[];
  /** The request's `extensions.tokenhouse`, where it was sent, well-formed and a check of a plan. */
  readonly planCheck: PlanCheck | undefined;
  /** The same where it names the token that the one to be created replaces: by id, or an ingest token by name. */
  readonly replaces: string | undefined;
  /** Called where a user replaces the credential of this very session, in the same transaction; the session goes on with the new one. */
  readonly credentialReplaced: (
    trx: Act["trx"],
    replacement: { readonly tokenId: string; readonly secretHash: Uint8Array },
  ) => Promise<void>;
}

/**
 * What the resolver of a mutation is given. It has neither the database nor the rights as they were before its locks, so it can act only
 * through `mutate`, which judges the caller by the mutation's own rule. Within `mutate`, read with the transaction alone.
 */
export type MutationContext = Omit<GraphqlContext, "db" | "rights" | "actor" | "now" | "mutateAs" | "recordRefusal"> & {
  readonly mutate: Mutate;
};

/** What a field of the schema is resolved by, whatever its type: for what wraps all of them. */
export type FieldResolver = GraphQLFieldResolver<unknown, GraphqlContext>;

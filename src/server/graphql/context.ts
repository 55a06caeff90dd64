import type { FastifyBaseLogger } from "fastify";
import type { Kysely } from "kysely";

import type { PlanCheck } from "#logscale/convert.ts";

import type { Rights } from "../access/permissions.ts";
import type { Caller } from "../caller.ts";
import type { FeatureFlag } from "../generated/resolvers.ts";
import type { Database } from "../store/schema.ts";
import type { Vault } from "../vault.ts";
import type { Loaders } from "./loaders.ts";

/** What every resolver is given. One per request. */
export interface GraphqlContext {
  readonly db: Kysely<Database>;
  /** Seals and opens values that are shown again later. */
  readonly vault: Vault;
  readonly caller: Caller;
  /** What the caller may do, read from the store when first asked for and then kept for the request. */
  readonly rights: () => Promise<Rights>;
  /**
   * What the caller may do at this moment, its credential judged anew: for what must be judged after waiting for a lock. Throws
   * ClientError NOT_ALLOWED when the credential is no longer valid.
   */
  readonly rightsNow: (db: Kysely<Database>) => Promise<Rights>;
  /** Rows that many fields of one answer point to, read once per request. */
  readonly loaders: Loaders;
  /** The instant that the request is judged by, ms since epoch; the same throughout the request. */
  readonly now: number;
  /** Reads the clock anew, ms since epoch: for what must be judged after waiting for a lock. */
  readonly clock: () => number;
  /** The request's own log. Never given a secret. */
  readonly log: Pick<FastifyBaseLogger, "info" | "error">;
  /** The address that the request came from, after TRUST_PROXY. */
  readonly clientAddress: string;
  /** Address under which browsers reach this server, without a trailing slash. */
  readonly publicUrl: string;
  /** The feature flags that there are. */
  readonly featureFlags: readonly FeatureFlag[];
  /** The request's `extensions.tokenhouse`, when it was sent and well-formed. */
  readonly planCheck: PlanCheck | undefined;
  /** Writes what this process has counted of the data that arrived, so that it is read. */
  readonly settleIngest: () => Promise<void>;
  /** Called after the credential of this very session was replaced by its own user, so that the session follows it. */
  readonly credentialReplaced: (replacement: { readonly tokenId: string; readonly secretHash: Uint8Array }) => Promise<void>;
}

import type { KindInForce, ReadingsNeeded, ThingsInForce } from "#domain/resources/inForce.ts";
import { withAuditedUse, type AuditedUse } from "#domain/token/auditedUse.ts";
import { kindTraits, type PermissionKind } from "#domain/token/kinds.ts";
import { SearchDomainsDocument } from "#logscale/generated/organization.ts";
import { domainsInForce, kindInForce, readIngestInForce } from "#logscale/thingsInForce.ts";

import { ask, failureOf, type RemoteServer } from "./client.ts";
import type { RemoteOrganization } from "./organization.ts";
import { readRepositories } from "./readRepositories.ts";
import { tokenReader } from "./readTokens.ts";

export interface InForceOptions {
  readonly signal: AbortSignal;
  /** Told what is being read, for whoever waits. */
  readonly onProgress: (words: string) => void;
  /** What a cluster's audit log tells of the use of tokens. */
  readonly audit: AuditedUse | undefined;
}

/**
 * Reads of a server what resources are held against beside its policies and filters, and no more than they ask for.
 *
 * @throws RemoteError
 */
export async function readThingsInForce(
  server: RemoteServer,
  { policies, filters, filtersListed }: RemoteOrganization,
  needed: ReadingsNeeded,
  { signal, onProgress, audit }: InForceOptions,
): Promise<ThingsInForce> {
  const reader = await tokenReader(server, signal);
  const tokens: Partial<Record<PermissionKind, KindInForce>> = {};
  for (const kind of needed.kinds) {
    onProgress(`Reading ${kindTraits[kind].noun} tokens`);
    const reading = await reader.read(kind, "full");
    tokens[kind] = kindInForce(kind, { ...reading, tokens: reading.tokens.map((token) => withAuditedUse(token, audit)) });
  }
  const whole = reader.visibility.view === "complete";
  const domains = needed.domains ? (await ask(server, SearchDomainsDocument, {}, { signal })).searchDomains : [];
  onProgress("Reading ingest tokens");
  const ingest = await readIngestInForce(needed, {
    ask: reader.ask,
    failureOf,
    signal,
    whole,
    repositories: needed.repositories.length > 0 ? await readRepositories(server, signal) : [],
  });
  return {
    policies,
    filters: filtersListed ? { type: "seen", all: filters } : { type: "unseen", why: "You may not list the IP filters." },
    tokens,
    domains: domainsInForce(domains, whole),
    ingest,
  };
}

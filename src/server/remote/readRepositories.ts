import { IngestRepositoriesDocument } from "#logscale/generated/ingest.ts";
import type { IngestRepository } from "#logscale/readIngestTokens.ts";

import { ask, type RemoteServer } from "./client.ts";

/**
 * The repositories that the caller sees, as far as their ingest tokens go.
 *
 * @throws RemoteError
 */
export async function readRepositories(server: RemoteServer, signal: AbortSignal): Promise<readonly IngestRepository[]> {
  const { repositories } = await ask(server, IngestRepositoriesDocument, {}, { signal });
  return repositories.map(({ name, type, mayChange }) => {
    const system = type === "SYSTEM";
    return { name, system, mayChange: mayChange && !system };
  });
}

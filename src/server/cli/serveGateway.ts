import { join } from "node:path";

import { makeDataFolder } from "#server/dataFolder.ts";
import { buildGateway } from "#server/gateway/gateway.ts";
import { databaseNoteStore } from "#server/gateway/notes/noteDatabase.ts";
import { fileNoteStore } from "#server/gateway/notes/noteFile.ts";
import type { NoteStore } from "#server/gateway/notes/noteStore.ts";
import { logStreamTo } from "#server/http/logging.ts";
import { openStore } from "#server/store/client.ts";
import { loadInstallationKey } from "#server/vault.ts";

import { readCertificates } from "./certificates.ts";
import type { Config, LogscaleConfig } from "./config.ts";
import { endOnSignal } from "./ending.ts";
import { listen, listeningOn, localOrigin } from "./listening.ts";

/** Serves the app in front of a cluster. What it keeps about findings is in a file of its data folder, or in a database that it is given. */
export async function serveGateway(config: Config, logscale: LogscaleConfig, webRoot: string | undefined): Promise<void> {
  const notes = await openNotes(config, new URL(logscale.origin).host);
  const app = await buildGateway({
    logscale: logscale.origin,
    logscaleCa: logscale.caFile === undefined ? undefined : readCertificates(logscale.caFile),
    timeout: logscale.timeout,
    key: loadInstallationKey(config.dataDir, config.key),
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    ingestBodyLimit: config.ingestBodyLimit,
    notes,
    findingEditors: config.findingsEditors,
    webRoot,
    log: await logStreamTo(process.stderr),
    metrics: config.metrics,
  });
  await listen(app, config);
  console.log(`Tokenhouse listening on ${listeningOn(app, config)}`);
  console.log(
    `Sign in: ${config.publicUrl ?? localOrigin(app, config)}/sign-in by pasting an API token of the LogScale cluster at ${new URL(logscale.origin).host}`,
  );
  endOnSignal(app, () => Promise.resolve());
}

/** Where a gateway keeps what it keeps about findings of a cluster, which `host` names with its port. */
async function openNotes({ databaseUrl, dataDir }: Config, host: string): Promise<NoteStore> {
  if (databaseUrl !== undefined) return databaseNoteStore(await openStore({ databaseUrl }), host);
  makeDataFolder(dataDir);
  return fileNoteStore(join(dataDir, `finding-notes-${host.replaceAll(/[^\w.-]/gu, "_")}.json`));
}

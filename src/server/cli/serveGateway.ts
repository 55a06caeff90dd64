import { buildGateway } from "#server/gateway/gateway.ts";
import { logStreamTo } from "#server/http/logging.ts";
import { loadInstallationKey } from "#server/vault.ts";

import { readCertificates } from "./certificates.ts";
import type { Config, LogscaleConfig } from "./config.ts";
import { endOnSignal } from "./ending.ts";
import { listen, listeningOn, localOrigin } from "./listening.ts";

/** Serves the app in front of a cluster. No database is opened. */
export async function serveGateway(config: Config, logscale: LogscaleConfig, webRoot: string | undefined): Promise<void> {
  const app = await buildGateway({
    logscale: logscale.origin,
    logscaleCa: logscale.caFile === undefined ? undefined : readCertificates(logscale.caFile),
    timeout: logscale.timeout,
    key: loadInstallationKey(config.dataDir, config.key),
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    ingestBodyLimit: config.ingestBodyLimit,
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

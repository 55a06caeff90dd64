import { StartError } from "#server/startError.ts";
import { RemoteError } from "#server/remote/client.ts";

import { runningServer } from "#server/cli/listening.ts";
import { localAdminToken } from "#server/cli/localCredential.ts";

import type { ExpiringCommand } from "./command.ts";
import { findEnding } from "./find.ts";
import { written } from "./formats.ts";
import { postNew } from "./webhook.ts";

/** Status of a program that Ctrl-C ended, as shells give it. */
const interruptedStatus = 130;

/** Reports what expires, and ends with 3 where anything does. */
export async function reportExpiring(command: ExpiringCommand): Promise<void> {
  const { config, origin, token, kinds, within, format, webhook } = command;
  const server = {
    origin: origin ?? runningServer(config),
    credential:
      token ?? localAdminToken(config, "In front of a LogScale cluster, give an API token of the cluster as LOGSCALE_TOKEN."),
  };
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  try {
    const report = await findEnding({ server, kinds, within, now: Date.now, signal: interrupted.signal });
    for (const { reason } of report.unseen) console.error(reason);
    if (report.unread !== undefined) console.error(report.unread);
    if (report.unseen.filter(({ seen }) => seen === "none").length === kinds.length) {
      throw new StartError("So nobody can tell what expires. Use a token that may list these tokens.", { lasting: false });
    }
    if (webhook === undefined) process.stdout.write(await written(report, format));
    else console.error(await postNew(report, webhook, { signal: interrupted.signal }));
    process.exitCode = report.tokens.length > 0 ? 3 : 0;
  } catch (error) {
    if (interrupted.signal.aborted) {
      process.exitCode = interruptedStatus;
      return;
    }
    if (error instanceof RemoteError) throw new StartError(error.message, { lasting: false });
    throw error;
  } finally {
    process.removeListener("SIGINT", interrupt);
  }
}

import { clockedServerOf } from "#server/cli/remote/options.ts";
import { print, tell } from "#server/cli/remote/output.ts";
import { workRemotely } from "#server/cli/remote/work.ts";
import { StartError } from "#server/startError.ts";

import type { ExpiringCommand } from "./command.ts";
import { findEnding } from "./find.ts";
import { written } from "./formats.ts";
import { postNew } from "./webhook.ts";

/** Reports what expires, and ends with 3 where anything does. */
export async function reportExpiring(command: ExpiringCommand): Promise<void> {
  const { kinds, within, format, webhook } = command;
  const { server, now } = clockedServerOf(command);
  await workRemotely(async (signal) => {
    const report = await findEnding({ server, kinds, within, now, signal });
    for (const { reason } of report.unseen) tell(reason);
    if (report.unread !== undefined) tell(report.unread);
    if (report.unseen.filter(({ seen }) => seen === "none").length === kinds.length) {
      throw new StartError("So nobody can tell what expires. Use a token that may list these tokens.", { lasting: false });
    }
    if (webhook === undefined) await print(await written(report, format));
    else tell(await postNew(report, webhook, { signal }));
    return report.tokens.length > 0 ? 3 : 0;
  });
}

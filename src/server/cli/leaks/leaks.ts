import { withIds } from "#domain/leak/found.ts";
import { visibleName } from "#domain/name.ts";
import { clockedServerOf } from "#server/cli/remote/options.ts";
import { printAll, progressOn, tell, type Output } from "#server/cli/remote/output.ts";
import { workRemotely } from "#server/cli/remote/work.ts";
import { lookUpIds } from "#server/remote/leaked.ts";

import type { LeaksCommand } from "./command.ts";
import { writtenLeaks } from "./formats.ts";
import { leaksReport, leaksStatus } from "./report.ts";
import { scanFiles } from "./scan.ts";

export interface LeaksOptions {
  readonly input?: NodeJS.ReadableStream;
  readonly output?: Output;
  /** Ms since epoch; the server's clock unless told. */
  readonly ownClock?: () => number;
}

/** Finds tokens in files, tells what they are, and ends with the status that comes of it. A server is asked only where one was found. */
export async function tellLeaks(
  command: LeaksCommand,
  { input = process.stdin, output = process.stdout, ownClock }: LeaksOptions = {},
): Promise<void> {
  await workRemotely(async (signal) => {
    const progress = progressOn();
    const scan = await scanFiles(command.files, {
      signal,
      input,
      onProgress: (file, bytes) => progress.tell(`Searching ${visibleName(file)}: ${Math.round(bytes / 1_048_576)} MiB`),
    }).finally(progress.end);
    const ids = withIds(scan.leaks).map(({ id }) => id);
    const asked = ids.length === 0 ? undefined : clockedServerOf(command, ownClock);
    const lookUp =
      asked && (await lookUpIds(asked.server, ids, { now: asked.now, signal, onProgress: progress.tell }).finally(progress.end));
    const report = leaksReport(scan, lookUp, asked?.server.origin ?? null, (asked?.now ?? Date.now)());
    for (const { file, why } of scan.unread) tell(`${visibleName(file)}: ${why}`);
    for (const remark of report.remarks) tell(remark);
    await printAll(writtenLeaks(report, command.format, output), output);
    return leaksStatus(report);
  });
}

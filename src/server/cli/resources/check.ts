import { escapeHidden } from "#domain/name.ts";
import { readingsFor } from "#domain/resources/inForce.ts";
import { planInView } from "#domain/resources/planInView.ts";
import { readResourceFiles } from "#logscale/operatorFiles.ts";
import { changeOf, readText } from "#server/cli/policies/file.ts";
import { clockedServerOf } from "#server/cli/remote/options.ts";
import { paintFor, print, progressOn, tell } from "#server/cli/remote/output.ts";
import { workRemotely } from "#server/cli/remote/work.ts";
import { readIdentity } from "#server/remote/identity.ts";
import { readOrganization } from "#server/remote/organization.ts";
import { readAudit } from "#server/remote/readAudit.ts";
import { readThingsInForce } from "#server/remote/readThingsInForce.ts";
import { StartError } from "#server/startError.ts";

import type { ResourcesCommand } from "./command.ts";
import { readFiles } from "./files.ts";
import { reportOn, resourcesDocument, statusOf, type ResourcesReport } from "./report.ts";
import { resourcesText } from "./text.ts";

/** What the command needs of the machine that it runs on. */
export interface ResourcesSurroundings {
  /** The server's time, ms since epoch; by what its answers say unless told. */
  readonly now?: () => number;
  readonly output?: NodeJS.WritableStream;
  readonly input?: NodeJS.ReadableStream;
}

/** Holds the resources of files against what is in force, and ends with the status that says what was found. */
export async function checkResourceFiles(
  command: ResourcesCommand,
  { now, output = process.stdout, input = process.stdin }: ResourcesSurroundings = {},
): Promise<void> {
  await workRemotely(async (signal) => {
    const files = readResourceFiles(await readFiles(command.files, input));
    if (files.resources.length + files.unreadable.length === 0)
      throw new StartError(
        `There is no resource to check${files.skipped.length > 0 ? `, only ${files.skipped.length} of other kinds` : ""}: a token or an IP filter of humio-operator.`,
        { lasting: true },
      );
    const report = await held(command, files, { now, input, signal });
    const written =
      command.format === "json"
        ? `${escapeHidden(JSON.stringify(resourcesDocument(report), undefined, 2))}\n`
        : resourcesText(report, paintFor(output));
    await print(written, output);
    return statusOf(report);
  });
}

async function held(
  command: ResourcesCommand,
  files: ReturnType<typeof readResourceFiles>,
  {
    now,
    input,
    signal,
  }: { readonly now: (() => number) | undefined; readonly input: NodeJS.ReadableStream; readonly signal: AbortSignal },
): Promise<ResourcesReport> {
  const { server, now: time } = clockedServerOf(command, now);
  // A server is asked nothing where there is nothing to hold against it.
  if (files.resources.length === 0)
    return { server: server.origin, at: time(), files, checked: [], plan: undefined, filterName: (id) => id };
  const { withPlan } = command;
  const text = withPlan && (await readText(withPlan, input));
  const progress = progressOn();
  try {
    progress.tell("Reading the policies");
    const organization = await readOrganization(server, signal);
    const change = withPlan === undefined || text === undefined ? undefined : changeOf(text, withPlan, organization);
    const needed = readingsFor(files.resources.map(({ resource }) => resource));
    // Who is locked out shows by where a token was used from.
    const audit =
      change && (await readAudit(server, (await readIdentity(server, signal)).offers, { signal, onProgress: progress.tell }));
    const inForce = await readThingsInForce(server, organization, needed, {
      signal,
      onProgress: progress.tell,
      audit: audit?.use,
    });
    const at = time();
    const plan = change && planInView(change, inForce, organization.filters, at);
    progress.end();
    if (audit?.remark !== undefined) tell(audit.remark);
    return reportOn(server.origin, files, inForce, plan, at);
  } finally {
    progress.end();
  }
}

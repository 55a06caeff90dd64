import { severities, type Severity } from "#domain/findings/rule.ts";
import { readJudged, tellUnseen } from "#server/cli/inventory/inventory.ts";
import { clockedServerOf } from "#server/cli/remote/options.ts";
import { printAll, tell, type Output } from "#server/cli/remote/output.ts";
import { exitStatus } from "#server/cli/remote/status.ts";
import { workRemotely } from "#server/cli/remote/work.ts";

import type { FindingsCommand } from "./command.ts";
import { writtenFindings } from "./formats.ts";
import { reportOf, type FindingsReport } from "./report.ts";

/** Tells the findings on all tokens, and ends with the status that comes of them. */
export async function tellFindings(
  command: FindingsCommand,
  output: Output = process.stdout,
  ownClock?: () => number,
): Promise<void> {
  const { server, now } = clockedServerOf(command, ownClock);
  await workRemotely(async (signal) => {
    const report = reportOf(await readJudged(server, { now, signal }), command.kinds, server.origin);
    tellUnseen(report.unseen, report.remarks, command.kinds);
    await printAll(writtenFindings(report, command.format, output), output);
    const { status, words } = verdict(report, command);
    if (words !== undefined) tell(words);
    return status;
  });
}

/** Whether findings are allowed, and why not. What is certain comes before what is not known. */
export function verdict(
  { totals, unseen, notJudged }: Pick<FindingsReport, "totals" | "unseen" | "notJudged">,
  { failOn, allowPartial }: Pick<FindingsCommand, "failOn" | "allowPartial">,
): { readonly status: number; readonly words?: string } {
  if (failOn === undefined) return { status: exitStatus.nothing };
  const grave = new Set<Severity>(severities.slice(0, severities.indexOf(failOn) + 1));
  const standing = [...grave].reduce((sum, severity) => sum + totals[severity], 0);
  if (standing > 0) return { status: exitStatus.harm };
  const unknown = notJudged.filter(({ severity }) => grave.has(severity));
  if (allowPartial || unseen.length + unknown.length === 0) return { status: exitStatus.nothing };
  const lacks = [
    ...(unseen.length === 0 ? [] : [`not every ${unseen.map(({ kind }) => kind).join(", ")} token was seen`]),
    ...(unknown.length === 0 ? [] : [`not every token could be judged by ${unknown.map(({ rule }) => rule).join(", ")}`]),
  ];
  return {
    status: exitStatus.unseen,
    words: `Nothing of that severity was found, but ${lacks.join(", and ")}. Name the kinds with --kind, use a token that sees more, or say --allow-partial.`,
  };
}

import { escapeHidden } from "#domain/name.ts";
import { writePoliciesFile } from "#logscale/writePoliciesFile.ts";
import { clockedServerOf } from "#server/cli/remote/options.ts";
import { exitStatus } from "#server/cli/remote/status.ts";
import { workRemotely } from "#server/cli/remote/work.ts";
import type { RemoteServer } from "#server/remote/client.ts";
import { readOrganization } from "#server/remote/organization.ts";

import { apply } from "./apply.ts";
import { forbiddenBy, isBlind, planned, planStatus, type Guards, type PlannedChange } from "./change.ts";
import type { PlanFormat, PoliciesCommand, PoliciesTask } from "./command.ts";
import { planDocument, type PlanDocument } from "./document.ts";
import { driftDocument, driftText } from "./drift.ts";
import { policiesJson } from "./export.ts";
import { changeOf, readText } from "./file.ts";
import { planMarkdown } from "./markdown.ts";
import { applyDocument, type ApplyReport } from "./outcome.ts";
import { readForPolicies } from "./read.ts";
import { savedPlan, writePlan } from "./savedPlan.ts";
import { surroundingsOf, type Surroundings } from "./surroundings.ts";
import { planText } from "./text.ts";

/** Does what the command line asks for. */
export async function workOnPolicies(command: PoliciesCommand): Promise<void> {
  const { server, now } = clockedServerOf(command);
  await workRemotely(async (signal) => {
    const around = surroundingsOf(now, signal);
    try {
      return await workOn(command.task, server, around);
    } finally {
      around.endProgress();
    }
  });
}

/** Does a task, and gives the status to end with. */
export async function workOn(task: PoliciesTask, server: RemoteServer, around: Surroundings): Promise<number> {
  switch (task.type) {
    case "export": {
      const { policies, filters, filtersListed } = await readOrganization(server, around.signal);
      if (!filtersListed) around.tell("The IP filters could not be listed. Names that are there twice may not show as such.");
      await around.print(task.format === "json" ? asJson(policiesJson(policies, filters)) : writePoliciesFile(policies, filters));
      return exitStatus.nothing;
    }
    case "plan":
      return plan(task, server, around);
    case "apply": {
      const report = await apply(task, server, around);
      if (task.format === "json") await printReport(asJson(applyDocument(report, server.origin)), report, around);
      else if (report.status === exitStatus.nothing) await printReport(`${report.messages.join("\n")}\n`, report, around);
      else for (const message of report.messages) around.tell(message);
      return report.status;
    }
    case "drift": {
      const text = await readText(task.file, around.input);
      const inForce = await readOrganization(server, around.signal);
      const drift = driftDocument(server.origin, around.now(), inForce, changeOf(text, task.file, inForce));
      await around.print(task.format === "json" ? asJson(drift) : driftText(drift, around.paint));
      return drift.differs ? exitStatus.changes : exitStatus.nothing;
    }
    default:
      return task satisfies never;
  }
}

/** Prints what came of a change. Where that fails, as on a full disk, it is told all the same: nobody may think that nothing was done. */
async function printReport(text: string, { messages }: ApplyReport, around: Surroundings): Promise<void> {
  try {
    await around.print(text);
  } catch (error) {
    for (const message of messages) around.tell(message);
    throw error;
  }
}

async function plan(
  { file, format, guards, out }: Extract<PoliciesTask, { readonly type: "plan" }>,
  server: RemoteServer,
  around: Surroundings,
): Promise<number> {
  const text = await readText(file, around.input);
  const reading = await readForPolicies(server, around);
  const one = planned(server, reading, changeOf(text, file, reading));
  await around.print(writtenPlan(planDocument(one), format, around));
  for (const sentence of refusals(one, guards)) around.tell(sentence);
  if (out !== undefined) await saveUnlessBlind(out, one, guards, around);
  return planStatus(one, guards);
}

function writtenPlan(document: PlanDocument, format: PlanFormat, { paint }: Surroundings): string {
  switch (format) {
    case "text":
      return planText(document, paint);
    case "json":
      return asJson(document);
    case "markdown":
      return planMarkdown(document);
    default:
      return format satisfies never;
  }
}

function refusals(one: PlannedChange, guards: Guards): readonly string[] {
  return [
    ...(isBlind(one, guards)
      ? ["Not all tokens were seen to which it may do something. --allow-partial goes on all the same."]
      : []),
    ...forbiddenBy(one, guards),
  ];
}

async function saveUnlessBlind(out: string, one: PlannedChange, guards: Guards, around: Surroundings): Promise<void> {
  if (isBlind(one, guards)) around.tell("So the plan was not saved.");
  else await writePlan(out, savedPlan(one));
}

function asJson(value: object): string {
  // None of these documents holds a number beyond the exact ones.
  return `${escapeHidden(JSON.stringify(value, undefined, 2))}\n`;
}

import { minute } from "#domain/duration.ts";
import { visibleName } from "#domain/name.ts";
import { changesNothing } from "#domain/policy/file/resolve.ts";
import { shownFile } from "#server/cli/remote/readTextFile.ts";
import { exitStatus } from "#server/cli/remote/status.ts";
import { StartError } from "#server/startError.ts";
import type { RemoteServer } from "#server/remote/client.ts";
import { readOrganization } from "#server/remote/organization.ts";

import { forbiddenBy, isBlind, needsConsent, planned, stoppingOf, type PlannedChange } from "./change.ts";
import type { PoliciesTask } from "./command.ts";
import { planDocument } from "./document.ts";
import { changeOf, readText } from "./file.ts";
import { collectKit, kitWords, lossesOfChange, writeKit } from "./kit.ts";
import { findOutcome, type ApplyReport } from "./outcome.ts";
import { readForPolicies } from "./read.ts";
import { readPlan, savedPlan, type SavedPlan } from "./savedPlan.ts";
import { changedSince, recheck } from "./staleness.ts";
import type { Surroundings } from "./surroundings.ts";
import { planText } from "./text.ts";
import { blindWords } from "./words.ts";
import { checksPlan, inForceAfter, write } from "./write.ts";

type ApplyTask = Extract<PoliciesTask, { readonly type: "apply" }>;

/** How long, in ms, what was read is acted on without reading it again, where the server checks it too. */
const longestUnread = minute;

/** A change that was looked at in every way, and is to be sent. */
interface Ready {
  readonly change: PlannedChange;
  /** The file of the recovery kit. */
  readonly kit: string | undefined;
}

/** Applies a saved plan, or plans a file and applies that. Gives the report, and the status in it. */
export async function apply(task: ApplyTask, server: RemoteServer, around: Surroundings): Promise<ApplyReport> {
  let ready: ApplyReport | Ready;
  try {
    ready = await prepare(task, server, around);
    around.signal.throwIfAborted();
  } catch (error) {
    if (around.signal.aborted) around.tell("It was called off. Nothing was changed.");
    throw error;
  }
  return "status" in ready ? ready : carryOut(ready.change, ready.kit, around);
}

async function prepare(task: ApplyTask, server: RemoteServer, around: Surroundings): Promise<ApplyReport | Ready> {
  if ("file" in task.from) {
    const text = await readText(task.from.file, around.input);
    const reading = await readForPolicies(server, around);
    const first = planned(server, reading, changeOf(text, task.from.file, reading));
    return prepareChecked(task, savedPlan(first), first, around);
  }
  const saved = await readPlan(task.from.plan, around.input);
  if (saved.plan.server !== server.origin) {
    throw new StartError(
      `${shownFile(task.from.plan)} is a plan of ${saved.plan.server}, and not of ${server.origin}. Name its server with --url.`,
      { lasting: true },
    );
  }
  const reading = await readForPolicies(server, around);
  if (saved.organization !== reading.id) {
    throw new StartError(`${shownFile(task.from.plan)} is a plan of another organization.`, { lasting: true });
  }
  const checked = recheck(server, saved, reading);
  if (!checked.ok) return stale(checked.reasons);
  return prepareChecked(task, saved, checked.now, around);
}

function stale(reasons: readonly string[]): ApplyReport {
  return refused(exitStatus.stale, ["What was planned no longer holds. Nothing was changed.", ...reasons]);
}

function refused(status: number, messages: readonly string[]): ApplyReport {
  return { status, outcome: "refused", messages, kit: undefined, differences: [] };
}

/** Prepares a change that holds by what was read last. */
async function prepareChecked(
  task: ApplyTask,
  saved: SavedPlan,
  first: PlannedChange,
  around: Surroundings,
): Promise<ApplyReport | Ready> {
  if (changesNothing(first.change)) {
    return {
      status: exitStatus.nothing,
      outcome: "nothing",
      messages: ["What is in force is as planned already."],
      kit: undefined,
      differences: [],
    };
  }
  const refusal = refusalOf(first, task);
  if (refusal !== undefined) return refusal;
  if (task.format === "text") await around.print(planText(planDocument(first), around.paint));
  else if (!task.yes && around.ask !== undefined) around.tell(planText(planDocument(first), (_, text) => text));
  else for (const sentence of first.own) around.tell(sentence);
  await requireConsent(first, task, around);

  const losses = lossesOfChange(first);
  let kitFile: string | undefined;
  if (losses.length > 0) {
    const kit = await collectKit(first, losses, { signal: around.signal, onProgress: around.progress });
    kitFile = writeKit(task.kit, kit);
    around.tell(kitWords(kit, kitFile));
  }
  let last = first;
  const unread = around.now() - first.reading.at;
  // Filters are not checked by any server, and neither is how a token is used.
  if (!checksPlan(first) || first.change.filters.length > 0 || unread >= longestUnread) {
    const again = recheck(first.server, saved, await readForPolicies(first.server, around));
    if (!again.ok) return { ...stale(again.reasons), kit: kitFile };
    last = again.now;
    // Reading the tokens takes its time, and a cluster does not look whether it is still what was shown.
    const changed = changedSince(saved, await readOrganization(last.server, around.signal));
    if (changed.length > 0) return { ...stale(changed), kit: kitFile };
  }
  return { change: last, kit: kitFile };
}

/** What keeps a change from being made, before anybody is asked. */
function refusalOf(one: PlannedChange, { guards }: ApplyTask): ApplyReport | undefined {
  const { change, reading } = one;
  const not = (right: string) =>
    refused(exitStatus.error, [`The token may not change ${right}. Nothing was changed: use one that may.`]);
  if (change.kinds.length > 0 && !reading.mayChangePolicies) return not("the security policies (ChangeSecurityPolicies)");
  if (change.filters.length > 0 && !reading.mayChangeFilters) return not("IP filters (ChangeIPFilters)");
  if (isBlind(one, guards)) {
    const words = blindWords(planDocument(one));
    return refused(exitStatus.unseen, [...words, "Nothing was changed. --allow-partial goes on all the same."]);
  }
  const forbidden = forbiddenBy(one, guards);
  if (forbidden.length > 0) return refused(exitStatus.harm, [...forbidden, "Nothing was changed."]);
  if (one.shutsOut) {
    return refused(exitStatus.error, [
      ...one.own,
      "The policies could not be changed any more then, so nothing was changed. Use another token, or change the IP filter by itself.",
    ]);
  }
  return undefined;
}

/** Has whoever runs the command type the number of tokens that stop or may stop, as the page does. */
async function requireConsent(one: PlannedChange, { yes }: ApplyTask, { ask }: Surroundings): Promise<void> {
  if (yes) return;
  if (ask === undefined) {
    throw new StartError("Nobody can be asked here, so nothing was changed. Say --yes to apply without being asked.", {
      lasting: true,
    });
  }
  const number = stoppingOf(one.plan);
  const [question, right] = needsConsent(one)
    ? [`To apply this, type the number of tokens that stop or may stop: `, String(number)]
    : ["To apply this, type yes: ", "yes"];
  const answer = (await ask(question)).trim().replaceAll(",", "").toLowerCase();
  if (answer !== right) throw new StartError("That is not it. Nothing was changed.", { lasting: false });
}

async function carryOut(last: PlannedChange, kit: string | undefined, around: Surroundings): Promise<ApplyReport> {
  around.progress("Applying");
  const written = await write(last);
  const { failure } = written;
  if (failure === undefined) return { ...(await findOutcome(last, written, around)), kit };
  const halfway = failure.accepted.length > 0;
  if (failure.failure.code === "PLAN_CHANGED" && !halfway) return { ...stale([failure.message]), kit };
  const inForce = await inForceAfter(last, written, failure);
  const lost = failure.failure.kind === "unknown-outcome";
  const head = lost
    ? "The answer was lost. Nothing was sent again; this was found by reading:"
    : halfway
      ? "Not all of it was done:"
      : "Nothing was changed:";
  return {
    status: exitStatus.error,
    outcome: lost ? "lost" : halfway ? "halfway" : "refused",
    messages: [failure.message, head, ...inForce, ...(kit === undefined ? [] : [`Keep the recovery kit ${visibleName(kit)}.`])],
    kit,
    differences: [],
  };
}

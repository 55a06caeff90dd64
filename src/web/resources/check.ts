import { checkResources, verdicts, type CheckedResource } from "#domain/resources/check.ts";
import { readingsFor, type PlanInView, type ReadingsNeeded, type ThingsInForce } from "#domain/resources/inForce.ts";
import { planInView } from "#domain/resources/planInView.ts";
import {
  readResourceFiles,
  type PlacedResource,
  type ResourceFile,
  type ResourceFiles,
  type UnreadablePlace,
} from "#logscale/operatorFiles.ts";
import { openPoliciesFile } from "#logscale/policiesFile.ts";

import type { ResourceInput } from "./readInput.ts";

/** What was given, as read. */
export interface ParsedInput extends Pick<ResourceInput, "unread"> {
  readonly files: ResourceFiles;
  readonly needed: ReadingsNeeded;
  /** The file of policies among the files, whose plan the resources are held against too. */
  readonly plan: ResourceFile | undefined;
  /** Why a file of policies is left out, and where it is. */
  readonly planFaults: readonly UnreadablePlace[];
}

/** Reads what was given. A file of policies is told by its keys: no resource has them at its top. */
export function parseInput({ files, unread }: ResourceInput): ParsedInput {
  const plans = files.filter(({ text }) => isPolicies(text));
  const [plan, ...more] = plans;
  const read = readResourceFiles(files.filter((file) => !plans.includes(file)));
  return {
    files: read,
    needed: readingsFor(read.resources.map(({ resource }) => resource)),
    unread,
    plan,
    planFaults: more.map(({ name: file }) => ({
      file,
      line: 1,
      column: 1,
      message: "This is another file of policies. One plan is looked at at a time.",
    })),
  };
}

function isPolicies(text: string): boolean {
  return /^(?:policies|ipFilters)\s*:/mu.test(text) && !/^kind\s*:/mu.test(text);
}

/** A resource with what came of it. */
export interface ResourceRow {
  readonly placed: PlacedResource;
  readonly checked: CheckedResource;
}

/** What came of the resources, the gravest first; those alike in the order of the files. */
export interface ResourceResults {
  readonly rows: readonly ResourceRow[];
  readonly plan: PlanInView | undefined;
  readonly unreadable: readonly UnreadablePlace[];
}

/** Holds what was read against what is in force at `now` (ms since epoch). */
export function checkInput({ files, plan, planFaults }: ParsedInput, inForce: ThingsInForce, now: number): ResourceResults {
  const opened = plan && openPlan(plan, inForce, now);
  const checked = checkResources(
    files.resources.map(({ resource }) => resource),
    inForce,
    { now, plan: opened?.plan, madeByOthers: files.madeByOthers },
  );
  const rows = files.resources.flatMap((placed, index) => {
    const one = checked[index];
    return one === undefined ? [] : [{ placed, checked: one }];
  });
  return {
    rows: rows.toSorted((a, b) => verdicts.indexOf(a.checked.verdict) - verdicts.indexOf(b.checked.verdict)),
    plan: opened?.plan,
    unreadable: [...files.unreadable, ...planFaults, ...(opened?.faults ?? [])],
  };
}

function openPlan({ name: file, text }: ResourceFile, inForce: ThingsInForce, now: number) {
  const { filters, policies } = inForce;
  if (filters.type === "unseen") {
    const message = `What this plan does cannot be said. ${filters.why}`;
    return { plan: undefined, faults: [{ file, line: 1, column: 1, message }] };
  }
  const opened = openPoliciesFile(text, { policies, filters: filters.all });
  if (!opened.ok) return { plan: undefined, faults: opened.errors.map((error) => ({ file, ...error })) };
  return { plan: planInView(opened.change, inForce, filters.all, now), faults: [] };
}

import { z } from "zod";

import { isoInstant } from "#domain/instant.ts";
import { checkResources, verdicts, type CheckedResource, type FoundThing, type ThingInForce } from "#domain/resources/check.ts";
import type { ResourceDifference } from "#domain/resources/differences.ts";
import type { PlanInView, ThingsInForce } from "#domain/resources/inForce.ts";
import { operatorKinds } from "#domain/resources/operatorKinds.ts";
import type { PlacedResource, ResourceFiles } from "#logscale/operatorFiles.ts";
import { harmNames } from "#server/cli/policies/document.ts";
import { exitStatus } from "#server/cli/remote/status.ts";
import { instantPart as instant } from "#server/remote/documentParts.ts";

/** Files of resources, and what came of each resource in them. */
export interface ResourcesReport {
  /** Scheme, host and port. */
  readonly server: string;
  /** The server's time when everything was read, ms since epoch. */
  readonly at: number;
  readonly files: ResourceFiles;
  /** One for each resource of the files. */
  readonly checked: readonly CheckedResource[];
  readonly plan: PlanInView | undefined;
  readonly filterName: (id: string) => string;
}

/** Holds what files ask for against what is in force at `at` (ms since epoch). */
export function reportOn(
  server: string,
  files: ResourceFiles,
  inForce: ThingsInForce,
  plan: PlanInView | undefined,
  at: number,
): ResourcesReport {
  const resources = files.resources.map(({ resource }) => resource);
  const checked = checkResources(resources, inForce, { now: at, plan, madeByOthers: files.madeByOthers });
  const filters = new Map(
    [...(inForce.filters.type === "seen" ? inForce.filters.all : []), ...(plan?.filters ?? [])].map(({ id, name }) => [id, name]),
  );
  return { server, at, files, checked, plan, filterName: (id) => filters.get(id) ?? id };
}

/** The status that says what was found; the graver before the lighter. */
export function statusOf({ files, checked }: Pick<ResourcesReport, "files" | "checked">): number {
  if (files.unreadable.length > 0) return exitStatus.error;
  const found = new Set(checked.map(({ verdict }) => verdict));
  if (found.has("not-seen")) return exitStatus.unseen;
  if (found.has("refused") || found.has("stopped")) return exitStatus.harm;
  return checked.every(({ verdict }) => verdict === "exists") ? exitStatus.nothing : exitStatus.changes;
}

const place = { file: z.string(), line: z.number(), column: z.number() };
const message = z.string();
const thing = z
  .object({
    id: z.string().optional().describe("absent for an ingest token, which has none"),
    name: z.string(),
    repository: z.string().optional(),
  })
  .describe("what is in force");
const names = z.array(z.string());
const differenceSchema = z
  .discriminatedUnion("field", [
    z.object({ field: z.enum(["permissions", "views"]), added: names, removed: names }),
    z.object({ field: z.literal("expireAt"), from: instant.nullable(), to: instant.nullable() }),
    z.object({ field: z.enum(["ipFilter", "parser", "rules"]), from: z.string().nullable(), to: z.string().nullable() }),
  ])
  .describe("from what is in force to what is asked for; null for never or none");
const refusal = z.object({
  by: z.enum(["policy", "request"]).describe("policy: the security policy of its kind; request: what a request must have"),
  field: z.string().nullable(),
  message,
});

/** The report as JSON. Its JSON Schema is docs/resources-check.schema.json. */
export const resourcesSchema = z
  .object({
    version: z.literal(1),
    server: z.string().describe("scheme, host and port"),
    at: instant.describe("when what is in force was read"),
    withPlan: z.boolean().describe("whether a plan was looked at too"),
    totals: z.object({
      ...(Object.fromEntries(verdicts.map((verdict) => [verdict, z.number()])) as Record<(typeof verdicts)[number], z.ZodNumber>),
      skipped: z.number(),
      unreadable: z.number(),
    }),
    resources: z.array(
      z.object({
        ...place,
        kind: z.enum(Object.values(operatorKinds)),
        resourceName: z.string().nullable().describe("what Kubernetes calls it"),
        cluster: z.string().nullable().describe("the cluster that it names"),
        name: z.string(),
        repository: z.string().optional().describe("of an ingest token"),
        verdict: z.enum(verdicts).describe("of several that hold, the first in this order"),
        found: z.enum(["exists", "differs", "missing", "ambiguous", "not-seen"]),
        why: z.string().optional().describe("why not everything was seen"),
        things: z.array(z.object({ ...thing.shape, asWritten: z.boolean() })).describe("what has its name"),
        differences: z.array(differenceSchema),
        notCompared: z.array(z.string()).describe("fields that could not be read"),
        refusals: z.array(refusal).describe("why it cannot be made or changed as written"),
        repeatedBy: z.array(z.object(place)).describe("other resources that mean the same"),
        plan: z
          .object({
            stops: z.enum(Object.values(harmNames)).nullable(),
            deletedBecause: z.enum(["kind-disabled", "older-than-maximum"]).optional(),
            newExpireAt: instant.optional(),
            newIpFilter: z.string().optional(),
            refusals: z.array(refusal).describe("why it could not be made once the plan is in force"),
          })
          .optional()
          .describe("what the plan does to it; absent without a plan"),
        remarks: z.array(z.object({ line: z.number(), column: z.number(), message })),
      }),
    ),
    skipped: z
      .array(z.object({ ...place, kind: z.string(), resourceName: z.string().nullable() }))
      .describe("resources of other kinds"),
    unreadable: z.array(z.object({ ...place, message })),
  })
  .meta({
    title: "Resources of humio-operator held against what is in force, as tokenhouse resources check --format json writes it",
  });

type ResourcesDocument = z.infer<typeof resourcesSchema>;

/** The report as a value that JSON can hold. */
export function resourcesDocument(report: ResourcesReport): ResourcesDocument {
  const { server, at, files, checked, plan } = report;
  const count = (verdict: (typeof verdicts)[number]) => checked.filter((one) => one.verdict === verdict).length;
  return {
    version: 1,
    server,
    at: isoInstant(at),
    withPlan: plan !== undefined,
    totals: {
      ...(Object.fromEntries(verdicts.map((verdict) => [verdict, count(verdict)])) as Record<(typeof verdicts)[number], number>),
      skipped: files.skipped.length,
      unreadable: files.unreadable.length,
    },
    resources: files.resources.flatMap((placed, index) => {
      const one = checked[index];
      return one === undefined ? [] : [resourceDocument(placed, one, report)];
    }),
    skipped: [...files.skipped],
    unreadable: [...files.unreadable],
  };
}

function resourceDocument(
  { file, line, column, remarks }: PlacedResource,
  { resource, found, refusals, repeatedBy, afterPlan, verdict }: CheckedResource,
  { files, filterName }: ResourcesReport,
): ResourcesDocument["resources"][number] {
  const { thing: wanted, resourceName, cluster } = resource;
  const change = afterPlan?.effect?.change;
  return {
    file,
    line,
    column,
    kind: operatorKinds[wanted.type],
    resourceName,
    cluster,
    name: wanted.name,
    ...(wanted.type === "ingest" && { repository: wanted.repository }),
    verdict,
    found: found.type,
    ...(found.type === "not-seen" && { why: found.why }),
    things: thingsOf(found),
    differences: found.type === "differs" ? found.differences.map(differenceDocument) : [],
    notCompared: found.type === "differs" ? [...found.unsure] : [],
    refusals: [...refusals],
    repeatedBy: repeatedBy.flatMap((index) => {
      const other = files.resources[index];
      return other === undefined ? [] : [{ file: other.file, line: other.line, column: other.column }];
    }),
    ...(afterPlan !== undefined && {
      plan: {
        stops: afterPlan.effect?.disruption.harm === undefined ? null : harmNames[afterPlan.effect.disruption.harm],
        ...(change?.type === "delete" && { deletedBecause: change.because }),
        ...(change?.type === "restrict" && change.expireAt && { newExpireAt: isoInstant(change.expireAt.to) }),
        ...(change?.type === "restrict" && change.ipFilter && { newIpFilter: filterName(change.ipFilter.to) }),
        refusals: [...afterPlan.refusals],
      },
    }),
    remarks: [...remarks],
  };
}

function thingsOf(found: FoundThing): ResourcesDocument["resources"][number]["things"] {
  const of = (one: ThingInForce, asWritten: boolean) => ({
    ...("id" in one && { id: one.id }),
    name: one.name,
    ...("repository" in one && { repository: one.repository }),
    asWritten,
  });
  switch (found.type) {
    case "exists":
    case "differs":
      return [of(found.thing, found.type === "exists")];
    case "ambiguous":
      return found.among.map(({ thing: one, asWritten }) => of(one, asWritten));
    case "missing":
    case "not-seen":
      return [];
    default:
      return found satisfies never;
  }
}

function differenceDocument(difference: ResourceDifference): ResourcesDocument["resources"][number]["differences"][number] {
  switch (difference.field) {
    case "permissions":
    case "views":
      return { field: difference.field, added: [...difference.added], removed: [...difference.removed] };
    case "expireAt": {
      const { from, to } = difference;
      return { field: "expireAt", from: from === null ? null : isoInstant(from), to: to === null ? null : isoInstant(to) };
    }
    case "ipFilter":
    case "parser":
    case "rules":
      return difference;
    default:
      return difference satisfies never;
  }
}

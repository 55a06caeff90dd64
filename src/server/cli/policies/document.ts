import { z } from "zod";

import { isoInstant } from "#domain/instant.ts";
import type { Harm } from "#domain/policy/disruption.ts";
import type { OrganizationPlan } from "#domain/policy/file/plan.ts";
import type { OrganizationChange } from "#domain/policy/file/resolve.ts";
import { policyDifferences, type KindPolicy } from "#domain/policy/policy.ts";
import { writeSpan } from "#domain/span.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { useStates } from "#domain/token/lastUse.ts";
import { countPart as count, instantPart as instant, ownerPart, unseenPart } from "#server/remote/documentParts.ts";

import type { PlannedChange, TokenEffect } from "./change.ts";
import type { GovernedReading } from "./read.ts";

/** The class of harm by the name of its total. */
export const harmNames = {
  "at-once": "now",
  "within-a-day": "withinDay",
  "within-a-week": "withinWeek",
  "locked-out": "lockedOut",
  "may-be-locked-out": "lockedOutUnknown",
} as const satisfies Record<Harm, keyof OrganizationPlan["totals"]["stopping"]>;

const filterReference = z
  .object({ id: z.string().nullable(), name: z.string() })
  .describe("an IP filter; one that is yet to be created has no id");
const value = z
  .union([z.boolean(), z.string(), filterReference])
  .nullable()
  .describe("as the file of policies has it; null where nothing is enforced");

export const policyChangeSchema = z.object({
  kind: z.enum(tokenKinds),
  field: z.enum(["enabled", "maximumLifetime", "ipFilter", "allowPermissionUpdates"]),
  from: value,
  to: value,
});

export const filterChangeSchema = z.object({
  type: z.enum(["create", "edit"]),
  id: z.string().nullable(),
  name: z.string(),
  before: z.string().nullable().describe("the rules in force; null for a new filter"),
  after: z.string(),
});

export const totalsSchema = z.object({
  seen: count.describe("tokens that were looked at"),
  deleted: count,
  shortened: count.describe("tokens that get an earlier expiry"),
  filtered: count.describe("tokens whose IP filter is set or replaced"),
  stopping: z
    .object({
      now: count.describe("deleted"),
      withinDay: count,
      withinWeek: count,
      lockedOut: count.describe("refused from the address that they were last used from"),
      lockedOutUnknown: count.describe("perhaps so: an address or rules are not known"),
      inUse: count.describe("of all these, used within 7 days"),
      useUnknown: count.describe("of all these, those that may have been"),
    })
    .describe("tokens that stop or may stop; each in one of the first five"),
});

const tokenChangeSchema = z.object({
  kind: z.enum(tokenKinds),
  id: z.string(),
  name: z.string(),
  createdAt: instant,
  expireAt: instant.nullable().describe("before the change; null for never"),
  fate: z.enum(["deleted", "restricted", "kept"]).describe("kept: only the rules of its IP filter change"),
  because: z.enum(["kind-disabled", "older-than-maximum"]).optional().describe("why it is deleted"),
  newExpireAt: instant.optional(),
  ipFilter: filterReference.nullable().describe("before the change"),
  newIpFilter: filterReference.optional(),
  editedIpFilter: filterReference.optional().describe("the IP filter that it keeps and whose rules change"),
  stops: z
    .enum(Object.values(harmNames))
    .nullable()
    .describe("the class in which it is counted; null where it goes on as before for 7 days"),
  inUse: z.enum(useStates).describe("whether it was used within the last day or week; unknown is not the same as not"),
  lastUsedAt: instant.nullable().optional().describe("null when never used; absent where nobody knows"),
  owner: ownerPart
    .omit({ id: true })
    .describe("whom to ask: the owner that somebody wrote down, else the user of a personal token or the creator of another"),
});

/** A plan as JSON. Its JSON Schema is docs/policies-plan.schema.json. */
export const planSchema = z
  .object({
    version: z.literal(1),
    server: z.string().describe("scheme, host and port"),
    at: instant.describe("when the tokens were read"),
    totals: totalsSchema,
    refiltered: count.describe("tokens that keep an IP filter whose rules change"),
    policies: z.array(policyChangeSchema).describe("what changes of the policies"),
    ipFilters: z.array(filterChangeSchema).describe("IP filters that are created or changed before the policies"),
    changes: z.array(tokenChangeSchema).describe("what becomes of each token, what stops or may stop first"),
    unseen: unseenPart(tokenKinds),
    notJudged: z
      .array(z.enum(tokenKinds))
      .describe("those of the unseen kinds on whose tokens the change may do more than this plan says"),
    remarks: z.array(z.string()).describe("what is not known, and what becomes of the token in use"),
  })
  .meta({ title: "What a change of the token security policies does, as tokenhouse policies plan --format json writes it" });

export type PlanDocument = z.infer<typeof planSchema>;

/** The plan as a value that JSON can hold. */
export function planDocument(one: PlannedChange): PlanDocument {
  const { reading, change, plan, unjudged, own, server } = one;
  const { refiltered, seen, deleted, shortened, filtered, stopping } = plan.totals;
  const nameOf = filterNames(reading, change);
  return {
    version: 1,
    server: server.origin,
    at: isoInstant(reading.at),
    totals: { seen, deleted, shortened, filtered, stopping: { ...stopping } },
    refiltered,
    ...changeDocument(change, nameOf),
    changes: plan.effects.map((effect) => tokenDocument(effect, reading, nameOf)),
    unseen: [...reading.unseen],
    notJudged: unjudged.map(({ kind }) => kind),
    remarks: [...own, ...reading.remarks],
  };
}

/** What changes of policies and filters, as JSON has it. */
export function changeDocument(
  { base, next, filters }: OrganizationChange,
  nameOf: FilterNames,
): Pick<PlanDocument, "policies" | "ipFilters"> {
  return {
    policies: policyDifferences(base, next).map(({ kind, field, from, to }) => ({
      kind,
      field,
      from: valueDocument(field, from, nameOf),
      to: valueDocument(field, to, nameOf),
    })),
    ipFilters: filters.map((one) =>
      one.type === "create"
        ? { type: one.type, id: null, name: one.name, before: null, after: one.text }
        : { type: one.type, id: one.filter.id, name: one.filter.name, before: one.filter.ipFilter, after: one.text },
    ),
  };
}

/** An IP filter by the id that a change has for it. */
export type FilterNames = (id: string) => { readonly id: string | null; readonly name: string };

/** Names the filters there are, and those that a change creates. */
export function filterNames({ filters }: Pick<GovernedReading, "filters">, change: OrganizationChange): FilterNames {
  const names = new Map<string, ReturnType<FilterNames>>(filters.map(({ id, name }) => [id, { id, name }]));
  for (const one of change.filters) if (one.type === "create") names.set(one.id, { id: null, name: one.name });
  return (id) => names.get(id) ?? { id, name: id };
}

function valueDocument(field: keyof KindPolicy, of: KindPolicy[keyof KindPolicy], nameOf: FilterNames) {
  if (of === null || typeof of === "boolean") return of;
  if (field === "ipFilter" && typeof of === "string") return nameOf(of);
  return typeof of === "string" ? of : writeSpan(of);
}

function tokenDocument(
  { token, change, editedFilter, disruption }: TokenEffect,
  { ownerOf }: GovernedReading,
  nameOf: FilterNames,
): PlanDocument["changes"][number] {
  const { kind, id, name, createdAt, expireAt, ipFilter, lastUse } = token;
  const owner = ownerOf(token);
  return {
    kind,
    id,
    name,
    createdAt: isoInstant(createdAt),
    expireAt: expireAt === null ? null : isoInstant(expireAt),
    fate: change === undefined ? "kept" : change.type === "delete" ? "deleted" : "restricted",
    ...(change?.type === "delete" && { because: change.because }),
    ...(change?.type === "restrict" && change.expireAt && { newExpireAt: isoInstant(change.expireAt.to) }),
    ipFilter: ipFilter === null ? null : nameOf(ipFilter),
    ...(change?.type === "restrict" && change.ipFilter && { newIpFilter: nameOf(change.ipFilter.to) }),
    ...(editedFilter !== undefined && { editedIpFilter: nameOf(editedFilter) }),
    stops: disruption.harm === undefined ? null : harmNames[disruption.harm],
    inUse: disruption.inUse,
    ...(lastUse !== undefined && { lastUsedAt: lastUse.at === null ? null : isoInstant(lastUse.at) }),
    owner: { kind: owner.kind, name: owner.name },
  };
}

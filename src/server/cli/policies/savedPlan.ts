import { readFileSync, statSync } from "node:fs";

import writeFileAtomic from "write-file-atomic";
import { z } from "zod";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { plainLong, toLong } from "#domain/long.ts";
import { escapeHidden, visibleName } from "#domain/name.ts";
import type { OrganizationChange } from "#domain/policy/file/resolve.ts";
import { describeChange } from "#domain/policy/outcome.ts";
import { kindPolicyFields, type KindPolicy } from "#domain/policy/policy.ts";
import { perKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { hexDigest } from "#logscale/digest.ts";
import { parseJson } from "#logscale/json.ts";
import { readTextFile, reasonOf, shownFile } from "#server/cli/remote/readTextFile.ts";
import { codeOf, StartError } from "#server/startError.ts";

import type { PlannedChange, TokenEffect } from "./change.ts";
import { planDocument, planSchema } from "./document.ts";
import type { GovernedReading } from "./read.ts";

const format = "tokenhouse-policies-plan";
const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/u)
  .describe("hex SHA-256");
const policySchema = z.object({
  enabled: z.boolean(),
  maximumLifetime: z
    .string()
    .regex(/^-?\d{1,19}$/u)
    .nullable()
    .describe("in ms"),
  ipFilter: z.string().nullable().describe("an id; new: and a name stand for one that is created"),
  allowPermissionUpdates: z.boolean(),
});

const filterSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("create"), id: z.string(), name: z.string(), text: z.string() }),
  z.object({ type: z.literal("edit"), id: z.string(), text: z.string() }),
]);

const contentSchema = z.object({
  format: z.literal(format),
  version: z.literal(1),
  organization: z.string().describe("id of the organization"),
  plan: planSchema.describe("the plan as it was shown"),
  next: z.object(perKind(() => policySchema)).describe("the policies that it puts in force"),
  kinds: z.array(z.enum(tokenKinds)).describe("those whose policy changes"),
  ipFilters: z.array(filterSchema).describe("what it creates and changes before"),
  complete: z.array(z.enum(tokenKinds)).describe("kinds of which every token was seen"),
  digests: z.object({
    policies: z.object(perKind(() => digest)).describe("of each policy in force"),
    ipFilters: z.record(z.string(), digest).describe("of the name and rules of each IP filter, by its id"),
    tokens: z.object(perKind(() => digest)).describe("of what it does to the tokens of each kind"),
  }),
});

/** A plan that is saved to be applied later: what it was shown to do, and the digests of all that it rests on. Holds no secret. */
export const savedPlanSchema = contentSchema
  .extend({ checksum: digest.describe("of all the rest: what was changed by hand is no plan") })
  .meta({ title: "A saved plan of the token security policies, as tokenhouse policies plan --out writes it" });

export type SavedPlan = z.infer<typeof savedPlanSchema>;

/** A plan as it is saved. */
export function savedPlan(one: PlannedChange): SavedPlan {
  const { reading, change } = one;
  const rest = {
    format,
    version: 1,
    organization: reading.id,
    plan: planDocument(one),
    next: perKind((kind) => {
      const { maximumLifetime, ...policy } = change.next[kind];
      return { ...policy, maximumLifetime: maximumLifetime === null ? null : String(maximumLifetime) };
    }),
    kinds: [...change.kinds],
    ipFilters: change.filters.map((each) =>
      each.type === "create"
        ? { type: each.type, id: each.id, name: each.name, text: each.text }
        : { type: each.type, id: each.filter.id, text: each.text },
    ),
    complete: [...reading.complete],
    digests: digestsOf(one),
  } as const satisfies z.infer<typeof contentSchema>;
  return { ...rest, checksum: checksumOf(rest) };
}

function checksumOf(plan: z.infer<typeof contentSchema>): string {
  // Read by the schema, which puts the members in its own order.
  return hexDigest(JSON.stringify(contentSchema.parse(plan)));
}

/** The digests of what a plan rests on, and of what it does. */
function digestsOf({ reading, plan }: PlannedChange): SavedPlan["digests"] {
  return { policies: policyDigests(reading), ipFilters: filterDigests(reading), tokens: tokenDigests(plan) };
}

/** The digest of each policy in force. */
export function policyDigests({ policies }: Pick<GovernedReading, "policies">): SavedPlan["digests"]["policies"] {
  return perKind((kind) => policyDigest(kind, policies[kind]));
}

/** The digest of each filter, by its id. */
export function filterDigests({ filters }: Pick<GovernedReading, "filters">): SavedPlan["digests"]["ipFilters"] {
  return Object.fromEntries(filters.map((filter) => [filter.id, filterDigest(filter)]));
}

/** The digest of what a plan does to the tokens of each kind. */
export function tokenDigests({ effects }: PlannedChange["plan"]): SavedPlan["digests"]["tokens"] {
  return perKind((kind) => effectsDigest(effects.filter(({ token }) => token.kind === kind)));
}

function policyDigest(kind: TokenKind, policy: KindPolicy): string {
  const values = { ...policy, maximumLifetime: plainLong(policy.maximumLifetime) };
  return hexDigest(JSON.stringify([kind, ...kindPolicyFields.map((field) => values[field])]));
}

function filterDigest({ id, name, ipFilter }: IpFilter): string {
  return hexDigest(JSON.stringify([id, name, ipFilter]));
}

/** Equal for what does the same to the same tokens, in whatever order. */
function effectsDigest(effects: readonly TokenEffect[]): string {
  const lines = effects.map(({ token, change, editedFilter }) =>
    JSON.stringify([token.kind, token.id, change === undefined ? null : describeChange(change), editedFilter ?? null]),
  );
  return hexDigest(lines.toSorted().join("\n"));
}

/** The change that a saved plan makes of what was read; undefined where a filter that it changes is no longer there. */
export function changeFrom(saved: SavedPlan, { policies, filters }: GovernedReading): OrganizationChange | undefined {
  const known = new Map(filters.map((filter) => [filter.id, filter]));
  const changes: OrganizationChange["filters"][number][] = [];
  for (const each of saved.ipFilters) {
    const filter = known.get(each.id);
    if (each.type === "create") changes.push(each);
    else if (filter === undefined) return undefined;
    else changes.push({ type: "edit", filter, text: each.text });
  }
  const next = perKind((kind) => {
    const { maximumLifetime, ...policy } = saved.next[kind];
    return { ...policy, maximumLifetime: maximumLifetime === null ? null : toLong(BigInt(maximumLifetime)) };
  });
  return { base: policies, next, kinds: saved.kinds, filters: changes };
}

/**
 * Saves a plan, for its owner alone to read. Replaces an earlier plan and nothing else, since a name may be mistyped.
 *
 * @throws StartError where it cannot
 */
export async function writePlan(file: string, saved: SavedPlan): Promise<void> {
  try {
    const there = textOf(file);
    if (there !== undefined && !isPlan(there)) {
      throw new StartError(
        `${visibleName(file)} is there already, and is no plan. It was left as it is: name another with --out.`,
        {
          lasting: true,
        },
      );
    }
    await writeFileAtomic(file, `${escapeHidden(JSON.stringify(saved, undefined, 1))}\n`, { mode: 0o600 });
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`The plan could not be saved as ${visibleName(file)}${reasonOf(error)}.`, { lasting: true });
  }
}

function textOf(file: string): string | undefined {
  try {
    // Of a device or a pipe there may be no end, and it is no plan.
    return statSync(file).isFile() ? readFileSync(file, "utf8") : "";
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isPlan(text: string): boolean {
  try {
    return z.object({ format: z.literal(format) }).safeParse(parseJson(text)).success;
  } catch {
    return false;
  }
}

/** The most characters of a saved plan that are read: those of a plan that does something to half a million tokens. */
const longestPlan = 400_000_000;

/** Reads a saved plan; `-` is standard input. Throws StartError where it is none, or not as it was written. */
export async function readPlan(file: string, input: NodeJS.ReadableStream): Promise<SavedPlan> {
  const name = shownFile(file);
  const text = await readTextFile(file, { input, longest: longestPlan, noun: "saved plan" });
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new StartError(`${name} is no saved plan: it is not JSON, or was cut short. A file of policies is named with -f.`, {
      lasting: true,
    });
  }
  const head = z.object({ format: z.literal(format), version: z.int() }).safeParse(value).data;
  if (head === undefined) throw new StartError(`${name} is no plan that plan --out saved.`, { lasting: true });
  if (head.version !== 1)
    throw new StartError(`${name} has version ${head.version} of the format, which this Tokenhouse does not read.`, {
      lasting: true,
    });
  const read = savedPlanSchema.safeParse(value);
  if (!read.success) throw new StartError(`${name} was changed or damaged: make the plan again.`, { lasting: true });
  const { checksum, ...rest } = read.data;
  if (checksumOf(rest) !== checksum)
    throw new StartError(`${name} was changed since it was saved: make the plan again.`, { lasting: true });
  return read.data;
}

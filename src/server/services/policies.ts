import type { Kysely, Transaction } from "kysely";

import { filterJudge } from "#domain/filter/judge.ts";
import { disruptionOf, harms } from "#domain/policy/disruption.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { neverUsed, type UsedToken } from "#domain/token/lastUse.ts";
import {
  joinPlans,
  planForKinds,
  planPolicyChange,
  totalCounts,
  type EffectCounts,
  type PolicyPlan,
} from "#domain/policy/plan.ts";
import {
  defaultPolicies,
  policiesSchema,
  policyDifferences,
  type KindPolicy,
  type Policies,
  type PolicyDifference,
} from "#domain/policy/policy.ts";
import { namesSystemPolicy, policiesFromInput, policyInputFields, type PlanCheck } from "#logscale/convert.ts";
import { planCheck } from "#logscale/digest.ts";
import type { TokenSecurityPoliciesInput } from "#logscale/generated/graphql.ts";

import type { Mutate } from "#server/access/mutate.ts";
import { administersSystemTokens, type Rights } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import { policyChanged } from "#server/observe.ts";
import { organizationId, type Database } from "#server/store/schema.ts";
import { deleteTokens, plannableTokenBatches, restrictTokens, type ReadToken } from "#server/store/tokens.ts";
import { visibleTokens } from "./tokens/administered.ts";

/** The policies in force. Inside a transaction that holds a token lock they cannot change until it ends. */
export async function readPolicies(db: Kysely<Database>): Promise<Policies> {
  const rows = await db.selectFrom("tokenPolicies").selectAll().execute();
  const policies: Record<TokenKind, KindPolicy> = { ...defaultPolicies };
  for (const { kind, enabled, maximumLifetime, ipFilterId, allowPermissionUpdates } of rows) {
    policies[kind] = { enabled, maximumLifetime, ipFilter: ipFilterId, allowPermissionUpdates };
  }
  return policies;
}

/** What {@link applyPolicies} did. */
export interface AppliedPolicies {
  /** Who did it. */
  readonly by: string;
  readonly differences: readonly PolicyDifference[];
  readonly counts: EffectCounts;
}

/**
 * Puts the policies of an `updateTokenSecurityPolicies` input in force, and in the same transaction does to existing tokens what they say.
 * That is exactly the plan of the browser's preview, made again by the same function from the rows as they are now.
 *
 * Holds the token lock alone, which all other mutations share: no process creates, rotates or changes a token between the plan and the
 * commit.
 *
 * @param check what the caller was shown; undefined for callers that ask for LogScale's plain behaviour
 * @throws ClientError BAD_INPUT (with the field) for a value out of bounds or an unknown IP filter, NOT_ALLOWED when the input changes the
 * system policy and the caller may not, PLAN_CHANGED when `check` was sent and no longer holds. Nothing is changed then.
 */
export async function applyPolicies(
  mutate: Mutate,
  input: TokenSecurityPoliciesInput,
  check: PlanCheck | undefined,
): Promise<AppliedPolicies> {
  const began = performance.now();
  let planning = 0;
  const applied = await mutate({ alone: true }, async ({ trx, rights, now }) => {
    requireSeen(rights, check);
    const current = await readPolicies(trx);
    const next = policiesFromInput(input, current);
    await requireValid(trx, next);
    const differences = policyDifferences(current, next);
    if (!administersSystemTokens(rights) && differences.some(({ kind }) => kind === "system")) {
      throw new ClientError("NOT_ALLOWED", "Change system permissions not allowed", { field: "systemPermissionTokensEnabled" });
    }

    const locked = performance.now();
    const planned = await planAll(trx, next, now);
    planning = performance.now() - locked;
    // All system fields omitted: LogScale leaves that policy alone (assumed), and so its tokens.
    const plan = namesSystemPolicy(input)
      ? planned
      : planForKinds(
          planned,
          tokenKinds.filter((kind) => kind !== "system"),
        );
    if (check !== undefined) requireSame(check, current, plan);
    const disruption = await disruptionOfPlan(trx, plan, now);

    await writePolicies(trx, next);
    const deleted = plan.changes.flatMap((change) => (change.type === "delete" ? [change.token.id] : []));
    const restricted = plan.changes.filter((change) => change.type === "restrict");
    await deleteTokens(trx, deleted);
    await restrictTokens(trx, restricted);
    const counts = totalCounts(plan);
    const { base, plan: digest } = check ?? planCheck(current, plan, tokenKinds);
    return {
      result: { by: rights.name, differences, counts },
      record: {
        type: "organizations.securitypolicies.tokens.update",
        action: "apply",
        target: { kind: "policies", id: organizationId, name: null },
        before: current,
        after: next,
        details: {
          base,
          plan: digest,
          shown: check !== undefined,
          counts: { ...counts },
          disruption,
          deleted,
          restricted: restricted.map(({ token }) => token.id),
        },
      },
    };
  });
  policyChanged({ planning, applying: performance.now() - began });
  return applied;
}

/** What the change does to those who use the tokens, counted as the preview counts it. */
async function disruptionOfPlan(
  trx: Transaction<Database>,
  { changes }: PolicyPlan<ReadToken>,
  now: number,
): Promise<Readonly<Record<string, number>>> {
  const filters = await trx.selectFrom("ipFilters").select(["id", "ipFilter"]).execute();
  const texts = new Map(filters.map(({ id, ipFilter }) => [id, ipFilter]));
  const { totals } = disruptionOf(
    changes.map((change) => ({ ...change, token: withLastUse(change.token) })),
    now,
    filterJudge((id) => texts.get(id)),
  );
  const byHarm = harms.flatMap((harm): [string, number][] => {
    const { tokens, inUse, useUnknown } = totals.byHarm[harm];
    return [
      [harm, tokens],
      [`${harm}, in use`, inUse],
      [`${harm}, use unknown`, useUnknown],
    ];
  });
  return Object.fromEntries([
    ...byHarm,
    ["stops or may stop", totals.stopsOrMayStop.tokens],
    ["need consent", totals.needConsent],
  ]);
}

function withLastUse(token: ReadToken): UsedToken {
  const { lastUsedAt, lastUsedFrom, ...rest } = token;
  return { ...rest, lastUse: lastUsedAt === null ? neverUsed : { at: lastUsedAt, from: lastUsedFrom, source: "recorded" } };
}

/** Plans for every token there is, in batches: what a token meets depends on that token alone. */
async function planAll(trx: Transaction<Database>, next: Policies, now: number): Promise<PolicyPlan<ReadToken>> {
  const plans: PolicyPlan<ReadToken>[] = [];
  for await (const tokens of plannableTokenBatches(trx)) plans.push(planPolicyChange(tokens, next, now));
  return joinPlans(plans);
}

async function requireValid(trx: Transaction<Database>, next: Policies): Promise<void> {
  const issue = policiesSchema.safeParse(next).error?.issues[0];
  if (issue !== undefined) {
    const [kind, field] = issue.path;
    throw new ClientError("BAD_INPUT", issue.message, fieldOf(kind, field));
  }
  const wanted = tokenKinds.flatMap((kind) => next[kind].ipFilter ?? []);
  if (wanted.length === 0) return;
  const found = await trx.selectFrom("ipFilters").select("id").where("id", "in", wanted).execute();
  const missing = tokenKinds.find((kind) => next[kind].ipFilter !== null && !found.some(({ id }) => id === next[kind].ipFilter));
  if (missing === undefined) return;
  throw new ClientError(
    "BAD_INPUT",
    `The IP filter to enforce on ${kindTraits[missing].noun} tokens does not exist; it may have been deleted.`,
    fieldOf(missing, "ipFilter"),
  );
}

function fieldOf(kind: PropertyKey | undefined, field: PropertyKey | undefined): { field?: string } {
  const known = tokenKinds.find((candidate) => candidate === kind);
  if (known === undefined) return {};
  const name = Object.entries(policyInputFields[known]).find(([key]) => key === field)?.[1];
  return name === undefined ? {} : { field: name };
}

/**
 * Refuses to hold a plan against tokens of a kind that the caller does not see completely: whether the plans agree would tell how
 * many there are. For an honest caller the right to see them has gone since the preview, so there is a new one to be made.
 */
function requireSeen(rights: Rights, check: PlanCheck | undefined): void {
  const hidden = tokenKinds.filter((kind) => check?.kinds.includes(kind) === true && visibleTokens(rights, kind) !== "all");
  if (hidden.length === 0) return;
  const names = hidden.map((kind) => kindTraits[kind].noun).join(", ");
  throw new ClientError(
    "PLAN_CHANGED",
    `You do not see all tokens of these kinds: ${names}. Nothing was changed by this request.`,
    {
      extensions: { changed: ["visibility"] },
    },
  );
}

/** Refuses unless what the caller was shown is, under the lock, still what would happen. */
function requireSame(check: PlanCheck, current: Policies, plan: PolicyPlan): void {
  const found = planCheck(current, plan, check.kinds);
  const changed = [...(found.base === check.base ? [] : ["policies"]), ...(found.plan === check.plan ? [] : ["tokens"])];
  if (changed.length === 0) return;
  throw new ClientError(
    "PLAN_CHANGED",
    changed.includes("policies")
      ? "Another administrator changed the token security policies meanwhile. Nothing was changed by this request."
      : "Tokens were created, changed or deleted meanwhile, so the change would not do exactly what was shown. Nothing was changed by this request.",
    {
      extensions: {
        changed,
        counts: totalCounts(
          plan,
          tokenKinds.filter((kind) => check.kinds.includes(kind)),
        ),
      },
    },
  );
}

async function writePolicies(trx: Transaction<Database>, next: Policies): Promise<void> {
  await trx
    .insertInto("tokenPolicies")
    .values(
      tokenKinds.map((kind) => {
        const { enabled, maximumLifetime, ipFilter, allowPermissionUpdates } = next[kind];
        return { kind, enabled, maximumLifetime, ipFilterId: ipFilter, allowPermissionUpdates };
      }),
    )
    .onConflict((conflict) =>
      conflict.column("kind").doUpdateSet((row) => ({
        enabled: row.ref("excluded.enabled"),
        maximumLifetime: row.ref("excluded.maximumLifetime"),
        ipFilterId: row.ref("excluded.ipFilterId"),
        allowPermissionUpdates: row.ref("excluded.allowPermissionUpdates"),
      })),
    )
    .execute();
}

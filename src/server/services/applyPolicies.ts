import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

import type { Kysely } from "kysely";

import type { AuditEntry } from "#domain/audit/record.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { planTextPieces, policiesText } from "#domain/policy/digest.ts";
import { disruptionTally, harms, type DisruptionTotals } from "#domain/policy/disruption.ts";
import {
  joinPlans,
  planForKinds,
  planPolicyChange,
  totalCounts,
  type ChangedToken,
  type EffectCounts,
  type PolicyPlan,
  type TokenChange,
} from "#domain/policy/plan.ts";
import { policyDifferences, type Policies, type PolicyDifference } from "#domain/policy/policy.ts";
import { policiesSchema } from "#domain/policy/policySchema.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { neverUsed, type UsedToken } from "#domain/token/lastUse.ts";
import { namesSystemPolicy, policiesFromInput, policyInputFields, type PlanCheck } from "#logscale/convert.ts";
import { hexDigest } from "#logscale/digest.ts";
import type { TokenSecurityPoliciesInput } from "#logscale/generated/graphql.ts";

import type { Mutate } from "#server/access/mutate.ts";
import { administersSystemTokens, type Rights } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import { policyChanged } from "#server/observe.ts";
import { mostParts } from "#server/store/parts.ts";
import { organizationId, type Database } from "#server/store/schema.ts";
import { deleteTokens, plannableTokenBatches, restrictTokens, stillTokenBatches, type ReadToken } from "#server/store/tokens.ts";
import { PlanLedger } from "./planLedger.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { writePolicies } from "./policies.ts";
import { visibleTokens } from "./tokens/administered.ts";

/** What {@link applyPolicies} did. */
export interface AppliedPolicies {
  /** Who did it. */
  readonly by: string;
  readonly differences: readonly PolicyDifference[];
  readonly counts: EffectCounts;
}

/**
 * Changes of a part, where there are not too many parts. Others wait for one part at most, and each waits for the disk twice: as it is
 * prepared, and as it comes in force.
 */
const smallestPart = 5000;

/** Changes that are objects at once. */
const writtenAtOnce = 2500;

/** Tokens that one record names at most. What a change does to more of them is told in further records. */
const mostNamed = 10_000;

/**
 * Puts the policies of an `updateTokenSecurityPolicies` input in force, and in the same act does to existing tokens what they say.
 * That is exactly the plan of the browser's preview, made again by the same function from the rows as they are now.
 *
 * Holds the token lock alone, which all other mutations share: no process creates, rotates or changes a token between the plan and the
 * end. Tokens are read and written in the order in which the database keeps them, in batches.
 *
 * @param check what the caller was shown; undefined for callers that ask for LogScale's plain behaviour
 * @param partSize changes of a part, where there are not too many parts
 * @throws ClientError BAD_INPUT (with the field) for a value out of bounds or an unknown IP filter, NOT_ALLOWED when the input changes the
 * system policy and the caller may not, PLAN_CHANGED when `check` was sent and no longer holds. Nothing is changed then.
 */
export async function applyPolicies(
  mutate: Mutate,
  input: TokenSecurityPoliciesInput,
  check: PlanCheck | undefined,
  partSize: number = smallestPart,
): Promise<AppliedPolicies> {
  const began = performance.now();
  let planning = 0;
  const applied = await mutate.long({
    async begin({ trx, rights, now }) {
      requireSeen(rights, check);
      const current = await readPolicies(trx);
      const next = policiesFromInput(input, current);
      await requireValid(trx, next);
      const differences = policyDifferences(current, next);
      if (!administersSystemTokens(rights) && differences.some(({ kind }) => kind === "system")) {
        throw new ClientError("NOT_ALLOWED", "Change system permissions not allowed", { field: "systemPermissionTokensEnabled" });
      }
      const filters = await trx.selectFrom("ipFilters").select(["id", "ipFilter"]).execute();
      return { current, next, now, differences, filters };
    },
    async plan({ trx, db, pause }, { current, next, now, differences, filters }) {
      const locked = performance.now();
      const texts = new Map(filters.map(({ id, ipFilter }) => [id, ipFilter]));
      const disruption = disruptionTally(
        now,
        filterJudge((id) => texts.get(id)),
      );
      const ledger = new PlanLedger();
      // Without a transaction of the whole act its parts are transactions, which must not write the same row.
      const linked = trx === undefined ? await linkedTokens(db) : nothingLinked;
      const together: TokenChange<ChangedToken>[] = [];
      // All system fields omitted: LogScale leaves that policy alone (assumed), and so its tokens.
      const kinds = namesSystemPolicy(input) ? tokenKinds : tokenKinds.filter((kind) => kind !== "system");
      let counts: PolicyPlan = { changes: [], counts: planPolicyChange([], next, now).counts };
      for await (const tokens of trx === undefined ? stillTokenBatches(db) : plannableTokenBatches(trx)) {
        const plan = planForKinds(planPolicyChange(tokens, next, now), kinds);
        for (const change of plan.changes) {
          disruption.add({ ...change, token: withLastUse(change.token) });
          if (isLinkedDeletion(change, linked)) together.push(change);
        }
        ledger.add(plan);
        counts = joinPlans([counts, { changes: [], counts: plan.counts }]);
        await pause();
      }
      planning = performance.now() - locked;
      const base = hexDigest(policiesText(current));
      const digest = await digestOf(ledger, check?.kinds ?? tokenKinds, pause);
      if (check !== undefined) requireSame(check, { base, plan: digest }, counts);
      return {
        ledger,
        linked,
        together,
        counts: totalCounts(counts),
        base,
        digest,
        current,
        next,
        differences,
        disruption: disruption.totals(),
      };
    },
    *parts({ ledger, linked, together }) {
      if (together.length > 0) yield (db) => write(db, together);
      const size = Math.max(partSize, Math.ceil(ledger.length / (mostParts - 1)));
      for (let from = 0; from < ledger.length; from += size) {
        yield async (db) => {
          for (const some of fewAtOnce(ledger, from, from + size)) {
            await write(
              db,
              some.filter((change) => !isLinkedDeletion(change, linked)),
            );
          }
        };
      }
    },
    async finish({ trx, rights }, { ledger, counts, base, digest, current, next, differences, disruption }) {
      await writePolicies(trx, next);
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
            disruption: disruptionCounts(disruption),
            ...idsOf(ledger.slice(0, mostNamed)),
          },
        },
        more: moreRecords(ledger, digest),
      };
    },
  });
  policyChanged({ planning, applying: performance.now() - began });
  return applied;
}

/** The changes from one place to before another, a few at once. */
function* fewAtOnce(ledger: PlanLedger, from: number, to: number) {
  for (let next = from; next < to; next += writtenAtOnce) yield ledger.slice(next, Math.min(next + writtenAtOnce, to));
}

async function write(db: Kysely<Database>, changes: readonly TokenChange<ChangedToken>[]): Promise<void> {
  await deleteTokens(db, idsOf(changes).deleted);
  await restrictTokens(
    db,
    changes.filter((change) => change.type === "restrict"),
  );
}

/**
 * The tokens that a link names, as new or as replaced. A link goes with either of its tokens: two transactions that each delete one of them
 * would both write it.
 */
async function linkedTokens(db: Kysely<Database>): Promise<ReadonlySet<string>> {
  const links = await db
    .selectFrom("tokenNotes")
    .select(["tokenId", "replacesId"])
    .where("cluster", "=", "")
    .where("type", "=", "link")
    .where("kind", "in", tokenKinds)
    .execute();
  return new Set(links.flatMap(({ tokenId, replacesId }) => (replacesId === null ? [tokenId] : [tokenId, replacesId])));
}

const nothingLinked: ReadonlySet<string> = new Set();

function isLinkedDeletion({ type, token }: TokenChange<ChangedToken>, linked: ReadonlySet<string>): boolean {
  return type === "delete" && linked.has(token.id);
}

function idsOf(changes: readonly TokenChange<ChangedToken>[]): { readonly deleted: string[]; readonly restricted: string[] } {
  const deleted: string[] = [];
  const restricted: string[] = [];
  for (const { type, token } of changes) (type === "delete" ? deleted : restricted).push(token.id);
  return { deleted, restricted };
}

/** Records of the tokens that the first one has no room for. */
function* moreRecords(ledger: PlanLedger, plan: string): Generator<AuditEntry> {
  for (let from = mostNamed; from < ledger.length; from += mostNamed) {
    yield {
      type: "tokenhouse.policies.tokens",
      action: "apply",
      target: { kind: "policies", id: organizationId, name: null },
      details: { plan, ...idsOf(ledger.slice(from, from + mostNamed)), count: Math.min(mostNamed, ledger.length - from) },
    };
  }
}

/** The digest of the plan that `planCheck` makes, for kinds whose tokens were all seen. */
async function digestOf(ledger: PlanLedger, kinds: readonly TokenKind[], pause: () => Promise<void>): Promise<string> {
  const hash = createHash("sha256");
  let since = performance.now();
  for (const piece of planTextPieces(ledger, kinds)) {
    hash.update(piece);
    if (performance.now() - since < longestTurn) continue;
    await setImmediate();
    await pause();
    since = performance.now();
  }
  return hash.digest("hex");
}

/** How long this thread may be busy before it does something else in between, in ms. */
const longestTurn = 20;

/** What the change does to those who use the tokens, counted as the preview counts it. */
function disruptionCounts(totals: DisruptionTotals): Readonly<Record<string, number>> {
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

function withLastUse({ id, kind, name, createdAt, expireAt, ipFilter, lastUsedAt, lastUsedFrom }: ReadToken): UsedToken {
  const lastUse = lastUsedAt === null ? neverUsed : ({ at: lastUsedAt, from: lastUsedFrom, source: "recorded" } as const);
  return { id, kind, name, createdAt, expireAt, ipFilter, lastUse };
}

async function requireValid(db: Kysely<Database>, next: Policies): Promise<void> {
  const issue = policiesSchema.safeParse(next).error?.issues[0];
  if (issue !== undefined) {
    const [kind, field] = issue.path;
    throw new ClientError("BAD_INPUT", issue.message, fieldOf(kind, field));
  }
  const wanted = tokenKinds.flatMap((kind) => next[kind].ipFilter ?? []);
  if (wanted.length === 0) return;
  const found = await db.selectFrom("ipFilters").select("id").where("id", "in", wanted).execute();
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
function requireSame(check: PlanCheck, found: Pick<PlanCheck, "base" | "plan">, plan: PolicyPlan): void {
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

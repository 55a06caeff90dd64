import { plainLong } from "#domain/long.ts";
import { restricted, type ChangedToken, type PlannableToken, type PolicyPlan, type TokenChange } from "./plan.ts";

/**
 * One token whose state after a policy change is not what the plan said.
 *
 * - `survived`: the plan deleted it, and it is still there
 * - `differs`: it is there, but its expiry or IP filter is not as planned (`expected` against `found`)
 * - `missing`: the plan kept it, and it is gone (somebody deleted or rotated it meanwhile)
 * - `appeared`: it was not there when the plan was made
 */
export type OutcomeDifference<T extends PlannableToken = PlannableToken> =
  | { readonly type: "survived"; readonly expected: T; readonly found: T }
  | { readonly type: "differs"; readonly expected: T; readonly found: T }
  | { readonly type: "missing"; readonly expected: T }
  | { readonly type: "appeared"; readonly found: T };

/** What a policy change was predicted to do, against what is found afterwards. */
export interface PolicyOutcome<T extends PlannableToken = PlannableToken> {
  /** Changes of the plan that are found carried out to the letter. */
  readonly confirmed: readonly TokenChange<T>[];
  readonly differences: readonly OutcomeDifference<T>[];
}

/**
 * Holds the tokens found after a change against the plan made from the tokens `before`.
 *
 * A token whose time was up by `now` (ms since epoch) may be gone without being a difference: the purge takes expired tokens.
 */
export function compareOutcome<T extends PlannableToken>(
  before: readonly T[],
  plan: PolicyPlan<T>,
  after: readonly T[],
  now: number,
): PolicyOutcome<T> {
  const found = new Map(after.map((token) => [token.id, token]));
  const changes = new Map(plan.changes.map((change) => [change.token.id, change]));
  const confirmed: TokenChange<T>[] = [];
  const differences: OutcomeDifference<T>[] = [];

  for (const token of before) {
    const change = changes.get(token.id);
    const actual = found.get(token.id);
    found.delete(token.id);
    if (change?.type === "delete") {
      if (actual === undefined) confirmed.push(change);
      else differences.push({ type: "survived", expected: token, found: actual });
      continue;
    }
    const expected = change === undefined ? token : restricted(token, change);
    if (actual === undefined) {
      const purged = expected.expireAt !== null && expected.expireAt <= now;
      if (!purged) differences.push({ type: "missing", expected });
      else if (change !== undefined) confirmed.push(change);
    } else if (actual.expireAt !== expected.expireAt || actual.ipFilter !== expected.ipFilter) {
      differences.push({ type: "differs", expected, found: actual });
    } else if (change !== undefined) {
      confirmed.push(change);
    }
  }
  for (const token of found.values()) differences.push({ type: "appeared", found: token });
  return { confirmed, differences };
}

/** What separates two plans for the same draft, made at different moments. */
export interface PlanDifference<T extends PlannableToken = PlannableToken> {
  /** Changes only the newer plan has. */
  readonly added: readonly TokenChange<T>[];
  /** Changes only the older plan had. */
  readonly removed: readonly TokenChange<T>[];
  /** Tokens that both change, but not alike. */
  readonly altered: readonly { readonly from: TokenChange<T>; readonly to: TokenChange<T> }[];
}

/** Compares the plan that was shown with one made later. */
export function comparePlans<T extends PlannableToken>(shown: PolicyPlan<T>, current: PolicyPlan<T>): PlanDifference<T> {
  const before = new Map(shown.changes.map((change) => [change.token.id, change]));
  const added: TokenChange<T>[] = [];
  const altered: { from: TokenChange<T>; to: TokenChange<T> }[] = [];
  for (const to of current.changes) {
    const from = before.get(to.token.id);
    before.delete(to.token.id);
    if (from === undefined) added.push(to);
    else if (describeChange(from) !== describeChange(to)) altered.push({ from, to });
  }
  return { added, removed: [...before.values()], altered };
}

/** Whether two plans do exactly the same to exactly the same tokens. */
export function samePlan(difference: PlanDifference): boolean {
  return difference.added.length === 0 && difference.removed.length === 0 && difference.altered.length === 0;
}

/**
 * A change as one line of text that is equal for two changes exactly when they do the same to the same token. The digest of a plan
 * is made from these lines. Ids are quoted, so that no id can imitate another field.
 */
export function describeChange(change: TokenChange<ChangedToken>): string {
  const { token } = change;
  if (change.type === "delete") return JSON.stringify(["delete", token.kind, token.id, change.because]);
  const { expireAt, ipFilter } = change;
  return JSON.stringify([
    "restrict",
    token.kind,
    token.id,
    expireAt === undefined ? null : [plainLong(expireAt.from), plainLong(expireAt.to)],
    ipFilter === undefined ? null : [ipFilter.from, ipFilter.to],
  ]);
}

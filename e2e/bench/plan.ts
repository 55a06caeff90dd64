import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { disruptionOf } from "#domain/policy/disruption.ts";
import { planPolicyChange } from "#domain/policy/plan.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";

/** A tenth of the tokens lies beyond the maximum or the wrong IP filter; the rest conform. */
const draft: Policies = {
  ...defaultPolicies,
  view: { ...defaultPolicies.view, maximumLifetime: 90 * day },
  organization: { ...defaultPolicies.organization, ipFilter: "office" },
};

/** Every token is shortened, and every one that has another filter comes under this one. */
const broadDraft: Policies = {
  personal: { ...defaultPolicies.personal, maximumLifetime: 89 * day + 1, ipFilter: "office" },
  view: { ...defaultPolicies.view, maximumLifetime: 89 * day + 1, ipFilter: "office" },
  organization: { ...defaultPolicies.organization, maximumLifetime: 89 * day + 1, ipFilter: "office" },
  system: { ...defaultPolicies.system, maximumLifetime: 89 * day + 1, ipFilter: "office" },
};

const filters: Readonly<Record<string, string>> = { office: "allow 10.0.0.0/8", vpn: "allow 10.0.0.0/9\nallow 192.0.2.0/24" };

/**
 * Times the plan for `count` tokens, a tenth of them affected, against one plain pass over the very same objects, in turn in the same
 * process. Returns the median of the ratios pair by pair, so that a machine that slows down slows both.
 */
export function benchPlan(count: number, rounds: number): { planMs: number; passMs: number; ratio: number; affected: number } {
  const now = 2_000 * day;
  const tokens = someTokens(count, now);
  let affected = 0;
  let checksum = 0;
  const pairs = Array.from({ length: rounds + 3 }, () => {
    const start = performance.now();
    for (const token of tokens)
      checksum += Number(token.createdAt) + Number(token.expireAt ?? 0) + token.kind.length + (token.ipFilter === null ? 0 : 1);
    const middle = performance.now();
    affected = planPolicyChange(tokens, draft, now).changes.length;
    return { passMs: middle - start, planMs: performance.now() - middle };
  }).slice(3); // the first rounds run code that is not compiled yet
  if (checksum === 0 || Math.abs(affected / count - 0.1) > 0.01)
    throw new Error(`The sample is off: ${affected} of ${count} affected.`);
  return {
    planMs: median(pairs.map((pair) => pair.planMs)),
    passMs: median(pairs.map((pair) => pair.passMs)),
    ratio: median(pairs.map((pair) => pair.planMs / pair.passMs)),
    affected,
  };
}

function someTokens(count: number, now: number): UsedToken[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = tokenKinds[index % 4] ?? "view";
    const affected = index % 20 < 4;
    const age = affected && kind === "view" ? 200 * day : (index % 89) * day;
    return {
      id: `token${index}`.padEnd(32, "x"),
      kind,
      name: `service-${index}`,
      createdAt: now - age,
      expireAt: affected ? null : now - age + 90 * day,
      ipFilter: kind === "organization" && !affected ? "office" : index % 3 === 0 ? "vpn" : null,
      // Tokens share addresses, ten to one.
      lastUse:
        index % 7 === 0
          ? undefined
          : { at: now - (index % 30) * day, from: `10.${index % 200}.${(index >> 8) % 50}.7`, source: "recorded" },
    };
  });
}

/**
 * Times a plan that affects all of `count` tokens, and the count of what it disrupts, in turn in one process. As in the page, the judge of
 * addresses lives from keystroke to keystroke.
 */
export function benchDisruption(count: number, rounds: number): { planMs: number; disruptionMs: number; affected: number } {
  const now = 2_000 * day;
  const tokens = someTokens(count, now);
  const judge = filterJudge((id) => filters[id]);
  let affected = 0;
  const pairs = Array.from({ length: rounds + 3 }, () => {
    const start = performance.now();
    const { changes } = planPolicyChange(tokens, broadDraft, now);
    const middle = performance.now();
    const { totals } = disruptionOf(changes, now, judge);
    affected = changes.length;
    if (totals.stopsOrMayStop.tokens === 0) throw new Error("The sample is off: nothing is disrupted.");
    return { planMs: middle - start, disruptionMs: performance.now() - middle };
  }).slice(3);
  return {
    planMs: median(pairs.map((pair) => pair.planMs)),
    disruptionMs: median(pairs.map((pair) => pair.disruptionMs)),
    affected,
  };
}

/** The middle value of a list of numbers, which must not be empty. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("No values to take a median of.");
  return middle;
}

import { plainLong } from "#domain/long.ts";
import { kindPolicyFields, type Policies } from "./policy.ts";
import { describeChange } from "./outcome.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { PolicyPlan } from "./plan.ts";

/**
 * The text that stands for a set of policies: two sets are the same exactly when their texts are. Hashed, it tells the server
 * which policies a draft started from.
 */
export function policiesText(policies: Policies): string {
  return JSON.stringify(
    tokenKinds.map((kind) => {
      const policy = policies[kind];
      const values = { ...policy, maximumLifetime: plainLong(policy.maximumLifetime) };
      return [kind, ...kindPolicyFields.map((field) => values[field])];
    }),
  );
}

/**
 * A text for the part of a plan that concerns the given kinds. Two plans have equal texts exactly when they do the same to the same tokens
 * of these kinds, in any order.
 */
export function planText(plan: PolicyPlan, kinds: readonly TokenKind[]): string {
  return plan.changes
    .filter((change) => kinds.includes(change.token.kind))
    .map(describeChange)
    .toSorted()
    .join("\n");
}

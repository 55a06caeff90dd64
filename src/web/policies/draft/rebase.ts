import type { TokenKind } from "#domain/token/kinds.ts";
import { policyDifferences, type KindPolicy, type Policies, type PolicyDifference } from "#domain/policy/policy.ts";

import { changedFields, withValueOf, type DraftForm } from "./draft.ts";

/** A value that both the draft and somebody else changed, each to something else. */
export interface RebaseConflict {
  readonly kind: TokenKind;
  readonly field: keyof KindPolicy;
}

/** The result of carrying a draft over to policies that changed meanwhile. */
export interface Rebase {
  /** Everything that somebody else changed since the draft began. */
  readonly theirs: readonly PolicyDifference[];
  /** Values where the other change and the draft contradict each other; only the administrator can decide. */
  readonly conflicts: readonly RebaseConflict[];
  /** The draft with their changes taken over wherever the draft says nothing of its own. Conflicts still have the draft's value. */
  readonly draft: DraftForm;
}

/** Whose value a conflict is decided for. */
export type ConflictChoice = "mine" | "theirs";

/** Names a value of a policy, for keys and maps. */
export function valueKey({ kind, field }: RebaseConflict): string {
  return `${kind}.${field}`;
}

/**
 * Carries a draft that started from `base` over to `current`, which is in force now. Value by value: what only they changed is taken
 * over, what only the draft changes is kept, what both changed alike agrees, and the rest is a conflict. Nobody's change is lost unseen.
 */
export function rebaseDraft(base: Policies, current: Policies, draft: DraftForm): Rebase {
  const theirs = policyDifferences(base, current);
  const conflicts: RebaseConflict[] = [];
  let next = draft;
  for (const { kind, field } of theirs) {
    if (!changedFields(base[kind], draft[kind]).includes(field)) next = withValueOf(next, kind, field, current);
    else if (changedFields(current[kind], draft[kind]).includes(field)) conflicts.push({ kind, field });
  }
  return { theirs, conflicts, draft: next };
}

/** The rebased draft once every conflict is decided; undefined as long as one is not. */
export function settleRebase(
  rebase: Rebase,
  current: Policies,
  choices: ReadonlyMap<string, ConflictChoice>,
): DraftForm | undefined {
  let draft = rebase.draft;
  for (const conflict of rebase.conflicts) {
    const choice = choices.get(valueKey(conflict));
    if (choice === undefined) return undefined;
    if (choice === "theirs") draft = withValueOf(draft, conflict.kind, conflict.field, current);
  }
  return draft;
}

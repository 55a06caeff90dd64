import { nameInText } from "#domain/name.ts";
import type { FilterChange } from "#domain/policy/file/resolve.ts";
import { policyDifferences, type KindPolicy, type Policies, type PolicyDifference } from "#domain/policy/policy.ts";
import { perKind, type TokenKind } from "#domain/token/kinds.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { openPoliciesFile, type FileError } from "#logscale/policiesFile.ts";

/** A value of a file that a draft cannot hold, and why. */
export interface NotInDraft {
  readonly kind: TokenKind;
  readonly field: keyof KindPolicy;
  readonly why: string;
}

/** A file of policies against what is in force. */
export type FileComparison =
  | {
      readonly ok: true;
      /** What a draft made of the file says. */
      readonly draft: Policies;
      /** What that changes of what is in force. */
      readonly differences: readonly PolicyDifference[];
      /** What else the file would change. */
      readonly leftOut: readonly NotInDraft[];
      /** Filters that the file creates, or whose rules it changes. */
      readonly filters: readonly FilterChange[];
    }
  | { readonly ok: false; readonly errors: readonly FileError[] };

export interface CompareContext {
  readonly current: Policies;
  readonly filters: readonly IpFilter[];
  /** Whether the caller may change the policy of system tokens. */
  readonly withSystem: boolean;
}

/** Reads a file of policies and makes a draft of it, as far as a draft can say what the file says. */
export function compareFile(text: string, { current, filters, withSystem }: CompareContext): FileComparison {
  const opened = openPoliciesFile(text, { policies: current, filters });
  if (!opened.ok) return opened;
  const { next, filters: changes } = opened.change;
  const leftOut: NotInDraft[] = [];
  const differences: PolicyDifference[] = [];
  for (const difference of policyDifferences(current, next)) {
    const { kind, field, to } = difference;
    const created = changes.find((change) => change.type === "create" && change.id === to);
    if (kind === "system" && !withSystem) {
      leftOut.push({ kind, field, why: "You may not change the policy of system tokens." });
    } else if (field === "ipFilter" && created?.type === "create") {
      const why = `The IP filter ${nameInText(created.name)} does not exist yet. Create it first.`;
      leftOut.push({ kind, field, why });
    } else {
      differences.push(difference);
    }
  }
  const put = (kind: TokenKind): KindPolicy =>
    differences.reduce((policy, { kind: of, field, to }) => (of === kind ? { ...policy, [field]: to } : policy), current[kind]);
  return { ok: true, draft: perKind(put), differences, leftOut, filters: changes };
}

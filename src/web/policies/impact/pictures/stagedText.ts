import { formatDuration } from "#domain/duration.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";
import type { StagedGoal, StagedPlan, StagedStep } from "#domain/policy/stages.ts";
import type { FilterName } from "#web/state/organization.tsx";
import { utcTime } from "#web/ui/times.ts";

interface KindPlan {
  readonly kind: TokenKind;
  readonly goal: StagedGoal;
  readonly plan: StagedPlan;
}

/** A staged plan as a text that can be sent to the owners: every step with its day, its value, what it does, and what has to be done before. */
export function stagedText(plans: readonly KindPlan[], filterName: FilterName): string {
  const lines: string[] = [];
  for (const { kind, goal, plan } of plans) {
    const { noun, title } = kindTraits[kind];
    const goals = [
      ...(goal.maximum === null ? [] : [`a maximum lifetime of ${formatDuration(goal.maximum)}`]),
      ...(goal.filter === null ? [] : [`the IP filter ${filterName(goal.filter)}`]),
    ];
    lines.push(`${title} tokens: to ${goals.join(" and ")} in ${plan.steps.length} steps`, "");
    for (const [index, step] of plan.steps.entries()) {
      const { at, maximum, filter, rotateBefore, moveBefore, deleted, shortened } = step;
      const before = (tokens: readonly UsedToken[], act: string) => {
        if (tokens.length === 0) return;
        lines.push(
          `   Before ${utcTime(at, "minute")} ${act} these ${tokens.length} ${noun} tokens, which are or may be in use:`,
        );
        // A name may hold anything but line breaks; the id says which token is meant.
        for (const { id, name } of tokens) lines.push(`   - ${nameInText(name)} (${id})`);
        lines.push("");
      };
      before(rotateBefore, "rotate");
      before(moveBefore, "use, from an address that the IP filter accepts,");
      const acts = [
        ...(maximum === null ? [] : [`set the maximum lifetime of ${noun} tokens to ${formatDuration(maximum)}`]),
        ...(goal.filter === null
          ? []
          : [filter ? `enforce the IP filter ${filterName(goal.filter)} on ${noun} tokens` : "leave the IP filter as it is"]),
      ];
      lines.push(`${index + 1}. ${utcTime(at, "minute")}: ${acts.join(", and ")}.`);
      if (maximum !== null) lines.push(`   Deletes ${deleted} not in use, lets ${shortened} expire earlier.`);
      lines.push("");
    }
  }
  return lines.join("\n");
}

/** What a step puts in force, in words: `at most 415 days`. */
export function stepWords({ maximum, filter }: StagedStep, goal: StagedGoal, filterName: FilterName): string {
  const parts = [
    ...(maximum === null ? [] : [`at most ${formatDuration(maximum)}`]),
    ...(goal.filter === null ? [] : [filter ? `the IP filter ${filterName(goal.filter)}` : "the IP filter as it is"]),
  ];
  return parts.length === 0 ? "nothing yet" : parts.join(", ");
}

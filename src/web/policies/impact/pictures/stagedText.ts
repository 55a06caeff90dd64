import { formatDuration } from "#domain/duration.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import type { StagedPlan } from "#domain/policy/stages.ts";
import { utcTime } from "#web/ui/times.ts";

/** A staged plan as a text that can be sent to the owners: every step with its day, its value, what it does, and the tokens to rotate before. */
export function stagedText(plans: readonly { readonly kind: TokenKind; readonly plan: StagedPlan }[]): string {
  const lines: string[] = [];
  for (const { kind, plan } of plans) {
    const { noun, title } = kindTraits[kind];
    const last = plan.steps.at(-1);
    lines.push(
      `${title} tokens: to a maximum lifetime of ${formatDuration(last?.maximum ?? 0)} in ${plan.steps.length} steps`,
      "",
    );
    for (const [index, { at, maximum, rotateBefore, deleted, shortened }] of plan.steps.entries()) {
      if (rotateBefore.length > 0) {
        lines.push(
          `   Before ${utcTime(at, "minute")} rotate these ${rotateBefore.length} ${noun} tokens, which are or may be in use:`,
        );
        // A name may hold anything but line breaks; the id says which token is meant.
        for (const { id, name } of rotateBefore) lines.push(`   - ${nameInText(name)} (${id})`);
        lines.push("");
      }
      lines.push(
        `${index + 1}. ${utcTime(at, "minute")}: set the maximum lifetime of ${noun} tokens to ${formatDuration(maximum)}.`,
        `   Deletes ${deleted} not in use, lets ${shortened} expire earlier.`,
        "",
      );
    }
  }
  return lines.join("\n");
}

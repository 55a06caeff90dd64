import type { Disruption } from "#domain/policy/disruption.ts";
import type { TokenChange } from "#domain/policy/plan.ts";

/**
 * Why a token that a change stops is not renewed before it stops:
 *
 * - `gone`: the change has deleted it
 * - `disabled`: the change lets no token of its kind exist
 * - `filter`: its successor would be refused from the same addresses
 * - `personal`: it belongs to somebody else, who alone can make a new one
 */
export type NotRenewed = "gone" | "disabled" | "filter" | "personal";

/** Why a token that a change stops is not renewed before that; undefined where it can be. `ownId` is the id of the reader's user. */
export function whyNotRenewed(
  { change, disruption }: { readonly change: TokenChange; readonly disruption: Disruption },
  phase: "planned" | "made",
  ownId: string | undefined,
): NotRenewed | undefined {
  if (change.type === "delete" && phase === "made") return "gone";
  if (change.type === "delete" && change.because === "kind-disabled") return "disabled";
  if (disruption.harm === "locked-out" || disruption.harm === "may-be-locked-out") return "filter";
  return change.token.kind === "personal" && change.token.id !== ownId ? "personal" : undefined;
}

import type { DisruptionTotals, Harm } from "#domain/policy/disruption.ts";
import { count } from "#web/ui/counts.ts";
import { harmSigns, toldHarms } from "#web/ui/HarmSign.tsx";

/** What a change disrupts, counted: `1 stops now, 86 stop within 24 hours`; `nothing stops within 7 days` where nothing does. */
export function harmWords({ byHarm }: DisruptionTotals): string {
  const parts = toldHarms.flatMap((harm) => {
    const { tokens, inUse, useUnknown } = byHarm[harm];
    if (tokens === 0) return [];
    return [`${count(tokens)} ${harmVerb(harm, tokens)} (${count(inUse)} in use, ${count(useUnknown)} not known)`];
  });
  return parts.length === 0 ? "nothing stops within 7 days or is locked out" : parts.join(", ");
}

/** The words of a harm as they stand after a number: `86 stop within 24 hours`, `1 stops now`. */
export function harmVerb(harm: Harm, tokens: number): string {
  const { words } = harmSigns[harm];
  return tokens === 1 ? words : words.replace(/^stops/u, "stop");
}

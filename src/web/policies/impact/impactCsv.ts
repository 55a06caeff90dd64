import { isoInstant } from "#domain/instant.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import type { TokenChange } from "#domain/policy/plan.ts";

import { toCsv } from "#web/ui/csv.ts";
import { fullReason, replacesFilter, type ReasonContext } from "./changeWords.ts";
import { effects, effectWords, hasEffect } from "./effects.ts";
import type { Impact } from "./impact.ts";

/** What happens to a token, in words: `shortened, IP filter replaced`. */
function effectText(change: TokenChange): string {
  return effects
    .filter((effect) => hasEffect(change, effect))
    .map((effect) => (effect === "filter" && replacesFilter(change) ? "IP filter replaced" : effectWords[effect]))
    .join(", ");
}

/** The affected tokens as a CSV file. Instants in UTC (ISO 8601); an unknown last use is left empty. */
export function impactCsv({ plan }: Pick<Impact, "plan">, places: readonly number[], context: ReasonContext): string {
  const filter = (id: string | null) => (id === null ? "none" : context.filterName(id));
  const changes = places.flatMap((place) => plan.changes[place] ?? []);
  return toCsv([
    [
      "Name",
      "Kind",
      "Id",
      "Effect",
      "Created",
      "Expiry before",
      "Expiry after",
      "IP filter before",
      "IP filter after",
      "Reason",
      "Last used",
    ],
    ...changes.map((change) => {
      const { token } = change;
      const expiry = token.expireAt === null ? "never" : isoInstant(token.expireAt);
      const kept = change.type === "restrict" ? change : undefined;
      return [
        nameInText(token.name),
        kindTraits[token.kind].noun,
        token.id,
        effectText(change),
        isoInstant(token.createdAt),
        expiry,
        kept ? (kept.expireAt ? isoInstant(kept.expireAt.to) : expiry) : "",
        filter(token.ipFilter),
        kept ? filter(kept.ipFilter?.to ?? token.ipFilter) : "",
        fullReason(change, context),
        token.lastUse === undefined ? "" : token.lastUse.at === null ? "never" : isoInstant(token.lastUse.at),
      ];
    }),
  ]);
}

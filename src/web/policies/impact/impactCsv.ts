import { isoInstant } from "#domain/instant.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import type { LockOut } from "#domain/policy/disruption.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { whoActs } from "#domain/inventory/whoActs.ts";
import type { OwnerIndex } from "#domain/inventory/notes.ts";
import type { ListedRights } from "#web/policies/warn/rights.ts";
import { toCsv } from "#domain/csv.ts";
import { dotOf, dotWords, harmSigns } from "#web/ui/HarmSign.tsx";

import { fullReason, replacesFilter, type ReasonContext } from "./changeWords.ts";
import { effects, effectWords, hasEffect, type SeenToken } from "./effects.ts";
import type { Impact } from "./impact.ts";

/** What happens to a token, in words: `shortened, IP filter replaced`. */
function effectText(change: TokenChange): string {
  return effects
    .filter((effect) => hasEffect(change, effect))
    .map((effect) => (effect === "filter" && replacesFilter(change) ? "IP filter replaced" : effectWords[effect]))
    .join(", ");
}

/** Who is to act for a token, in words, and who wrote that down; nobody where it is so by itself. */
function ownerTexts(token: SeenToken, owners: OwnerIndex): readonly [owner: string, writtenBy: string] {
  const acting = whoActs(token, owners);
  const { kind, name } = acting;
  if (name === null) return ["not known", ""];
  if (acting.kind === "written") return [nameInText(acting.name), nameInText(acting.by)];
  return [kind === "token" ? `token ${nameInText(name)}` : nameInText(name), ""];
}

/** Permissions and views of a token, in words. */
function rightsTexts({ id, kind }: SeenToken, rights: ReadonlyMap<string, ListedRights>): readonly [string, string] {
  if (!kindTraits[kind].hasPermissions) return ["its user's", "its user's"];
  const read = rights.get(id);
  if (read === undefined) return ["not read", kind === "view" ? "not read" : ""];
  return [read.permissions?.join(" ") ?? "not read", read.views?.map((view) => nameInText(view.name)).join(", ") ?? ""];
}

const lockOutWords = { yes: "yes", no: "", unknown: "not known" } as const satisfies Record<LockOut, string>;

/** Last use in UTC, the address it came from, and how far it is known. */
function useTexts({ lastUse }: SeenToken): readonly [string, string, string] {
  if (lastUse === undefined) return ["not known", "not known", ""];
  const source = lastUse.source === "recorded" ? "recorded" : "audit log: perhaps later as well";
  if (lastUse.at === null) return ["never", "", source];
  return [isoInstant(lastUse.at), lastUse.from ?? "not known", source];
}

/**
 * The affected tokens as a CSV file, with the rights of those of which they could be read. Instants in UTC (ISO 8601). What is not known is
 * said to be so, never left empty.
 */
export function impactCsv(
  { plan, disruption }: Pick<Impact, "plan" | "disruption">,
  places: readonly number[],
  context: ReasonContext,
  rights: ReadonlyMap<string, ListedRights>,
  owners: OwnerIndex = new Map(),
): string {
  const filter = (id: string | null) => (id === null ? "none" : nameInText(context.filterName(id)));
  return toCsv([
    [
      "Name",
      "Kind",
      "Id",
      "Owner",
      "Stops",
      "Locked out",
      "In use",
      "Effect",
      "Created",
      "Expiry before",
      "Expiry after",
      "IP filter before",
      "IP filter after",
      "Reason",
      "Last used",
      "Last used from",
      "Last use known by",
      "Permissions",
      "Views",
      "Owner written down by",
    ],
    ...places.flatMap((place) => {
      const change = plan.changes[place];
      const harm = disruption.ofChanges[place];
      if (change === undefined || harm === undefined) return [];
      const { token } = change;
      const [owner, writtenBy] = ownerTexts(token, owners);
      const expiry = token.expireAt === null ? "never" : isoInstant(token.expireAt);
      const kept = change.type === "restrict" ? change : undefined;
      return [
        [
          nameInText(token.name),
          kindTraits[token.kind].noun,
          token.id,
          owner,
          harm.stops === undefined ? "" : harmSigns[harm.stops].words,
          lockOutWords[harm.lockedOut],
          dotWords[dotOf(harm.inUse)],
          effectText(change),
          isoInstant(token.createdAt),
          expiry,
          kept ? (kept.expireAt ? isoInstant(kept.expireAt.to) : expiry) : "",
          filter(token.ipFilter),
          kept ? filter(kept.ipFilter?.to ?? token.ipFilter) : "",
          fullReason(change, context),
          ...useTexts(token),
          ...rightsTexts(token, rights),
          writtenBy,
        ],
      ];
    }),
  ]);
}

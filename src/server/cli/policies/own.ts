import { isClientAddress } from "#domain/filter/ipFilter.ts";
import { filterJudge, type Verdict } from "#domain/filter/judge.ts";
import type { OrganizationPlan } from "#domain/policy/file/plan.ts";
import { changesNothing, type OrganizationChange } from "#domain/policy/file/resolve.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { tokenIdOf } from "#domain/token/tokenString.ts";
import type { ListedToken } from "#logscale/readTokens.ts";
import type { RemoteServer } from "#server/remote/client.ts";

import type { GovernedReading } from "./read.ts";

/** What a change does to the token by which the caller asks. */
export interface OwnEffects {
  /** A sentence each. */
  readonly own: readonly string[];
  /** Whether the caller is surely shut out by an IP filter before everything is done. */
  readonly shutsOut: boolean;
}

const none: OwnEffects = { own: [], shutsOut: false };
const notKnown = "What becomes of the token in use is not known, since no list shows it.";

/**
 * What becomes of the token by which the caller asks. A command that locks itself out cannot say afterwards what it did, so this is told before
 * it begins. A token that the lists do not show is judged by its kind, so that silence never stands for safety.
 */
export function ownEffects(
  { credential }: RemoteServer,
  { session, filters, tokens }: GovernedReading,
  change: OrganizationChange,
  { effects, stricter }: OrganizationPlan<ListedToken>,
): OwnEffects {
  // The local administrator's credential is nobody's token, and no policy governs it.
  const id = tokenIdOf(credential);
  if (id === null || changesNothing(change)) return none;
  const after = new Map(filters.map((filter) => [filter.id, filter.ipFilter]));
  for (const one of change.filters) after.set(one.type === "create" ? one.id : one.filter.id, one.text);
  const judge = filterJudge((filter) => after.get(filter));
  // Behind a gateway the cluster judges by the gateway's address, which nobody here knows.
  const told = session?.backend === "embedded" ? session.clientAddress : "";
  const address = isClientAddress(told) ? told : null;
  const filtered = (filter: string) => filterWords(judge(filter, address), address);

  const effect = effects.find(({ token }) => token.id === id);
  if (effect !== undefined) {
    const { change: fate, editedFilter } = effect;
    if (fate?.type === "delete") return { own: ["The token in use is deleted by this change."], shutsOut: false };
    const filter = fate?.ipFilter?.to ?? editedFilter;
    if (filter === undefined) return none;
    const shutsOut = editedFilter !== undefined && change.kinds.length > 0 && judge(filter, address) === "refuses";
    return { own: filtered(filter), shutsOut };
  }
  if (tokens.some((token) => token.id === id)) return none;
  const kind = session?.tokenKind;
  if (kind === undefined) return { own: [notKnown], shutsOut: false };
  const { base, next } = change;
  const { ipFilter } = next[kind];
  const own = [
    ...kindWords(kind, change),
    ...(ipFilter !== null && ipFilter !== base[kind].ipFilter ? filtered(ipFilter) : []),
    ...(stricter ? ["The token in use may have an IP filter whose rules change: it may be locked out."] : []),
  ];
  return { own, shutsOut: false };
}

function filterWords(verdict: Verdict, address: string | null): string[] {
  switch (verdict) {
    case "accepts":
      return [];
    case "refuses": {
      const which = address === null ? "every address" : `this machine's address, ${address}`;
      return [`The token in use gets an IP filter that refuses ${which}: it is locked out.`];
    }
    case "unknown":
      return [
        "The token in use gets an IP filter, and whether that accepts this machine's address is not known: it may be locked out.",
      ];
    default:
      return verdict satisfies never;
  }
}

/** What is said of a token that was not seen, by what its kind comes to. */
function kindWords(kind: TokenKind, { base, next, kinds }: OrganizationChange): string[] {
  if (!kinds.includes(kind)) return [];
  const { noun } = kindTraits[kind];
  if (!next[kind].enabled) return [`The token in use is deleted by this change, as all ${noun} tokens are.`];
  const maximum = next[kind].maximumLifetime;
  return maximum !== null && maximum < (base[kind].maximumLifetime ?? Infinity)
    ? [`The token in use falls under a new maximum lifetime of ${noun} tokens. How old it is was not seen, so it may be deleted.`]
    : [];
}

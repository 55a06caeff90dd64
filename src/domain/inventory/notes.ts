import type { Long } from "#domain/long.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { InventoryKind } from "./item.ts";
import type { Thresholds } from "./thresholds.ts";

/**
 * Which token something is noted of. A governed token is known by its id and the instant of its making (ms since epoch), since a personal
 * token's id is its user's, and the next one has it too. An ingest token is known by its repository's name and its own, a fleet token by
 * the handle of its value. Nothing in it is secret.
 */
export type TokenKey =
  | { readonly kind: TokenKind; readonly id: string; readonly createdAt: number }
  | { readonly kind: "ingest"; readonly repository: string; readonly name: string }
  | { readonly kind: "fleet"; readonly handle: string };

/** That somebody dismissed a finding of a token. */
export interface Dismissal {
  readonly token: TokenKey;
  /** Name of the rule that finds it. One that this version does not have is kept, and nothing comes of it. */
  readonly rule: string;
  /** Why, in somebody's words. */
  readonly note: string;
  /** When the finding comes back, ms since epoch; null: when somebody brings it back. */
  readonly until: number | null;
  /** Username of who dismissed it. */
  readonly by: string;
  /** Ms since epoch. */
  readonly at: number;
  /** Another one with each change. */
  readonly version: string;
}

/** Who is to act for a token, as somebody wrote it down. A personal token has none: it is its user's. */
export interface WrittenOwner {
  readonly token: TokenKey;
  /** A person, a team, an e-mail address. */
  readonly owner: string;
  /** Username of who wrote it, or the name of the token that did. */
  readonly by: string;
  /** Ms since epoch. */
  readonly at: number;
  /** Another one with each change. */
  readonly version: string;
}

/** That a token takes the place of another of its kind. A token replaces one at most, never itself, and links never run in a ring. */
export interface SuccessorLink {
  /** The new one. */
  readonly token: TokenKey;
  /** The old one. */
  readonly replaces: TokenKey;
  /** Username of who said so, or the name of the token that did. */
  readonly by: string;
  /** Ms since epoch. */
  readonly at: number;
  /** Another one with each change. */
  readonly version: string;
}

/** The thresholds in force, and who set them; `set` is null while they are the usual ones. */
export interface KeptThresholds {
  readonly values: Thresholds;
  readonly set: { readonly by: string; readonly at: number; readonly version: string } | null;
}

/** Everything that people write of tokens, as far as one may read it. */
export interface FindingNotes {
  readonly thresholds: KeptThresholds;
  readonly dismissals: readonly Dismissal[];
  readonly owners: readonly WrittenOwner[];
  /** Of a link one may read both tokens. */
  readonly links: readonly SuccessorLink[];
}

/** One text for each key, and for no two the same. */
export function keyText(key: TokenKey): string {
  switch (key.kind) {
    case "ingest":
      return JSON.stringify([key.kind, key.repository, key.name]);
    case "fleet":
      return JSON.stringify([key.kind, key.handle]);
    default:
      return JSON.stringify([key.kind, key.id, key.createdAt]);
  }
}

/** The key of a token in the inventory; undefined where its making is not known, or beyond the exact numbers. */
export function tokenKeyOf(token: {
  readonly kind: InventoryKind;
  readonly id: string | undefined;
  readonly name: string;
  readonly createdAt: Long | undefined;
  readonly ingest?: { readonly repository: string };
  readonly fleet?: { readonly handle: string };
}): TokenKey | undefined {
  const { kind, id, name, createdAt, ingest, fleet } = token;
  if (kind === "ingest") return ingest && { kind, repository: ingest.repository, name };
  if (kind === "fleet") return fleet && { kind, handle: fleet.handle };
  return id === undefined || typeof createdAt !== "number" ? undefined : { kind, id, createdAt };
}

/** Dismissals by token and rule, so that very many tokens can be looked up; see {@link dismissedNow}. */
export type DismissalIndex = ReadonlyMap<string, ReadonlyMap<string, Dismissal>>;

/** Puts dismissals in order for looking them up. */
export function indexDismissals(dismissals: readonly Dismissal[]): DismissalIndex {
  const index = new Map<string, Map<string, Dismissal>>();
  for (const dismissal of dismissals) {
    const text = keyText(dismissal.token);
    const ofToken = index.get(text);
    if (ofToken === undefined) index.set(text, new Map([[dismissal.rule, dismissal]]));
    else ofToken.set(dismissal.rule, dismissal);
  }
  return index;
}

/** The dismissal of a finding, in force or past its date of return; undefined where there is none. */
export function dismissalOf(index: DismissalIndex, token: TokenKey, rule: string): Dismissal | undefined {
  return index.size === 0 ? undefined : index.get(keyText(token))?.get(rule);
}

/** The dismissal of a finding that is in force at `now` (ms since epoch). From its date of return on, the finding is back. */
export function dismissedNow(index: DismissalIndex, token: TokenKey, rule: string, now: number): Dismissal | undefined {
  const dismissal = dismissalOf(index, token, rule);
  return dismissal !== undefined && (dismissal.until === null || now < dismissal.until) ? dismissal : undefined;
}

/** Written owners by token; see {@link ownerOf}. */
export type OwnerIndex = ReadonlyMap<string, WrittenOwner>;

/** Puts owners in order for looking them up. */
export function indexOwners(owners: readonly WrittenOwner[]): OwnerIndex {
  return new Map(owners.map((owner) => [keyText(owner.token), owner]));
}

/** The owner that is written down for a token; undefined where there is none. */
export function ownerOf(index: OwnerIndex, token: TokenKey): WrittenOwner | undefined {
  return index.size === 0 ? undefined : index.get(keyText(token));
}

/** Links by either of their tokens; see {@link linkOf} and {@link linksTo}. */
export interface LinkIndex {
  readonly byToken: ReadonlyMap<string, SuccessorLink>;
  readonly byReplaced: ReadonlyMap<string, readonly SuccessorLink[]>;
}

/** Puts links in order for looking them up. */
export function indexLinks(links: readonly SuccessorLink[]): LinkIndex {
  const byReplaced = new Map<string, SuccessorLink[]>();
  for (const link of links) {
    const text = keyText(link.replaces);
    const ofToken = byReplaced.get(text);
    if (ofToken === undefined) byReplaced.set(text, [link]);
    else ofToken.push(link);
  }
  return { byToken: new Map(links.map((link) => [keyText(link.token), link])), byReplaced };
}

/** What a token replaces; undefined where nobody said so. */
export function linkOf({ byToken }: LinkIndex, token: TokenKey): SuccessorLink | undefined {
  return byToken.size === 0 ? undefined : byToken.get(keyText(token));
}

/** By what a token is replaced. */
export function linksTo({ byReplaced }: LinkIndex, token: TokenKey): readonly SuccessorLink[] {
  return byReplaced.size === 0 ? [] : (byReplaced.get(keyText(token)) ?? []);
}

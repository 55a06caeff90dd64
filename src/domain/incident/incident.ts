import { usualAddress } from "#domain/usualAddress.ts";
import { governedKey, ingestKey, type InventoryToken } from "#domain/inventory/item.ts";
import type { Long } from "#domain/long.ts";
import { isTokenKind, tokenKinds } from "#domain/token/kinds.ts";
import { horizons } from "#domain/token/lastUse.ts";

/** Whom or what an incident is about. Every part that is there narrows it; a user and a token stand beside each other. */
export interface IncidentSubject {
  /** Id of a user. */
  readonly user?: string | undefined;
  /** Id of a token. That of a personal token is its user's. */
  readonly token?: string | undefined;
  readonly address?: string | undefined;
  /** Ms since epoch. */
  readonly since?: number | undefined;
  /** Not itself. */
  readonly until?: number | undefined;
}

/** A record of the audit trail, as far as it is gathered by. */
export interface IncidentRecord {
  readonly timestamp: string;
  readonly type: string;
  readonly outcome: "done" | "refused";
  readonly actor: {
    readonly user?: { readonly id: string; readonly username: string } | undefined;
    readonly tokenId?: string | undefined;
    readonly tokenName?: string | undefined;
  };
  readonly target: { readonly kind: string; readonly id: string; readonly name: string | null } | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly actionName?: unknown;
  readonly newTokenId?: unknown;
  /** Of values that were shown: the kind and the name of each token. */
  readonly tokens?: unknown;
}

/**
 * What a token has to do with an incident, the most telling first:
 *
 * - `itself`: it is what the incident is about, or the personal token of its user
 * - `made`: it was created, so that its secret was seen
 * - `rotated`: its secret was made anew, and seen
 * - `named`: whoever created it has the same name; nothing more is on record
 * - `shown`: its value was read, or that of another of its kind and name
 * - `used`: it was used last from the address, or within the span of time
 */
export const incidentTies = ["itself", "made", "rotated", "named", "shown", "used"] as const;

/** One of {@link incidentTies}. */
export type IncidentTie = (typeof incidentTies)[number];

/** A token that has to do with an incident. */
export interface TiedToken {
  readonly token: InventoryToken;
  /** At least one, in the order of {@link incidentTies}. */
  readonly ties: readonly IncidentTie[];
}

/** A token that was made, and is not listed any more under the id that it was given. */
export interface GoneToken {
  readonly kind: string;
  readonly id: string;
  readonly name: string | null;
  /** Ms since epoch. */
  readonly madeAt: number;
}

/** Everything that is known of an incident, sorted. */
export interface Incident<Rec extends IncidentRecord> {
  /** In the order of their ties, then of the inventory. */
  readonly tokens: readonly TiedToken[];
  /** The last made first. */
  readonly gone: readonly GoneToken[];
  /** What was changed besides the making of tokens, the newest first. */
  readonly changed: readonly Rec[];
  /** What was tried and refused, the newest first. */
  readonly refused: readonly Rec[];
  /** Sign-ins and what was read or saved, the newest first. */
  readonly used: readonly Rec[];
  /** What whoever acted was called, by the records and the inventory; without those that others share with it. */
  readonly names: readonly string[];
}

/** Whether an incident is about anything. */
export function isAboutSomething(subject: IncidentSubject): boolean {
  return Object.values(subject).some((part) => part !== undefined);
}

/** Gathers what an incident made, changed and used. The records are those of its subject, the newest first. */
export function gatherIncident<Rec extends IncidentRecord>(
  subject: IncidentSubject,
  tokens: readonly InventoryToken[],
  records: readonly Rec[],
): Incident<Rec> {
  const actors = new Set([subject.user, subject.token].filter((id) => id !== undefined));
  const names = namesOf(actors, tokens, records);
  const trail = readTrail(records);
  const within = (at: Long | null | undefined) =>
    at != null && (subject.since === undefined || at >= subject.since) && (subject.until === undefined || at < subject.until);
  const bySpan = subject.since !== undefined || subject.until !== undefined;

  const tiesOf = (token: InventoryToken): readonly IncidentTie[] => {
    const { id, kind, name, owner, createdAt, lastUse } = token;
    const known: Record<IncidentTie, boolean> = {
      itself: id !== undefined && actors.has(id),
      made: trail.made.has(token.key) || trail.made.has(nameKey(kind, name)),
      rotated: trail.rotated.has(id ?? ""),
      named: false,
      shown: trail.shown.has(nameKey(kind, name)),
      used: false,
    };
    // Nothing but a record tells from which address a token was made.
    if (subject.address === undefined && kind !== "personal" && (!bySpan || within(createdAt))) {
      if (actors.size === 0) known.made = true;
      else if (owner.id !== null && actors.has(owner.id)) known.made = true;
      else if (owner.id === null && owner.name !== null && names.includes(owner.name)) known.named = !known.made;
    }
    if (actors.size === 0 && lastUse !== undefined && lastUse.at !== null) {
      known.used = isFrom(subject, lastUse.from) && (!bySpan || within(lastUse.at));
    }
    return incidentTies.filter((tie) => known[tie]);
  };

  const tied = tokens.flatMap((token): TiedToken[] => {
    const ties = tiesOf(token);
    return ties.length === 0 ? [] : [{ token, ties }];
  });
  const first = ({ ties }: TiedToken) => incidentTies.findIndex((tie) => ties.includes(tie));
  const listed = new Set(tokens.flatMap(({ key, kind, name }) => [key, nameKey(kind, name)]));
  return {
    tokens: tied.toSorted((a, b) => first(a) - first(b)),
    gone: [...trail.made].flatMap(([key, token]) => (listed.has(key) ? [] : [token])),
    ...trail.acts,
    names,
  };
}

/** A session that is alive, as far as it is judged by. Times are ms since epoch. */
export interface IncidentSession {
  readonly userId: string | null;
  readonly tokenId: string | null;
  /** Who made the link that it was begun by. */
  readonly linkedBy: string | null;
  readonly address: string | null;
  readonly createdAt: Long;
  readonly lastSeenAt: Long;
}

/** Whether an address is the one that an incident is about, in whatever notation, where it is about one. */
function isFrom({ address }: Pick<IncidentSubject, "address">, from: string | null): boolean {
  return address === undefined || (from !== null && usualAddress(from) === usualAddress(address));
}

/** Whether a session belongs to an incident: it acts as its user or token, or was begun by a link of the user's. Parts narrow it together. */
export function isSessionOf({ user, token, address, since, until }: IncidentSubject, session: IncidentSession): boolean {
  const { userId, tokenId, linkedBy } = session;
  const actors = [user, token].filter((id) => id !== undefined);
  if (actors.length > 0 && !actors.some((id) => id === userId || id === tokenId || id === linkedBy)) return false;
  if (!isFrom({ address }, session.address)) return false;
  return (since === undefined || session.lastSeenAt >= since) && (until === undefined || session.createdAt < until);
}

/**
 * Whether a token is ticked for what is done about an incident before anybody chose. Only those are whose secret was seen, and of which it
 * is on record that nobody used them within a week: what is in use, or may be, is for a person to tick.
 */
export function startsTicked({ token: { lastUse }, ties }: TiedToken, now: number): boolean {
  if (!ties.some((tie) => tie === "itself" || tie === "made" || tie === "rotated")) return false;
  if (lastUse?.source !== "recorded") return false;
  return lastUse.at === null || lastUse.at < now - horizons.week;
}

interface Trail<Rec> {
  /** Keys of tokens of the inventory; of a fleet token its kind and name, since nothing else tells it. */
  readonly made: ReadonlyMap<string, GoneToken>;
  /** Ids. */
  readonly rotated: ReadonlySet<string>;
  /** Kinds and names. */
  readonly shown: ReadonlySet<string>;
  readonly acts: Pick<Incident<Rec & IncidentRecord>, "changed" | "refused" | "used">;
}

/** Types of records that tell of use, and of no change. */
const usingTypes: ReadonlySet<string> = new Set([
  "user.signin",
  "user.signout",
  "tokenhouse.values.reveal",
  "tokenhouse.file.save",
  "tokenhouse.localadministrator.use",
  "tokenhouse.read",
]);

function readTrail<Rec extends IncidentRecord>(records: readonly Rec[]): Trail<Rec> {
  const made = new Map<string, GoneToken>();
  const rotated = new Set<string>();
  const shown = new Set<string>();
  const acts = { changed: [] as Rec[], refused: [] as Rec[], used: [] as Rec[] };
  for (const record of records) {
    if (record.outcome === "refused") {
      acts.refused.push(record);
      continue;
    }
    const key = madeKey(record);
    if (key !== undefined && record.target !== null) {
      made.set(key, { ...record.target, madeAt: Date.parse(record.timestamp) });
    } else if (usingTypes.has(record.type)) {
      acts.used.push(record);
      if (Array.isArray(record.tokens))
        for (const token of record.tokens) if (typeof token === "string") shown.add(shownKey(token));
    } else {
      acts.changed.push(record);
      if (record.type === "hashedtokens.rotate" && typeof record.newTokenId === "string") rotated.add(record.newTokenId);
    }
  }
  return { made, rotated, shown, acts };
}

/** By what the inventory knows the token that a record tells was made; undefined where it tells of something else. */
function madeKey({ type, target, after, actionName }: IncidentRecord): string | undefined {
  if (target === null || actionName !== "create") return undefined;
  switch (type) {
    case "hashedtokens.change": {
      const kind = tokenKinds.find((known) => known === after?.["kind"]);
      return kind && governedKey(kind, target.id);
    }
    case "tokens": {
      const repository = after?.["repository"];
      return typeof repository === "string" ? ingestKey(repository, target.name ?? "") : undefined;
    }
    case "tokenhouse.fleettoken.change":
      return nameKey("fleet", target.name ?? "");
    default:
      return undefined;
  }
}

/** A kind and a name; no key of the inventory is like it. */
function nameKey(kind: string, name: string): string {
  return `name ${kind} ${name}`;
}

/** The same of a token as records of values name it. */
function shownKey(token: string): string {
  const space = token.indexOf(" ");
  const kind = token.slice(0, space) === "fleetToken" ? "fleet" : "ingest";
  return nameKey(kind, token.slice(space + 1));
}

function namesOf(
  actors: ReadonlySet<string>,
  tokens: readonly InventoryToken[],
  records: readonly IncidentRecord[],
): readonly string[] {
  const names = new Set<string>();
  const add = (id: string | undefined | null, name: string | null | undefined) => {
    if (id != null && name != null && actors.has(id)) names.add(name);
  };
  for (const { actor } of records) {
    add(actor.user?.id, actor.user?.username);
    if (actor.user === undefined) add(actor.tokenId, actor.tokenName);
  }
  for (const { id, name, kind, owner } of tokens) {
    if (isTokenKind(kind)) add(id, name);
    add(owner.id, owner.name);
  }
  return [...names];
}

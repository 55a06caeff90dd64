import type { Kysely } from "kysely";

import { minute } from "#domain/duration.ts";
import { bareEntry, type AuditActor, type AuditEntry } from "#domain/audit/record.ts";
import { networkOf } from "#domain/usualAddress.ts";

import type { Database } from "#server/store/schema.ts";
import type { Trail } from "./trail.ts";

/** Records that a minute leaves of strangers at most, so that they cannot fill the trail; the rest is counted in one for each reason. */
const mostOfStrangers = 100;

/** Those of them by addresses of one network: whoever has one address of IPv6 mostly has a whole /64, and must not crowd out others. */
const mostOfNetwork = 5;

/** Records that a minute leaves of one caller at most. Whoever has a valid credential is not crowded out by strangers. */
const mostOfCaller = 50;

/** Addresses that are told apart in what is counted together. */
const mostAddresses = 1000;

/** What is counted instead of recorded each time. */
export type TalliedType = "user.signin" | "tokenhouse.read" | "tokenhouse.localadministrator.use";

/** Something that happens too often, or that strangers can make happen, to be a record each time. */
export interface Tallied {
  readonly type: TalliedType;
  readonly actor: AuditActor;
  /** Why it was refused, a code; undefined where it was not. */
  readonly reason?: string;
  readonly operation: string;
}

/** Counts refused reads, failed sign-ins and uses of the local administrator's token: one record a minute, address and reason. */
export interface AuditTally {
  /** Counts one; returns at once and never throws. What was counted is lost in a crash before its minute is over. */
  note(what: Tallied): void;
  /** Writes what was counted so far. */
  flush(): Promise<void>;
}

interface Count {
  readonly what: Tallied;
  readonly since: number;
  until: number;
  count: number;
  /** Where it has those of several addresses: which, as limits tell them apart. */
  readonly addresses: Set<string> | undefined;
  /** The groups of which it fills a place. */
  readonly groups: readonly string[];
}

function tellApart({ addresses }: Count, address: string): void {
  if (addresses !== undefined && addresses.size < mostAddresses) addresses.add(address);
}

/** What something may be counted as. */
interface Place {
  readonly key: string;
  readonly actor: AuditActor;
  /** The groups of places that it is one of, and how many each may have. */
  readonly groups: readonly (readonly [group: string, most: number])[];
  readonly together: boolean;
}

/** What something may be counted as, the most telling first; there is always room for the last. */
function placesOf({ type, actor, reason = "", operation }: Tallied): readonly Place[] {
  const kind = JSON.stringify([type, reason]);
  const { ip = "", ...unplaced } = actor;
  const who = actor.user?.id ?? actor.tokenId ?? actor.type;
  const own = { key: `${kind} ${JSON.stringify([who, ip, operation])}`, actor, together: false };
  if (actor.type !== "stranger") {
    return [
      { ...own, groups: [[`caller ${who}`, mostOfCaller]] },
      { key: `${kind} ${JSON.stringify([who])}`, actor: unplaced, groups: [], together: true },
    ];
  }
  const strangers = ["strangers", mostOfStrangers] as const;
  const rest = { key: kind, actor: unplaced, groups: [], together: true };
  const network = networkOf(ip);
  if (network === null) return [{ ...own, groups: [strangers] }, rest];
  return [
    { ...own, groups: [strangers, [`network ${network}`, mostOfNetwork]] },
    { key: `${kind} ${network}`, actor: { ...actor, ip: network }, groups: [strangers], together: true },
    rest,
  ];
}

export function makeAuditTally(
  db: Kysely<Database>,
  trail: Trail,
  now: () => number,
  onError: (error: unknown) => void,
): AuditTally {
  let counts = new Map<string, Count>();
  let groups = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const taken = counts;
    counts = new Map();
    groups = new Map();
    try {
      for (const [key, { what, since, until, count, addresses }] of taken) {
        const { type, actor, reason, operation } = what;
        const details = { count, until: new Date(until).toISOString(), ...(addresses && { addresses: addresses.size }) };
        const entry: AuditEntry = { ...bareEntry(type, type === "user.signin" ? "signin" : "use", null), details } as AuditEntry;
        const refusal = reason === undefined ? undefined : { code: reason };
        await trail.append(db, entry, { at: since, actor, operation, refusal });
        taken.delete(key);
      }
    } catch (error) {
      putBack(taken);
      throw error;
    }
  }

  /** Counts on with what could not be written, such as on a full disk. */
  function putBack(unwritten: ReadonlyMap<string, Count>): void {
    for (const [key, former] of unwritten) {
      const later = counts.get(key);
      for (const address of later?.addresses ?? []) tellApart(former, address);
      counts.set(key, { ...former, until: later?.until ?? former.until, count: former.count + (later?.count ?? 0) });
      if (later === undefined) fill(former.groups);
    }
    wait();
  }

  function fill(filled: readonly string[]): void {
    for (const group of filled) groups.set(group, (groups.get(group) ?? 0) + 1);
  }

  function wait(): void {
    timer ??= setTimeout(() => void flush(), minute).unref();
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return (writing = writing.then(write).catch(onError));
  }

  /** Where something is counted: where such was already, else at the first place that has room. */
  function placeFor(places: readonly Place[]): Place | undefined {
    return (
      places.find(({ key, together }) => !together && counts.has(key)) ??
      places.find((place) => place.groups.every(([group, most]) => counts.has(place.key) || (groups.get(group) ?? 0) < most))
    );
  }

  return {
    note(what) {
      const place = placeFor(placesOf(what));
      if (place === undefined) return;
      const at = now();
      let known = counts.get(place.key);
      if (known === undefined) {
        const kept = { ...what, actor: place.actor };
        const addresses = place.together ? new Set<string>() : undefined;
        known = { what: kept, since: at, until: at, count: 0, addresses, groups: place.groups.map(([group]) => group) };
        counts.set(place.key, known);
        fill(known.groups);
      }
      known.count++;
      known.until = at;
      tellApart(known, networkOf(what.actor.ip ?? "") ?? what.actor.ip ?? "");
      wait();
    },
    flush,
  };
}

import type { Kysely } from "kysely";

import { minute } from "#domain/duration.ts";
import { bareEntry, type AuditActor, type AuditEntry } from "#domain/audit/record.ts";

import type { Database } from "#server/store/schema.ts";
import type { Trail } from "./trail.ts";

/** Records that a minute leaves at most, so that strangers cannot fill the trail; what comes from further addresses is counted in one more. */
const mostAMinute = 100;

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
}

export function makeAuditTally(
  db: Kysely<Database>,
  trail: Trail,
  now: () => number,
  onError: (error: unknown) => void,
): AuditTally {
  let counts = new Map<string, Count>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const taken = [...counts.values()];
    counts = new Map();
    for (const { what, since, until, count } of taken) {
      const { type, actor, reason, operation } = what;
      const details = { count, until: new Date(until).toISOString() };
      const entry: AuditEntry = { ...bareEntry(type, type === "user.signin" ? "signin" : "use", null), details } as AuditEntry;
      const refusal = reason === undefined ? undefined : { code: reason };
      await trail.append(db, entry, { at: since, actor, operation, refusal });
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return (writing = writing.then(write).catch(onError));
  }

  return {
    note(what) {
      const { type, actor, reason = "", operation } = what;
      const who = actor.user?.id ?? actor.tokenId ?? actor.type;
      const own = JSON.stringify([type, reason, actor.ip ?? "", who, operation]);
      const isFull = !counts.has(own) && counts.size >= mostAMinute;
      // From whatever further addresses.
      const key = isFull ? JSON.stringify([type, reason]) : own;
      const at = now();
      const known = counts.get(key);
      if (known === undefined) {
        const kept = isFull
          ? { ...what, actor: { type: "stranger" as const, organizationId: actor.organizationId, orgRoot: false } }
          : what;
        counts.set(key, { what: kept, since: at, until: at, count: 1 });
      } else {
        known.count++;
        known.until = at;
      }
      timer ??= setTimeout(() => void flush(), minute).unref();
    },
    flush,
  };
}

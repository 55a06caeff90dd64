import { sql, type Kysely } from "kysely";

import { hour } from "#domain/duration.ts";
import { ingestLock } from "#server/store/locks.ts";
import type { Database } from "#server/store/schema.ts";
import { keptEvents, type KeptText, type Received } from "./kept.ts";

/** How long what was counted may wait to be written, in ms. */
export const flushDelay = 1000;

/** How long hourly counts are kept, in ms. */
const hoursKept = 48 * hour;

/** What arrived in one request for one repository. */
export interface Arrival {
  readonly repositoryId: string;
  /** The ingest token, by id; null when the data came with an API token, whose use is recorded elsewhere. */
  readonly tokenId: string | null;
  readonly tokenName: string;
  readonly parserName: string | null;
  readonly received: Received;
  /** Bytes of the uncompressed body. */
  readonly bytes: number;
  /** Ms since epoch. */
  readonly at: number;
  readonly address: string;
}

/** Counts what arrives, behind the requests' backs. */
export interface IngestRecorder {
  /** Notes what arrived; returns at once and never throws. It is written a second later at most, and lost in a crash until then. */
  record(arrival: Arrival): void;
  /** Writes what was noted so far; resolves when it is written or has failed. */
  flush(): Promise<void>;
}

interface NewUse {
  events: number;
  bytes: number;
  firstAt: number;
  at: number;
  address: string;
  /** Events by the hour that they arrived in. */
  readonly hours: Iterable<readonly [hour: number, events: number]>;
}

interface Use extends NewUse {
  readonly hours: Map<number, number>;
}

interface KeptEvent extends KeptText {
  readonly tokenName: string;
  readonly parserName: string | null;
  readonly at: number;
}

/**
 * Makes a recorder. What cannot be written is kept for the next try: of counts that is one entry for each token, of events the last hundred
 * for each repository.
 */
export function ingestRecorder(db: Kysely<Database>, onError: (error: unknown) => void): IngestRecorder {
  let uses = new Map<string, Use>();
  let events = new Map<string, KeptEvent[]>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    if (uses.size === 0 && events.size === 0) return;
    const [takenUses, takenEvents] = [uses, events];
    [uses, events] = [new Map(), new Map()];
    try {
      await writeArrivals(db, takenUses, takenEvents);
    } catch (error) {
      onError(error);
      const [newUses, newEvents] = [uses, events];
      [uses, events] = [takenUses, takenEvents];
      for (const [id, use] of newUses) addUse(uses, id, use);
      for (const [id, list] of newEvents) addEvents(events, id, list);
      schedule();
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return (writing = writing.then(write));
  }

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), flushDelay).unref();
  }

  return {
    record({ repositoryId, tokenId, tokenName, parserName, received, bytes, at, address }) {
      if (tokenId !== null) {
        const count = received.events;
        addUse(uses, tokenId, { events: count, bytes, firstAt: at, at, address, hours: [[at - (at % hour), count]] });
      }
      if (received.last.length > 0) {
        addEvents(
          events,
          repositoryId,
          received.last.map(({ text, size }) => ({ tokenName, parserName, at, text, size })),
        );
      }
      schedule();
    },
    flush,
  };
}

function addUse(uses: Map<string, Use>, id: string, use: NewUse): void {
  const known = uses.get(id);
  if (known === undefined) {
    uses.set(id, { ...use, hours: new Map(use.hours) });
    return;
  }
  known.events += use.events;
  known.bytes += use.bytes;
  known.firstAt = Math.min(known.firstAt, use.firstAt);
  if (use.at >= known.at) [known.at, known.address] = [use.at, use.address];
  for (const [start, count] of use.hours) known.hours.set(start, (known.hours.get(start) ?? 0) + count);
}

function addEvents(events: Map<string, KeptEvent[]>, id: string, added: readonly KeptEvent[]): void {
  const known = events.get(id) ?? [];
  if (known.length === 0) events.set(id, known);
  known.push(...added);
  // Now and then: each time would copy all of them for each event.
  if (known.length >= 2 * keptEvents) known.splice(0, known.length - keptEvents);
}

async function writeArrivals(
  db: Kysely<Database>,
  uses: ReadonlyMap<string, Use>,
  events: ReadonlyMap<string, readonly KeptEvent[]>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(ingestLock)})`.execute(trx);
    // Repositories before their tokens, as whoever deletes a repository locks them, so that neither waits for the other.
    await sql`
      select id from search_domains
      where id = any(${[...events.keys()]}::text[])
        or id in (select repository_id from ingest_tokens where id = any(${[...uses.keys()]}::text[]))
      order by id for key share`.execute(trx);
    if (uses.size > 0) {
      const list = [...uses];
      const hours = list.flatMap(([id, use]) => [...use.hours].map(([start, count]) => ({ id, start, count })));
      // Tokens that were removed meanwhile are passed over; those that are there stay until the end.
      await sql`
        with known as (
          select id from ingest_tokens where id = any(${list.map(([id]) => id)}::text[]) order by id for no key update
        )
        update ingest_tokens as token set
          events = token.events + used.events,
          bytes = token.bytes + used.bytes,
          last_used_from = case when used.at >= coalesce(token.last_used_at, 0) then used.address else token.last_used_from end,
          last_used_at = greatest(token.last_used_at, used.at),
          first_used_at = case
            when token.last_used_at is null then used.first_at
            -- Another process may have written a later one. Of a token that was used before this was written down it is not known.
            when token.first_used_at is not null then least(token.first_used_at, used.first_at)
          end
        from unnest(
          ${list.map(([id]) => id)}::text[],
          ${list.map(([, use]) => use.events)}::int8[],
          ${list.map(([, use]) => use.bytes)}::int8[],
          ${list.map(([, use]) => use.firstAt)}::int8[],
          ${list.map(([, use]) => use.at)}::int8[],
          ${list.map(([, use]) => use.address)}::text[]
        ) as used (id, events, bytes, first_at, at, address), known
        where token.id = used.id and known.id = used.id`.execute(trx);
      await sql`
        insert into ingest_hours as counted (token_id, hour, events)
        select used.id, used.hour, used.events
        from unnest(
          ${hours.map(({ id }) => id)}::text[],
          ${hours.map(({ start }) => start)}::int8[],
          ${hours.map(({ count }) => count)}::int8[]
        ) as used (id, hour, events)
        join ingest_tokens as token on token.id = used.id
        on conflict (token_id, hour) do update set events = counted.events + excluded.events`.execute(trx);
      const newest = Math.max(...list.map(([, use]) => use.at));
      await trx
        .deleteFrom("ingestHours")
        .where("hour", "<", newest - hoursKept)
        .execute();
    }
    if (events.size > 0) {
      const repositories = [...events.keys()];
      const list = [...events].flatMap(([repositoryId, kept]) =>
        kept.slice(-keptEvents).map((event) => ({ repositoryId, ...event })),
      );
      await sql`
        with known as (
          select id from search_domains where id = any(${repositories}::text[]) order by id for key share
        )
        insert into ingest_events (repository_id, token_name, parser_name, received_at, size, text)
        select event.repository_id, event.token_name, event.parser_name, event.received_at, event.size, event.text
        from unnest(
          ${list.map((event) => event.repositoryId)}::text[],
          ${list.map((event) => event.tokenName)}::text[],
          ${list.map((event) => event.parserName)}::text[],
          ${list.map((event) => event.at)}::int8[],
          ${list.map((event) => event.size)}::int8[],
          ${list.map((event) => event.text)}::text[]
        ) with ordinality as event (repository_id, token_name, parser_name, received_at, size, text, position)
        join known on known.id = event.repository_id
        order by event.position`.execute(trx);
      await sql`
        delete from ingest_events as old using (
          select repository_id, id, row_number() over (partition by repository_id order by id desc) as place
          from ingest_events where repository_id = any(${repositories}::text[])
        ) as placed
        where old.id = placed.id and placed.place > ${keptEvents}`.execute(trx);
    }
  });
}

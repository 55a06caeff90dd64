import { sql, type Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";

/** How old a recorded use must be before a new one is recorded, in ms. */
const lastUseGranularity = 60_000;

/** When to try again to record the use of a token that a transaction holds, in ms, and how often. */
export const retryDelay = 250;
const mostRetries = 40;

interface TokenUse {
  readonly id: string;
  /** Which secret was used: a use of a secret that was replaced meanwhile is not the new one's. */
  readonly secretHash: Uint8Array;
  /** What the store has, ms since epoch. */
  readonly lastUsedAt: number | null;
  /** Ms since epoch. */
  readonly at: number;
  readonly address: string;
}

/** Records when and from where tokens are used last, and when first, behind the requests' backs. */
export interface LastUseRecorder {
  /** Notes a use; returns at once and never throws. */
  record(use: TokenUse): void;
  /** Tries again what could not be written yet. Resolves when everything noted so far was written or tried. */
  settled(): Promise<void>;
}

/**
 * Makes a recorder. It writes many uses in one statement, on one connection. It skips rows that a transaction holds, such as a policy being
 * applied or the very mutation that used the token, and tries them again a moment later: waiting would use up the connections.
 */
export function lastUseRecorder(db: Kysely<Database>, onError: (error: unknown) => void): LastUseRecorder {
  const waiting = new Map<string, TokenUse>();
  const held = new Map<string, { readonly use: TokenUse; readonly tries: number }>();
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    while (waiting.size > 0) {
      const uses = [...waiting.values()];
      waiting.clear();
      try {
        const missed = await writeUses(db, uses);
        for (const use of uses) keep(use, missed.has(use.id));
      } catch (error) {
        for (const { id } of uses) held.delete(id);
        onError(error);
      }
    }
    writing = undefined;
  }

  function keep(use: TokenUse, missed: boolean): void {
    const tries = missed ? (held.get(use.id)?.tries ?? 0) + 1 : 0;
    if (tries === 0 || tries > mostRetries) {
      held.delete(use.id);
      return;
    }
    held.set(use.id, { use, tries });
    timer ??= setTimeout(() => void retry(), retryDelay).unref();
  }

  function retry(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    for (const [id, { use }] of held) if (!waiting.has(id)) waiting.set(id, use);
    return writeWaiting();
  }

  /** Begins to write, unless that is under way. With nothing to write, `write` would end before it is noted here, and stay noted for ever. */
  function writeWaiting(): Promise<void> {
    if (waiting.size > 0) writing ??= write();
    return writing ?? Promise.resolve();
  }

  return {
    record(use) {
      if (use.lastUsedAt !== null && use.at - use.lastUsedAt < lastUseGranularity) return;
      waiting.set(use.id, use);
      void writeWaiting();
    },
    async settled() {
      await writing;
      if (held.size > 0) await retry();
    },
  };
}

/** Writes the uses and returns the ids of the tokens that it passed over, since a transaction holds them. */
async function writeUses(db: Kysely<Database>, uses: readonly TokenUse[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    with uses as (
      select id, decode(secret_hash, 'hex') as secret_hash, at, address
      from unnest(
        ${uses.map((use) => use.id)}::text[],
        ${uses.map((use) => Buffer.from(use.secretHash).toString("hex"))}::text[],
        ${uses.map((use) => use.at)}::int8[],
        ${uses.map((use) => use.address)}::text[]
      ) as given (id, secret_hash, at, address)
    ), due as (
      select tokens.id from tokens join uses on uses.id = tokens.id and uses.secret_hash = tokens.secret_hash
      where tokens.last_used_at is null or tokens.last_used_at <= uses.at - ${lastUseGranularity}::int8
    ), free as (
      select tokens.id from tokens join uses on uses.id = tokens.id and uses.secret_hash = tokens.secret_hash
      where tokens.last_used_at is null or tokens.last_used_at <= uses.at - ${lastUseGranularity}::int8
      for update of tokens skip locked
    ), written as (
      update tokens set last_used_at = uses.at, last_used_from = uses.address,
        first_used_at = case
          when tokens.last_used_at is null then uses.at
          -- Another process may have written a later one. Of a token that was used before this was written down it is not known.
          when tokens.first_used_at is not null then least(tokens.first_used_at, uses.at)
        end
      from uses, free where tokens.id = uses.id and free.id = uses.id
    )
    select id from due except select id from free`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

import { sql, type Kysely } from "kysely";

import type { Database } from "../store/schema.ts";

/** How old a recorded use must be before a new one is recorded, in ms. */
const lastUseGranularity = 60_000;

/** One use of a token. */
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

/** Records when and from where tokens are used, behind the requests' backs. */
export interface LastUseRecorder {
  /** Notes a use; returns at once and never throws. */
  record(use: TokenUse): void;
  /** Resolves when everything noted so far is written or has failed. */
  settled(): Promise<void>;
}

/**
 * Makes a recorder. It writes on one connection at a time, many uses in one statement, and passes over rows that a transaction holds (a
 * policy being applied, say): a use missed is recorded a moment later, whereas waiting for it would use up the connections.
 */
export function lastUseRecorder(db: Kysely<Database>, onError: (error: unknown) => void): LastUseRecorder {
  const waiting = new Map<string, TokenUse>();
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (waiting.size > 0) {
      const uses = [...waiting.values()];
      waiting.clear();
      try {
        await writeUses(db, uses);
      } catch (error) {
        onError(error);
      }
    }
    writing = undefined;
  }

  return {
    record(use) {
      if (use.lastUsedAt !== null && use.at - use.lastUsedAt < lastUseGranularity) return;
      waiting.set(use.id, use);
      writing ??= write();
    },
    settled: () => writing ?? Promise.resolve(),
  };
}

async function writeUses(db: Kysely<Database>, uses: readonly TokenUse[]): Promise<void> {
  await sql`
    with uses as (
      select id, decode(secret_hash, 'hex') as secret_hash, at, address
      from unnest(
        ${uses.map((use) => use.id)}::text[],
        ${uses.map((use) => Buffer.from(use.secretHash).toString("hex"))}::text[],
        ${uses.map((use) => use.at)}::int8[],
        ${uses.map((use) => use.address)}::text[]
      ) as given (id, secret_hash, at, address)
    ), free as (
      select tokens.id from tokens join uses on uses.id = tokens.id and uses.secret_hash = tokens.secret_hash
      where tokens.last_used_at is null or tokens.last_used_at <= uses.at - ${lastUseGranularity}::int8
      for update of tokens skip locked
    )
    update tokens set last_used_at = uses.at, last_used_from = uses.address
    from uses, free where tokens.id = uses.id and free.id = uses.id`.execute(db);
}

import type { Kysely } from "kysely";

import type { TargetKind } from "#domain/audit/record.ts";

import type { Claimed } from "#server/access/judgement.ts";
import type { Database } from "#server/store/schema.ts";
import { actorOf, type Trail } from "./trail.ts";

/** Tokens that a record of values names; it counts all. */
const mostNamed = 2000;

/** Whose values one answer holds. */
export interface Revealed {
  /** Notes that the answer holds the value of a token. */
  note(kind: Extract<TargetKind, "ingestToken" | "fleetToken">, token: { readonly id: string; readonly name: string }): void;
  /** Notes that a token was made in this very request: that its value was handed out is on record. */
  made(id: string): void;
  /** Notes that the answer holds a text in which people may have put a secret. */
  confide(): void;
  /** Whether the answer holds a secret, or may. */
  holdsSecrets(): boolean;
  /** Records whose values the answer holds, where it holds any. An answer that cannot be recorded must not be given. */
  record(db: Kysely<Database>, trail: Trail, claimed: Claimed, at: number, operation: string): Promise<void>;
}

export function makeRevealed(): Revealed {
  const tokens = new Map<string, { readonly kind: string; readonly name: string }>();
  const own = new Set<string>();
  let confided = false;
  return {
    note(kind, { id, name }) {
      if (!own.has(id)) tokens.set(id, { kind, name });
    },
    made: (id) => void own.add(id),
    confide: () => void (confided = true),
    holdsSecrets: () => confided || tokens.size > 0 || own.size > 0,
    async record(db, trail, { identity, address }, at, operation) {
      if (tokens.size === 0) return;
      const named = [...tokens].slice(0, mostNamed);
      const entry = {
        type: "tokenhouse.values.reveal",
        action: "reveal",
        target: null,
        details: {
          ids: named.map(([id]) => id),
          tokens: named.map(([, { kind, name }]) => `${kind} ${name}`),
          count: tokens.size,
        },
      } as const;
      await trail.append(db, entry, { at, actor: actorOf(identity.caller, identity, address), operation });
    },
  };
}

import { z } from "zod";

import { whoseTurn } from "#domain/inventory/acting.ts";
import { withIds, type FoundLeak, type FoundPlace } from "#domain/leak/found.ts";
import type { LeakKind } from "#domain/leak/match.ts";
import { urgencies, urgencyOf, type Urgency } from "#domain/leak/urgency.ts";
import { isoInstant } from "#domain/instant.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { exitStatus } from "#server/cli/remote/status.ts";
import { countPart as count, instantPart as instant, ownerPart } from "#server/remote/documentParts.ts";
import type { LookedUpId, LookUp } from "#server/remote/leaked.ts";

import type { FilesScan } from "./scan.ts";

/** What a token string in a file turned out to be, the most urgent first. */
export const leakStates = [...urgencies.filter((urgency) => urgency !== "expired"), "unseen", "expired", "gone"] as const;

/** One of {@link leakStates}. */
export type LeakState = Urgency | "unseen" | "gone";

/** A token string that was found, and what it is. */
export interface LeakedToken {
  readonly find: FoundLeak;
  readonly id: string;
  readonly state: LeakState;
  readonly result: LookedUpId;
}

/** What was found in files, and what it is. */
export interface LeaksReport {
  /** Scheme, host and port of the server that was asked; null where nothing was to be asked. */
  readonly server: string | null;
  /** When, ms since epoch. */
  readonly at: number;
  readonly scan: FilesScan;
  /** The most urgent first. */
  readonly tokens: readonly LeakedToken[];
  readonly remarks: readonly string[];
}

/** Puts together what was found and what became of looking it up. */
export function leaksReport(scan: FilesScan, lookUp: LookUp | undefined, server: string | null, at: number): LeaksReport {
  const tokens = withIds(scan.leaks).map(({ find, id }): LeakedToken => {
    const result = lookUp?.results.get(id) ?? { type: "unseen" };
    return { find, id, result, state: result.type === "found" ? urgencyOf(result.token, at) : result.type };
  });
  const place = ({ state }: LeakedToken) => leakStates.indexOf(state);
  return { server, at, scan, tokens: tokens.toSorted((a, b) => place(a) - place(b)), remarks: lookUp?.remarks ?? [] };
}

/** Whether whoever has a token string can use it; null where nobody can tell. */
export function lives(state: LeakState): boolean | null {
  switch (state) {
    case "in-use":
    case "maybe":
    case "idle":
      return true;
    case "unseen":
      return null;
    case "expired":
    case "gone":
      return false;
    default:
      return state satisfies never;
  }
}

/** The status that comes of a search. A live token that was found counts whatever could not be read besides. */
export function leaksStatus({ tokens, scan }: LeaksReport): number {
  if (tokens.some(({ state }) => lives(state) === true)) return exitStatus.harm;
  if (scan.unread.length > 0) return exitStatus.error;
  const unknown =
    tokens.some(({ state }) => lives(state) === null) ||
    scan.leaks.some(({ kind }) => kind === "administrator") ||
    // So many were found that some were not kept, and could not be looked up.
    (["token", "cut", "administrator"] as const).some((kind) => scan.unkept[kind] !== undefined);
  return unknown ? exitStatus.unseen : exitStatus.nothing;
}

/** Strings of these kinds may be values of ingest and fleet tokens, and much else. They are sent nowhere. */
export const uncheckedKinds = ["uuid", "letters", "jwt"] as const satisfies readonly LeakKind[];

const found = {
  count: count.describe("how often it was found"),
  places: z
    .array(z.object({ file: z.string(), line: count, column: count }))
    .describe("the first of them; lines and columns count from 1, columns in UTF-16 units"),
};

/** The report as JSON. Its JSON Schema is docs/leaks.schema.json. */
export const leaksSchema = z
  .object({
    version: z.literal(1),
    server: z.string().nullable().describe("scheme, host and port; null where nothing was found that could be asked about"),
    at: instant,
    searched: z.object({ lines: count, characters: count }),
    tokens: z
      .array(
        z.object({
          id: z.string(),
          state: z
            .enum(leakStates)
            .describe(
              "in-use, idle: it lives, and was or was not used within the last week; maybe: it lives, and nobody knows of its use; unseen: the caller sees no such token; gone: there is none",
            ),
          alive: z.boolean().nullable().describe("null where nobody can tell"),
          whole: z.boolean().describe("false where the beginning of a secret alone was found"),
          guess: z.boolean().describe("whether where the string begins or ends is a guess"),
          token: z
            .object({
              kind: z.enum(tokenKinds),
              name: z.string(),
              owner: ownerPart,
              expireAt: instant.nullable().describe("null when it never expires"),
              ipFilter: z.string().nullable().describe("name of the IP filter; null: it works from every address"),
              lastUsedAt: instant.nullable().optional().describe("null when never used; absent where nobody knows"),
            })
            .nullable()
            .describe("null where none was found"),
          ...found,
        }),
      )
      .describe("the most urgent first. Each was matched by its id alone, since the secret stays on this machine"),
    administrators: z
      .array(z.object(found))
      .describe("credentials of a Tokenhouse's local administrator; nobody is asked about them"),
    unchecked: z
      .array(
        z.object({
          kind: z.enum(uncheckedKinds),
          named: z.boolean().describe("whether what stands before it speaks of tokens"),
          ...found,
        }),
      )
      .describe("strings that may be values of ingest and fleet tokens, and much else; they are sent nowhere"),
    unkept: z
      .object(
        Object.fromEntries(
          [...uncheckedKinds, "token", "cut", "administrator", "foreign"].map((kind) => [kind, count.optional()]),
        ),
      )
      .describe("how many further strings of a kind were found and not kept"),
    unread: z.array(z.object({ file: z.string(), why: z.string() })).describe("files that were not read, or not to their end"),
    remarks: z.array(z.string()).describe("what could not be read besides tokens: a sentence each"),
  })
  .meta({ title: "Tokens found in files, as tokenhouse leaks --format json reports them" });

/** The report as a value that JSON can hold. No secret is in it. */
export function leaksJson({ server, at, scan, tokens, remarks }: LeaksReport): z.infer<typeof leaksSchema> {
  return {
    version: 1,
    server,
    at: isoInstant(at),
    searched: { lines: scan.lines, characters: scan.characters },
    tokens: tokens.map(({ find, id, state, result }) => ({
      id,
      state,
      alive: lives(state),
      whole: find.kind === "token",
      guess: find.glued,
      token: result.type === "found" ? tokenPart(result) : null,
      ...placesOf(find),
    })),
    administrators: scan.leaks.filter(({ kind }) => kind === "administrator").map(placesOf),
    unchecked: scan.leaks.flatMap((find) => {
      const kind = uncheckedKinds.find((each) => each === find.kind);
      return kind === undefined ? [] : [{ kind, named: find.named, ...placesOf(find) }];
    }),
    unkept: { ...scan.unkept },
    unread: [...scan.unread],
    remarks: [...remarks],
  };
}

function placesOf({ count: times, places }: FoundLeak) {
  return { count: times, places: places.map(({ file = "", line, column }: FoundPlace) => ({ file, line, column })) };
}

function tokenPart({ token, item }: Extract<LookedUpId, { readonly type: "found" }>) {
  const { kind, name, expireAt, filter, lastUse } = token;
  const owner = whoseTurn(item);
  return {
    kind,
    name,
    owner: { kind: owner.kind, id: owner.id, name: owner.name },
    expireAt: expireAt === null ? null : isoInstant(expireAt),
    ipFilter: filter?.name ?? null,
    ...(lastUse && { lastUsedAt: lastUse.at === null ? null : isoInstant(lastUse.at) }),
  };
}

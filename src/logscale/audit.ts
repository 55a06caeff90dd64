import * as z from "zod/mini";

import { targetKinds } from "#domain/audit/record.ts";

/** Where the embedded server reads its audit trail out. Each takes a POST; what is looked for may be anything, and stands in no address. */
export const auditRecordsPath = "/api/tokenhouse/audit/records";
export const auditFacetsPath = "/api/tokenhouse/audit/facets";

/** Where it looks through the whole trail, and where it gives out all of it: for root and owners of the organization, by GET. */
export const auditVerificationPath = "/api/tokenhouse/audit/verification";
export const auditExportPath = "/api/tokenhouse/audit/export";

/** Records of one page at most, and of one that asks for whole records. */
export const auditPageLimits = { cut: 500, whole: 20 } as const;

/** How many entries of a list a record that is cut has: a change of the policies may name a hundred thousand tokens. */
export const cutLists = 100;

/** Where the page tells that it made a file of tokens in the browser, of which the server would not know. */
export const auditSavedPath = "/api/tokenhouse/audit/saved";

export const auditSavedSchema = z.strictObject({
  what: z.enum(["kit", "evidence"]),
  /** Ids of the tokens in it that have one. */
  tokens: z.array(z.string().check(z.regex(/^[\w.-]{1,100}$/u))).check(z.maxLength(200_000)),
  /** How many tokens are in it. */
  count: z.int().check(z.nonnegative()),
});

/** What the browser saved. */
export type AuditSaved = z.infer<typeof auditSavedSchema>;

const values = z.array(z.string().check(z.maxLength(1000))).check(z.maxLength(100));

/** What records are looked for: those that meet every part. An instant is in ms since epoch. */
export const auditFilterSchema = z.strictObject({
  /** Ids of records. */
  ids: z.optional(values),
  /** Ids of users, else of tokens, else types of actors. */
  actors: z.optional(values),
  types: z.optional(values),
  /** Ids of what records are about. */
  subjects: z.optional(values),
  targetKinds: z.optional(z.array(z.enum(targetKinds))),
  outcome: z.optional(z.enum(["done", "refused"])),
  addresses: z.optional(values),
  since: z.optional(z.int()),
  /** Not itself. */
  until: z.optional(z.int()),
  /** Part of any text of the record, in any case. */
  search: z.optional(z.string().check(z.maxLength(200))),
});

export type AuditFilter = z.infer<typeof auditFilterSchema>;

export const auditRecordsRequestSchema = z.strictObject({
  filter: auditFilterSchema,
  /** The `next` of the page before; absent for the first, with the newest records. */
  after: z.optional(z.string().check(z.regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z \d{1,15}$/u))),
  limit: z.int().check(z.positive(), z.maximum(auditPageLimits.cut)),
  /** Whether lists in records are whole. */
  whole: z.optional(z.boolean()),
});

/** A record as it is read out: what every record has, and the fields of its type besides. */
export const auditRecordSchema = z.looseObject({
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  sensitive: z.boolean(),
  actor: z.looseObject({
    type: z.string(),
    ip: z.optional(z.string()),
    user: z.optional(z.object({ id: z.string(), username: z.string(), isRoot: z.boolean() })),
    tokenId: z.optional(z.string()),
    tokenName: z.optional(z.string()),
    sessionId: z.optional(z.string()),
    /** Who made the link that the session was begun by; without an id it was the local administrator. */
    linkedBy: z.optional(z.object({ id: z.nullable(z.string()), name: z.string() })),
    orgRoot: z.boolean(),
  }),
  operation: z.string(),
  /** What it has in common with the other records of one act. */
  act: z.optional(z.string()),
  outcome: z.enum(["done", "refused"]),
  refusal: z.optional(z.object({ code: z.string(), field: z.nullable(z.string()) })),
  target: z.nullable(z.object({ kind: z.string(), id: z.string(), name: z.nullable(z.string()) })),
  subjects: z.array(z.string()),
  before: z.nullable(z.record(z.string(), z.unknown())),
  after: z.nullable(z.record(z.string(), z.unknown())),
});

export type AuditRecord = z.infer<typeof auditRecordSchema>;

export const auditRecordsSchema = z.object({
  records: z.array(
    z.object({
      record: auditRecordSchema,
      /** Its place in the chain; null while it waits. */
      position: z.nullable(z.number()),
      /** How long each list is of which only the beginning stands here. */
      lengths: z.record(z.string(), z.number()),
    }),
  ),
  /** What to ask the next page by; null where there is none. */
  next: z.nullable(z.string()),
  /** Whether the caller reads everybody's records, or one's own alone. */
  everybody: z.boolean(),
});

export type AuditRecords = z.infer<typeof auditRecordsSchema>;

const facetSchema = z.array(z.object({ value: z.string(), name: z.nullable(z.string()), count: z.number() }));

/** How often each value occurs in the newest records that meet a filter, the most frequent first. */
export const auditFacetsSchema = z.object({
  actors: facetSchema,
  types: facetSchema,
  targetKinds: facetSchema,
  outcomes: facetSchema,
  addresses: facetSchema,
  /** How many records were counted, and whether there are more of them. */
  counted: z.number(),
  more: z.boolean(),
});

export type AuditFacets = z.infer<typeof auditFacetsSchema>;

/** What looking through the whole trail found. */
export const chainReportSchema = z.object({
  /** Records that are chained, and records that still wait to be. */
  records: z.number(),
  waiting: z.number(),
  /** When the oldest of those that wait was written; absent in the answer of an earlier release. */
  waitingSince: z.optional(z.nullable(z.string())),
  seals: z.number(),
  /** The end of the chain; `mac` in hexadecimal. */
  head: z.object({ seal: z.number(), records: z.number(), mac: z.string() }),
  /** Whether there was an end outside the database to compare with. */
  compared: z.boolean(),
  /** Place of the last record that retention deleted; 0 where it deleted none. */
  cutAfter: z.number(),
  /** Where the chain does not hold, the first first; none: it holds. `record` is the id of what it is about, where it is about one. */
  faults: z.array(z.object({ what: z.string(), record: z.nullable(z.string()) })),
});

export type ChainReport = z.infer<typeof chainReportSchema>;

import * as z from "zod/mini";

import { day } from "#domain/duration.ts";

import { auditRecordSchema } from "./audit.ts";

/** Where a gateway reads out what its cluster's audit log (the repository `humio-audit`) has of a span of time. It takes a POST. */
export const activityPath = "/api/tokenhouse/activity";

/** Records that are read of a span at most: the newest. */
export const mostActivity = 10_000;

/** The longest span, ms. */
export const longestActivity = 400 * day;

const latest = 8.64e15;
const instant = z.int().check(z.nonnegative(), z.maximum(latest));

/** Of what span: from `since` until right before `until`, ms since epoch. Callers choose nothing else of the search. */
export const activityRequestSchema = z
  .strictObject({ since: instant, until: instant })
  .check(z.refine(({ since, until }) => since < until && until - since <= longestActivity));

export type ActivityRequest = z.infer<typeof activityRequestSchema>;

/** What the audit log has of a span, as far as it shows the caller. */
export const activitySchema = z.object({
  /** The newest first. */
  records: z.array(
    z.object({
      record: auditRecordSchema,
      /** How long each list is of which only the beginning stands here. */
      lengths: z.record(z.string(), z.number()),
    }),
  ),
  /** Whether there may be older ones of the span, which were not read. */
  more: z.boolean(),
  /** False where the cluster warned that its answer may not be whole. */
  whole: z.boolean(),
  /** Events that could not be read as such. */
  skipped: z.number(),
});

export type Activity = z.infer<typeof activitySchema>;
export type ActivityRow = Activity["records"][number];

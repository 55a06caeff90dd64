import * as z from "zod/mini";

import type { AuditedUse } from "#domain/token/auditedUse.ts";

/** Where a gateway serves the last use of tokens. It takes a POST without content and answers {@link auditUseSchema}. */
export const auditUsePath = "/api/tokenhouse/last-use";

/**
 * When tokens were last used, as far as the audit log (the repository `humio-audit`) tells within a period. It records audited actions
 * only, and shows each caller only what they may see. A token that it does not name may still be in use.
 */
export const auditUseSchema = z.object({
  /** How far back was searched, ms. */
  period: z.number(),
  /** False where the cluster warned that its result may not be whole. */
  whole: z.boolean(),
  /** Each token's id, its latest audited action (ms since epoch), and the address that the log has of it; null where it has none. */
  uses: z.array(z.tuple([z.string(), z.number(), z.nullable(z.string())])),
  /** Each token's id, and who created it as far as the log tells: what that is, its id and its name. Of a token that is missing nobody knows. */
  creators: z.array(z.tuple([z.string(), z.enum(["user", "token"]), z.nullable(z.string()), z.string()])),
});

/** See {@link auditUseSchema}. */
export type AuditUse = z.infer<typeof auditUseSchema>;

/** What the answer of a gateway tells; undefined where it is no such answer. */
export function auditedUseFrom(answer: unknown): AuditedUse | undefined {
  const parsed = auditUseSchema.safeParse(answer);
  if (!parsed.success) return undefined;
  const { period, whole, uses, creators } = parsed.data;
  return {
    period,
    whole,
    uses: new Map(uses.map(([id, at, from]) => [id, { at, from, source: "at-least" }])),
    creators: new Map(creators.map(([token, kind, id, name]) => [token, { kind, id, name }])),
  };
}

import type { AuditedUse } from "#domain/token/auditedUse.ts";
import { auditUsePath, auditUseSchema } from "#logscale/auditUse.ts";
import { CallError } from "#web/api/failure.ts";
import { askRoute } from "#web/api/route.ts";

/** Has the gateway search its cluster's audit log for the last use of tokens. Throws {@link CallError}. */
export async function readAuditUse(signal: AbortSignal): Promise<AuditedUse> {
  const parsed = auditUseSchema.safeParse(await askRoute(auditUsePath, { method: "POST", signal }));
  if (!parsed.success) {
    const message = "The answer about last use is not one this page understands. Reload the page.";
    throw new CallError({ kind: "unexpected", message }, { cause: parsed.error });
  }
  const { period, whole, uses, creators } = parsed.data;
  return {
    period,
    whole,
    uses: new Map(uses.map(([id, at, from]) => [id, { at, from, source: "at-least" }])),
    creators: new Map(creators.map(([token, kind, id, name]) => [token, { kind, id, name }])),
  };
}

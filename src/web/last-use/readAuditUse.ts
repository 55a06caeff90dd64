import type { AuditedUse } from "#domain/token/auditedUse.ts";
import { auditedUseFrom, auditUsePath } from "#logscale/auditUse.ts";
import { CallError } from "#web/api/failure.ts";
import { askRoute } from "#web/api/route.ts";

/** Has the gateway search its cluster's audit log for the last use of tokens. Throws {@link CallError}. */
export async function readAuditUse(signal: AbortSignal): Promise<AuditedUse> {
  const found = auditedUseFrom(await askRoute(auditUsePath, { method: "POST", signal }));
  if (found !== undefined) return found;
  const message = "The answer about last use is not one this page understands. Reload the page.";
  throw new CallError({ kind: "unexpected", message });
}

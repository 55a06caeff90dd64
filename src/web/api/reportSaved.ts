import { auditSavedPath, type AuditSaved } from "#logscale/audit.ts";
import type { Session } from "#logscale/session.ts";

import { watchedFetch } from "./connection.ts";
import { offers } from "./session.ts";

/**
 * Tells the server's audit trail that the browser made a file of tokens. Where it cannot be told, the file is there all the same: nothing
 * comes of that for whoever saved it.
 */
export async function reportSaved(session: Session, saved: AuditSaved): Promise<void> {
  if (!offers(session, "auditTrail")) return;
  await watchedFetch(auditSavedPath, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    credentials: "same-origin",
    redirect: "error",
    cache: "no-store",
    body: JSON.stringify(saved),
  }).catch(() => undefined);
}

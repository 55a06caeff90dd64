import type { AuditSaved } from "#logscale/audit.ts";
import type { Session } from "#logscale/session.ts";

/** As `reportSaved`, whose code is loaded when there is something to report. */
export async function reportLater(session: Session, saved: AuditSaved): Promise<void> {
  // A file was saved whether or not this can be loaded.
  const part = await import("./reportSaved.ts").catch(() => undefined);
  await part?.reportSaved(session, saved);
}

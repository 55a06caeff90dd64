import type { AuditedUse } from "#domain/token/auditedUse.ts";
import { auditedUseFrom, auditUsePath } from "#logscale/auditUse.ts";
import type { ExtensionName } from "#logscale/session.ts";

import { askRoute, type RemoteServer } from "./client.ts";

/** What a gateway's search of its cluster's audit log gave. */
export interface AuditReading {
  /** Undefined where it could not be searched, and where there is nothing that searches it. */
  readonly use?: AuditedUse;
  /** What is not known, in a sentence. */
  readonly remark?: string;
}

/** Has a gateway search the audit log for the last use and the creators of tokens. Where that fails they are not known. */
export async function readAudit(
  server: RemoteServer,
  offers: (extension: ExtensionName) => boolean,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (words: string) => void },
): Promise<AuditReading> {
  if (!offers("auditUse")) return {};
  onProgress("Searching the audit log for last use");
  const use = auditedUseFrom((await askRoute(server, auditUsePath, signal, "POST")).body);
  if (use === undefined)
    return { remark: "The cluster's audit log could not be searched: last use and creators of tokens are not known." };
  return { use, ...(!use.whole && { remark: "The cluster warned that its audit log may not be whole." }) };
}

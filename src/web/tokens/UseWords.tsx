import Typography from "@mui/material/Typography";

import { unknownUseWords, useUseKnowledge, withAuditedUse } from "#web/last-use/auditUse.ts";
import { localTime, relativeTime } from "#web/ui/times.ts";

import type { TokenDetail } from "./tokenQuery.ts";

/** What is known of a token's last use, in a sentence. */
export function UseWords({ token, now }: { readonly token: TokenDetail; readonly now: number }) {
  const knowledge = useUseKnowledge();
  const audit = knowledge.type === "audited" ? knowledge.audit : undefined;
  const { lastUsedAt, lastUsedFrom } = withAuditedUse(token, audit);
  return (
    <Typography sx={{ marginTop: 2 }}>
      {lastUsedAt === undefined
        ? `When it was last used: ${unknownUseWords(knowledge).toLowerCase()}. It may be in use.`
        : lastUsedAt === null
          ? "It was never used."
          : `It was last used ${relativeTime(lastUsedAt, now)}${lastUsedFrom != null ? `, from ${lastUsedFrom}` : ""} (${localTime(lastUsedAt)}).`}
    </Typography>
  );
}

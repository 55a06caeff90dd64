import Typography from "@mui/material/Typography";

import { horizons, usedWithin } from "#domain/token/lastUse.ts";
import { withAuditedUse } from "#domain/token/auditedUse.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { unknownUseWords, useUseKnowledge, type UseKnowledge } from "#web/last-use/auditUse.ts";
import { localTime, relativeTime } from "#web/ui/times.ts";

/** What is known of a token's last use, in a sentence. */
export function UseWords({ token, now }: { readonly token: TokenDetail; readonly now: number }) {
  const knowledge = useUseKnowledge();
  const audit = knowledge.type === "audited" ? knowledge.audit : undefined;
  return <Typography sx={{ marginTop: 2 }}>{useWords(withAuditedUse(token, audit), knowledge, now)}</Typography>;
}

function useWords(token: TokenDetail, knowledge: UseKnowledge, now: number): string {
  const { lastUse } = token;
  if (lastUse === undefined) return `When it was last used: ${unknownUseWords(knowledge).toLowerCase()}. It may be in use.`;
  if (lastUse.at === null) {
    const young = usedWithin(token, horizons.week, now) === "unknown";
    return young ? "It was not used yet. It is younger than 7 days, so somebody may be about to." : "It was never used.";
  }
  const when = `${relativeTime(lastUse.at, now)}${lastUse.from === null ? "" : `, from ${lastUse.from}`} (${localTime(lastUse.at)})`;
  return lastUse.source === "recorded"
    ? `It was last used ${when}.`
    : `The audit log has a use of it ${when}. It may have been used since.`;
}

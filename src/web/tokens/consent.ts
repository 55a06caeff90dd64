import { horizons, usedWithin } from "#domain/token/lastUse.ts";
import { withAuditedUse } from "#domain/token/auditedUse.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import type { ConfirmDialogProps } from "#web/ui/ConfirmDialog.tsx";
import { useServerNow } from "#web/api/useServerNow.ts";
import type { Session } from "#web/api/session.ts";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";

/** What it takes to stop the secret of a token. */
export interface StopConsent {
  /** Whether the token is in use, as far as that is known. One that has expired is not: it is accepted nowhere. */
  readonly used: "yes" | "no" | "unknown";
  /** What is to be typed; undefined where the token is known not to be in use. */
  readonly typed: ConfirmDialogProps["typed"];
}

/** What it takes to stop the secret of a token, by whatever `verb` says. What is not known is never taken for harmless. */
export function useStopConsent(token: TokenDetail | undefined, session: Session, verb: string): StopConsent {
  const now = useServerNow();
  const knowledge = useUseKnowledge();
  if (token === undefined) return { used: "unknown", typed: typedWord(verb) };
  const { id, expireAt } = token;
  const known = withAuditedUse(token, knowledge.type === "audited" ? knowledge.audit : undefined);
  const used = expireAt !== null && expireAt <= now ? "no" : usedWithin(known, horizons.week, now);
  return { used, typed: used === "no" && session.tokenId !== id ? undefined : typedWord(verb) };
}

/** That a word is to be typed. */
export function typedWord(verb: string): ConfirmDialogProps["typed"] {
  return { expected: verb, label: `Type ${verb} to confirm` };
}

import type { TokenKind } from "#domain/token/kinds.ts";
import type { KindSeen } from "#web/api/kindSeen.ts";

import { KindSection } from "./KindSection.tsx";
import { PolicyText } from "./PolicyText.tsx";
import type { Draft } from "./useDraft.ts";

export interface DraftSectionProps {
  readonly kind: TokenKind;
  readonly draft: Draft;
  readonly seen: KindSeen | undefined;
  /** Whether the caller may change the policy of system tokens. */
  readonly withSystem: boolean;
}

/** The part of the page for one kind's policy: to be changed, or to be read where the caller may not change it. */
export function DraftSection({ kind, draft: { form, base, undo }, seen, withSystem }: DraftSectionProps) {
  if (kind === "system" && !withSystem) {
    return (
      <PolicyText
        kind={kind}
        policy={base[kind]}
        reason="Only root and whoever may change system permissions can change this. Applying leaves it as it is."
      />
    );
  }
  return <KindSection kind={kind} control={form.control} base={base[kind]} seen={seen} onUndo={undo} />;
}

import RefreshIcon from "@mui/icons-material/RefreshOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import { kindTraits } from "#domain/token/kinds.ts";
import { leavesAll, type Policies } from "#domain/policy/policy.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { unknownWords } from "#web/tokens/VisibilityNote.tsx";
import { ProgressBar } from "#web/ui/ProgressBar.tsx";
import { count } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

import type { AllTokens, KindSeen } from "#web/policies/useTokens.ts";

export interface SeenNotesProps {
  readonly kinds: readonly KindSeen[];
  readonly draft: Policies;
}

/** How far the figures reach: which kinds were seen only in part or not at all. A warning only where the draft may do something to them. */
export function SeenNotes({ kinds, draft }: SeenNotesProps) {
  const { gateway } = useOrganization();
  const knowledge = useUseKnowledge();
  return (
    <>
      {[false, true].map((harmless) => {
        const concerned = kinds.filter(({ kind }) => leavesAll(draft[kind]) === harmless);
        return seenNotes(concerned).map((note) => (
          <Typography key={note} sx={{ color: harmless ? "text.secondary" : "warning.main" }}>
            {note}
          </Typography>
        ));
      })}
      {gateway && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginBlock: 0 }}>
          In front of LogScale: that a maximum lifetime counts from a token’s creation is inferred from its documentation; it sees
          the gateway’s address, not yours; and between the last reading and the change a small window remains.
        </Typography>
      )}
      <AuditUseNote knowledge={knowledge} brief />
    </>
  );
}

/** How far reading the tokens is, with a way to call it off, or a way to read them again. */
export function ReadingStatus({ tokens }: { readonly tokens: AllTokens }) {
  const progress = useOverallLoadProgress();
  if (!tokens.loading) {
    return (
      <Button size="small" startIcon={<RefreshIcon />} onClick={tokens.reload} sx={{ minHeight: 28, paddingBlock: 0 }}>
        Read again
      </Button>
    );
  }
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 3, minHeight: 28 }}>
      <Typography variant="caption">
        {progress ? `${count(progress.loaded)} of ${count(progress.total)} tokens read` : "Reading tokens"}
      </Typography>
      <ProgressBar label="Reading tokens" progress={progress} width={140} />
      <Button size="small" onClick={tokens.cancel} sx={{ minHeight: 28, paddingBlock: 0 }}>
        Cancel
      </Button>
    </Box>
  );
}

/** What the page must say of kinds that were seen in part; empty when all were seen. */
function seenNotes(kinds: readonly KindSeen[]): string[] {
  const named = (state: KindSeen["state"]) => kinds.filter((seen) => seen.state === state);
  const titles = (seen: readonly KindSeen[]) => `${listWords(seen.map(({ kind }) => kindTraits[kind].noun))} tokens`;
  const notes: string[] = [];
  const hidden = named("hidden");
  if (hidden.length > 0) notes.push(`None of the ${titles(hidden)} are visible to you; what happens to them is not known.`);
  const partial = named("partial").filter(({ more, steady }) => more || !steady);
  if (partial.length > 0) {
    const unsteady = partial.some(({ steady }) => !steady) ? " The list changed while it was read: read again." : "";
    notes.push(`Only some of the ${titles(partial)} are visible to you; there may be more.${unsteady}`);
  }
  for (const { kind, unknown } of kinds) {
    const words = unknownWords(kind, unknown);
    if (words !== undefined) notes.push(`${words} What happens to ${unknown === 1 ? "it" : "them"} is not known.`);
  }
  for (const { kind, failure } of named("failed"))
    notes.push(`The ${kindTraits[kind].noun} tokens could not be read: ${failure?.message ?? ""}`);
  return notes;
}

import NoteIcon from "@mui/icons-material/InfoOutlined";
import RefreshIcon from "@mui/icons-material/RefreshOutlined";
import WarningIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import type { ReactNode } from "react";

import { kindTraits } from "#domain/token/kinds.ts";
import { leavesAll, type Policies } from "#domain/policy/policy.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { auditUseWords } from "#web/last-use/AuditUseNote.tsx";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { unknownWords } from "#web/tokens/VisibilityNote.tsx";
import { ProgressBar } from "#web/ui/ProgressBar.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

import { endsSession, type OwnWarning } from "./ownCredential.ts";
import { ownTokenStays, warningWords } from "./ownWords.ts";
import type { KindSeen } from "#web/api/kindSeen.ts";
import type { AllTokens } from "#web/policies/useTokens.ts";

export interface ImpactNotesProps {
  readonly kinds: readonly KindSeen[];
  readonly draft: Policies;
  /** What the draft does to the administrator's own tokens. */
  readonly warnings: readonly OwnWarning[];
  /** Whether tokens are still being read, so that silence means nothing yet. */
  readonly waiting: boolean;
}

interface Note {
  readonly words: string;
  readonly tone: "serious" | "notice" | "limit" | "quiet";
  readonly action?: ReactNode;
}

const tones = ["serious", "notice", "limit", "quiet"] as const satisfies readonly Note["tone"][];

/**
 * What the draft does to the reader's own tokens, and how far the figures reach: one line with the gravest, which opens. Its place is always
 * taken, so that a note moves nothing when it comes.
 */
export function ImpactNotes({ kinds, draft, warnings, waiting }: ImpactNotesProps) {
  const notes = useNotes({ kinds, draft, warnings, waiting });
  const [first, ...others] = tones.flatMap((tone) => notes.filter((note) => note.tone === tone));
  if (first === undefined) return null;
  const { Icon, colour, ground } = looks[first.tone];
  return (
    <Box
      component={others.length > 0 ? "details" : "div"}
      data-own-credential={first.tone}
      sx={{ ...notesStyle, backgroundColor: ground ?? "transparent", ...(ground && { outline: "1px solid transparent" }) }}
    >
      <Box component={others.length > 0 ? "summary" : "div"} sx={lineStyle}>
        <Icon aria-hidden sx={{ color: colour, fontSize: "1rem", flexShrink: 0 }} />
        <span data-words>{first.words}</span>
        {others.length > 0 && <span data-more>{countOf(others.length, "more note")}</span>}
      </Box>
      {first.action}
      {others.map(({ words, tone, action }) => (
        <Typography
          key={words}
          variant="caption"
          component="p"
          sx={{ color: looks[tone].colour, marginTop: 1, paddingInlineStart: 5 }}
        >
          {words} {action}
        </Typography>
      ))}
    </Box>
  );
}

function useNotes({ kinds, draft, warnings, waiting }: ImpactNotesProps): readonly Note[] {
  const { session, gateway, filterName } = useOrganization();
  const knowledge = useUseKnowledge();
  const use = auditUseWords(knowledge, true);
  return [
    ...warnings.map((warning): Note => ({
      words: warningWords(warning, filterName, gateway),
      tone: endsSession(warning) ? "serious" : "notice",
    })),
    // A warning only where the draft may do something to them.
    ...[false, true].flatMap((harmless) =>
      seenNotes(kinds.filter(({ kind }) => leavesAll(draft[kind]) === harmless)).map((words): Note => ({
        words,
        tone: harmless ? "quiet" : "limit",
      })),
    ),
    ...(warnings.length === 0 ? [{ words: ownTokenStays(session, waiting), tone: "quiet" } as const] : []),
    ...(gateway
      ? [
          {
            words:
              "In front of LogScale: that a maximum lifetime counts from a token’s creation is inferred from its documentation; it sees the gateway’s address, not yours; and between the last reading and the change a small window remains.",
            tone: "quiet",
          } as const,
        ]
      : []),
    ...(use === undefined
      ? []
      : [
          {
            words: use,
            tone: "quiet",
            action: knowledge.type === "failed" && knowledge.failure.kind !== "refused" && (
              <Button size="small" onClick={knowledge.retry} sx={{ minHeight: 24, paddingBlock: 0 }}>
                Search again
              </Button>
            ),
          } as const,
        ]),
  ];
}

const looks = {
  serious: { Icon: WarningIcon, colour: "effects.deleted.main", ground: "effects.deleted.tint" },
  notice: { Icon: WarningIcon, colour: "effects.shortened.main", ground: "effects.shortened.tint" },
  limit: { Icon: WarningIcon, colour: "warning.main", ground: undefined },
  quiet: { Icon: NoteIcon, colour: "text.secondary", ground: undefined },
} as const satisfies Record<Note["tone"], object>;

const notesStyle = {
  flexShrink: 0,
  borderRadius: 1,
  typography: "caption",
  maxHeight: "40dvh",
  overflowY: "auto",
  "& summary": { cursor: "pointer" },
  "& [data-words]": { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  "&[open] [data-words]": { whiteSpace: "normal" },
  "& [data-more]": { whiteSpace: "nowrap", textDecoration: "underline", textUnderlineOffset: "0.2em", marginLeft: "auto" },
} as const;

const lineStyle = { display: "flex", alignItems: "center", gap: 1, minHeight: 24, paddingInline: 1 } as const;

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

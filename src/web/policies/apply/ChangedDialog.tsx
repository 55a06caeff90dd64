import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useMemo, useState } from "react";

import { policiesText } from "#domain/policy/digest.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { samePlan } from "#domain/policy/outcome.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { useOrganization, type FilterName } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { listWords } from "#web/ui/listWords.ts";
import { Name } from "#web/ui/Name.tsx";

import type { ApplyStep } from "./apply.ts";
import { beforeAfter } from "#web/policies/impact/changeWords.ts";
import { consentTo } from "./consent.ts";
import { useFilterJudge } from "#web/policies/impact/useFilterJudge.ts";
import type { DraftForm } from "#web/policies/draft/draft.ts";
import { effectWords, type SeenToken } from "#web/policies/impact/effects.ts";
import { differenceTo, fates, fatesOf, propose, type Fate } from "./proposal.ts";
import { settleRebase, type ConflictChoice } from "#web/policies/draft/rebase.ts";
import { RebaseChoices } from "#web/policies/draft/RebaseChoices.tsx";

export interface ChangedDialogProps {
  readonly step: ApplyStep & { at: "changed" };
  readonly onAccept: (form: DraftForm) => void;
  readonly onLeave: () => void;
}

/** Shows what differs from what was confirmed: policies that somebody else changed, and other effects of the plan. Then asks again. */
export function ChangedDialog({ step, onAccept, onLeave }: ChangedDialogProps) {
  const { shown, meanwhile, saidByServer } = step;
  const { reading, rebase, lost } = meanwhile;
  const [choices, setChoices] = useState<ReadonlyMap<string, ConflictChoice>>(new Map());
  const settled = useMemo(
    () => (rebase ? settleRebase(rebase, reading.policies, choices) : shown.form),
    [rebase, reading, choices, shown],
  );
  const later = useMemo(() => settled && propose(reading, settled), [reading, settled]);
  const difference = useMemo(() => differenceTo(shown, later), [shown, later]);
  const become = useMemo(() => fatesOf(difference.removed, reading), [difference, reading]);
  const nothingSeen = rebase === undefined && samePlan(difference) && lost.length === 0;
  // Somebody else did the very same.
  const nothingLeft =
    later !== undefined && policiesText(later.draft) === policiesText(reading.policies) && later.plan.changes.length === 0;
  const judge = useFilterJudge();

  return (
    <DialogFrame
      title="This is no longer what was shown"
      text={
        <Typography>
          Nothing was applied.{" "}
          {saidByServer ? "The server refused, because what it has is not what was shown." : "Reading again found differences."}
        </Typography>
      }
      onClose={onLeave}
      actions={
        <>
          {/* Pressing Enter without reading must not go on. */}
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
          <Button autoFocus onClick={onLeave}>
            Back to the draft
          </Button>
          <Button variant="contained" disabled={settled === undefined} onClick={() => settled && onAccept(settled)}>
            {later === undefined ? "Decide first" : nothingLeft ? "Go on" : `Go on: ${lowerFirst(consentTo(later, judge).label)}`}
          </Button>
        </>
      }
    >
      {nothingSeen && (
        <Typography>
          What this page can read is as it was shown: what changed has changed back, or lies in the seconds between the two
          clocks.
        </Typography>
      )}
      {rebase && <RebaseChoices rebase={rebase} current={reading.policies} choices={choices} onChoose={setChoices} />}
      {lost.length > 0 && (
        <Typography sx={{ color: "warning.main" }}>
          No longer seen completely: {listWords(lost.map((kind) => kindTraits[kind].noun))} tokens.
        </Typography>
      )}
      {later !== undefined && !samePlan(difference) && (
        <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
          <ChangeList title="Newly affected" changes={difference.added} />
          {fates.map((fate) => (
            <ChangeList key={fate} title={fateTitles[fate]} changes={become[fate]} before />
          ))}
          <ChangeList title="Affected otherwise than shown" changes={difference.altered.map(({ to }) => to)} />
        </Box>
      )}
      {nothingLeft && <Typography>Nothing is left to apply: what is in force is what the draft says.</Typography>}
    </DialogFrame>
  );
}

const fateTitles = {
  gone: "Gone meanwhile (deleted, rotated or expired)",
  unseen: "No longer seen",
  done: "Done meanwhile by somebody else",
  spared: "No longer affected",
} as const satisfies Record<Fate, string>;

/** Lists are cut here: past this many the rest is counted. */
const mostListed = 50;

function ChangeList({ title, changes, before = false }: ChangeListProps) {
  const { filterName } = useOrganization();
  if (changes.length === 0) return null;
  return (
    <div>
      <Typography variant="h3">
        {title}: {countOf(changes.length, "token")}
      </Typography>
      <Box
        component="ul"
        tabIndex={0}
        aria-label={title}
        sx={{ margin: 0, paddingLeft: 5, maxHeight: 160, overflow: "auto", overflowWrap: "anywhere" }}
      >
        {changes.slice(0, mostListed).map((change) => (
          <li key={change.token.id}>
            <Name>{change.token.name}</Name> ({kindTraits[change.token.kind].noun}){before ? ", shown before: " : ": "}
            {changeText(change, filterName)}
          </li>
        ))}
        {changes.length > mostListed && <li>and {count(changes.length - mostListed)} more</li>}
      </Box>
    </div>
  );
}

interface ChangeListProps {
  readonly title: string;
  readonly changes: readonly TokenChange<SeenToken>[];
  /** Whether these are changes that were shown before and no longer hold. */
  readonly before?: boolean;
}

function changeText(change: TokenChange<SeenToken>, filterName: FilterName): string {
  if (change.type === "delete") return effectWords.delete;
  return beforeAfter(change, filterName)
    .map(({ before, after }) => `${before} → ${after}`)
    .join("; ");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

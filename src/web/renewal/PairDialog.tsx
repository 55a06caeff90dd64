import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { dismissalOf } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { nameInText } from "#domain/name.ts";
import { noSuccessorRule, type RenewalPair } from "#domain/renewal/pairs.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { lostWords } from "#web/form/findings.ts";
import { useAction, type Action } from "#web/form/useAction.ts";
import { noCall } from "#web/form/useSending.ts";
import { tokenLink } from "#web/inventory/link.ts";
import { changeNotes, readNotesAgain, type FindingNotesReading } from "#web/inventory/notes/queries.ts";
import { paths } from "#web/paths.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import { tellAt } from "#web/ui/notice.ts";

import type { PairAction, RenewalRow } from "./columns.tsx";
import { DeleteOld } from "./DeleteOld.tsx";
import { isLinked, keysOf } from "./keys.ts";
import { PairFacts } from "./PairFacts.tsx";
import type { PairsReading } from "./usePairs.ts";
import { stepWords, whereWords } from "./words.ts";

export interface PairDialogProps {
  readonly action: PairAction;
  readonly row: RenewalRow;
  readonly reading: PairsReading;
  readonly onClose: () => void;
}

/** Does something with a pair, once that was confirmed. */
export function PairDialog(props: PairDialogProps) {
  const { action } = props;
  switch (action) {
    case "link":
      return <LinkPair {...props} />;
    case "unlink":
      return <UnlinkPair {...props} />;
    case "reject":
      return <RejectGuess {...props} />;
    case "offer":
      return <OfferAgain {...props} />;
    case "hand-over":
      return <HandOver {...props} />;
    case "delete":
      return <DeleteOld {...props} />;
    default:
      return action satisfies never;
  }
}

/** What the old one is called, where that is something else: most pairs share one name. */
function otherName({ old, next }: RenewalPair): string {
  return old.name === next.name ? "" : ` ${nameInText(old.name)}`;
}

/** Changes what is kept of a pair, and tells it. `holds` says by what is kept whether that was done. */
function useNoteAction(
  change: NoteChange,
  {
    failure,
    done,
    holds,
    onClose,
  }: {
    readonly failure: string;
    readonly done: string;
    readonly holds: (notes: FindingNotesReading) => boolean;
    readonly onClose: () => void;
  },
): Action {
  const client = useQueryClient();
  return useAction({
    failure,
    calls: noCall,
    lost: {
      ...lostWords,
      watch: () => async () => (holds(await readNotesAgain(client)) ? { found: undefined } : "not-done"),
    },
    send: () => changeNotes(change),
    done: async () => {
      await readNotesAgain(client).catch(() => undefined);
      tellAt(paths.renewals, done);
      onClose();
    },
    failed: () => void readNotesAgain(client).catch(() => undefined),
  });
}

function LinkPair({ row: { pair, step }, reading: { now, notes }, onClose }: PairDialogProps) {
  const keys = keysOf(pair);
  const { next } = pair;
  const action = useNoteAction(
    { type: "link", token: keys.next, replaces: keys.old, seen: null },
    {
      failure: "They were not linked",
      done: `It is recorded that the new token ${nameInText(next.name)} replaces the old one${otherName(pair)}.`,
      holds: ({ links }) => links.some((link) => isLinked(link, keys)),
      onClose,
    },
  );
  return (
    <ActionDialog title="Link these two tokens?" confirm="Link them" action={action} onCancel={onClose}>
      <Typography>
        {stepWords(pair, step, { now, quietFor: notes.thresholds.values.quietFor })} Once they are linked, this page says what
        comes next, and when the old one may be deleted. You can unlink them again.
      </Typography>
      <PairFacts pair={pair} now={now} />
    </ActionDialog>
  );
}

function UnlinkPair({ row: { pair }, reading: { now }, onClose }: PairDialogProps) {
  const keys = keysOf(pair);
  const { next } = pair;
  const action = useNoteAction(
    { type: "unlink", token: keys.next, seen: pair.link?.version ?? "" },
    {
      failure: "They were not unlinked",
      done: `It is no longer recorded that the new token ${nameInText(next.name)} replaces the old one${otherName(pair)}. Both keep working.`,
      holds: ({ links }) => !links.some((link) => isLinked(link, keys)),
      onClose,
    },
  );
  return (
    <ActionDialog title="Unlink these two tokens?" confirm="Unlink them" action={action} onCancel={onClose}>
      <Typography>
        Both tokens stay as they are, and keep working. Only the record goes that one replaces the other; where the two are alike,
        they are offered as a guess again.
      </Typography>
      <PairFacts pair={pair} now={now} />
    </ActionDialog>
  );
}

/** Why a guess is put aside, as whoever reads the notes sees it. */
const rejectionNote = "It replaces none of the tokens like it.";

function RejectGuess({ row: { pair }, reading: { notes, now }, onClose }: PairDialogProps) {
  const keys = keysOf(pair);
  const { next } = pair;
  const present = dismissalOf(notes.index, keys.next, noSuccessorRule);
  const action = useNoteAction(
    {
      type: "dismiss",
      token: keys.next,
      rule: noSuccessorRule,
      note: rejectionNote,
      until: null,
      seen: present?.version ?? null,
    },
    {
      failure: "The guess was not put aside",
      done: `The new token ${nameInText(next.name)} is no longer guessed to replace the old one. Choose the pairs “Not a pair” to see it again.`,
      holds: ({ index }) => dismissalOf(index, keys.next, noSuccessorRule) !== undefined,
      onClose,
    },
  );
  return (
    <ActionDialog title="Are these two no pair?" confirm="Not a pair" action={action} onCancel={onClose}>
      <Typography>
        Nobody is asked again whether <Name>{next.name}</Name> replaces a token like it. You can take that back; both tokens stay
        as they are.
      </Typography>
      <PairFacts pair={pair} now={now} />
    </ActionDialog>
  );
}

function OfferAgain({ row: { pair }, reading: { now }, onClose }: PairDialogProps) {
  const keys = keysOf(pair);
  const action = useNoteAction(
    { type: "bring-back", token: keys.next, rule: noSuccessorRule, seen: pair.rejection?.version ?? "" },
    {
      failure: "The guess was not brought back",
      done: `It is guessed again that the new token ${nameInText(pair.next.name)} replaces the old one.`,
      holds: ({ index }) => dismissalOf(index, keys.next, noSuccessorRule) === undefined,
      onClose,
    },
  );
  return (
    <ActionDialog title="Offer this guess again?" confirm="Offer it again" action={action} onCancel={onClose}>
      <PairFacts pair={pair} now={now} />
    </ActionDialog>
  );
}

/** What it takes to get the new secret to those who use the old one. */
function HandOver({ row: { pair, step }, reading: { now, notes }, onClose }: PairDialogProps) {
  const { old, next } = pair;
  return (
    <DialogFrame
      title={`Hand over the secret of ${nameInText(next.name)}`}
      text={<Words>{stepWords(pair, step, { now, quietFor: notes.thresholds.values.quietFor })}</Words>}
      onClose={onClose}
      actions={
        <>
          <Button component={RouterLink} to={tokenLink(next)} variant="outlined">
            Open the new token
          </Button>
          <Button variant="contained" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <Typography>
        {whereWords(old, now)}{" "}
        {old.kind === "ingest" || old.kind === "fleet" ? (
          "The value of the new one stands on its page, for whoever may read it."
        ) : (
          <>
            The secret of the new one was shown once, when it was made. Where it is lost, rotate{" "}
            <Link component={RouterLink} to={tokenLink(next)}>
              the new token
            </Link>
            : nobody uses it yet, so nothing stops.
          </>
        )}
      </Typography>
      <PairFacts pair={pair} now={now} />
    </DialogFrame>
  );
}

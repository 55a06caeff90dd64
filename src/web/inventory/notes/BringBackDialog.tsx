import { useQueryClient } from "@tanstack/react-query";

import { dismissalOf, type Dismissal } from "#domain/inventory/notes.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { useAction } from "#web/form/useAction.ts";
import { noCall } from "#web/form/useSending.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { DismissalFacts } from "./DismissalFacts.tsx";
import { changeNotes, readNotesAgain } from "./queries.ts";

export interface BringBackDialogProps {
  readonly dismissal: Dismissal;
  /** What the rule finds, in the words of its heading: "Never expires". */
  readonly finding: string;
  readonly onClose: () => void;
}

/** Brings back a finding that was dismissed; the note goes. */
export function BringBackDialog({ dismissal, finding, onClose }: BringBackDialogProps) {
  const client = useQueryClient();
  const now = useServerNow();
  const { token, rule, version } = dismissal;
  const action = useAction({
    failure: "The finding was not brought back",
    calls: noCall,
    lost: {
      title: "It is not known whether it was brought back",
      action: "Look what is there now",
      watch: () => async () => {
        const { index } = await readNotesAgain(client);
        if (dismissalOf(index, token, rule) === undefined) return { found: undefined };
        announce("It is still dismissed. You can bring it back now.");
        return "not-done";
      },
    },
    send: () => changeNotes({ type: "bring-back", token, rule, seen: version }),
    done: async () => {
      await readNotesAgain(client).catch(() => undefined);
      announce("The finding is back.");
      onClose();
    },
    failed: () => void readNotesAgain(client).catch(() => undefined),
  });
  return (
    <ActionDialog title={`Bring back “${finding}”?`} confirm="Bring back" action={action} onCancel={onClose}>
      The finding counts again at once, and this note is gone:
      <DismissalFacts dismissal={dismissal} now={now} />
    </ActionDialog>
  );
}

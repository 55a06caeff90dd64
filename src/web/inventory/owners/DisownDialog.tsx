import { useQueryClient } from "@tanstack/react-query";

import { indexOwners, ownerOf, type WrittenOwner } from "#domain/inventory/notes.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { useAction } from "#web/form/useAction.ts";
import { noCall } from "#web/form/useSending.ts";
import { changeNotes, readNotesAgain } from "#web/inventory/notes/queries.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { WrittenFacts } from "./WrittenFacts.tsx";

export interface DisownDialogProps {
  readonly written: WrittenOwner;
  readonly onClose: () => void;
}

/** Takes back the owner that is written down for a token. */
export function DisownDialog({ written, onClose }: DisownDialogProps) {
  const client = useQueryClient();
  const now = useServerNow();
  const { token, version } = written;
  const action = useAction({
    failure: "The owner was not cleared",
    calls: noCall,
    lost: {
      title: "It is not known whether the owner was cleared",
      action: "Look what is there now",
      watch: () => async () => {
        const { owners } = await readNotesAgain(client);
        if (ownerOf(indexOwners(owners), token) === undefined) return { found: undefined };
        announce("It is still there. You can clear it now.");
        return "not-done";
      },
    },
    send: () => changeNotes({ type: "disown", token, seen: version }),
    done: async () => {
      await readNotesAgain(client).catch(() => undefined);
      announce("The owner was cleared.");
      onClose();
    },
    failed: () => void readNotesAgain(client).catch(() => undefined),
  });
  return (
    <ActionDialog title="Clear the owner?" confirm="Clear" action={action} onCancel={onClose}>
      Whoever created the token counts as its owner again, and this is gone:
      <WrittenFacts written={written} now={now} />
    </ActionDialog>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { AccessChange } from "#domain/people/access.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { lostWords, onlyWhile } from "#web/form/findings.ts";
import { useAction } from "#web/form/useAction.ts";
import { usersChanged } from "#web/people/requests.ts";
import { typedWord } from "#web/tokens/consent.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { Effects, useEffectOf } from "./Effects.tsx";
import type { ShownRequest } from "./requestOf.ts";

export interface ChangeDialogProps {
  readonly title: string;
  /** What the button does, in words. */
  readonly confirm: string;
  /** What is to be typed where somebody may be harmed. */
  readonly verb: "remove" | "take";
  readonly change: AccessChange;
  /** Said above why it was not done. */
  readonly failure: string;
  readonly request: ShownRequest;
  /** Reads whether what the dialog is about still is as it says. */
  readonly isThere: () => Promise<boolean>;
  /** What is said once it was done, or found done by somebody else. */
  readonly said: string;
  /** Called once it was done; the dialog then goes. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
  /** What there is to say besides who loses what. */
  readonly children?: ReactNode;
}

/** Asks before something is taken from users: says who really loses what, and does it. */
export function ChangeDialog(props: ChangeDialogProps) {
  const { title, confirm, verb, change, failure, request, isThere, said, onDone, onClose, children } = props;
  const client = useQueryClient();
  const known = useEffectOf(change);
  const action = useAction({
    failure,
    calls: () => [{ ...request, note: "A script does not ask." }],
    lost: onlyWhile(
      async () => {
        if (await isThere()) return true;
        announce("Somebody else did that meanwhile.");
        void usersChanged(client);
        onClose();
        return false;
      },
      {
        ...lostWords,
        watch: () => async () => {
          if (!(await isThere())) return { found: undefined };
          announce("It was not done. You can do it now.");
          return "not-done";
        },
      },
    ),
    send: async () => void (await request.send()),
    done: () => {
      announce(said);
      if (onDone === undefined) onClose();
      else onDone();
      void usersChanged(client);
    },
    failed: () => void usersChanged(client),
  });
  return (
    <ActionDialog
      action={action}
      title={title}
      confirm={confirm}
      destructive
      waiting={known.waiting}
      typed={!known.waiting && (known.ownLoss !== undefined || known.mayHarm) ? typedWord(verb) : undefined}
      onCancel={onClose}
    >
      {children}
      <Effects known={known} />
    </ActionDialog>
  );
}

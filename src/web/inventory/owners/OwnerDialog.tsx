import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod/mini";

import { indexOwners, ownerOf, type TokenKey, type WrittenOwner } from "#domain/inventory/notes.ts";
import { noteLimits, ownerSchema } from "#domain/inventory/noteTexts.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { noCall } from "#web/form/useSending.ts";
import { changeNotes, readNotesAgain } from "#web/inventory/notes/queries.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { Name } from "#web/ui/Name.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { WrittenFacts } from "./WrittenFacts.tsx";

export interface OwnerDialogProps {
  readonly token: TokenKey;
  /** What the token is called. */
  readonly name: string;
  /** What is written down now. */
  readonly present: WrittenOwner | undefined;
  readonly onClose: () => void;
}

const formSchema = z.object({ owner: ownerSchema });

/** Writes down who is to act for a token, or another in their place. */
export function OwnerDialog({ token, name, present, onClose }: OwnerDialogProps) {
  const client = useQueryClient();
  // What was there when one last looked: a change that rests on anything else is refused.
  const [seen, setSeen] = useState(present);
  const [overtaken, setOvertaken] = useState(false);
  const now = useServerNow();
  const look = async (): Promise<WrittenOwner | undefined> => ownerOf(indexOwners((await readNotesAgain(client)).owners), token);
  const { form, problem, ending } = useFormShell({
    start: { owner: seen?.owner ?? "" },
    schema: formSchema,
    mode: "onSubmit",
    failure: "The owner was not written down",
    fields: { owner: "owner" },
    calls: noCall,
    lost: {
      ...lostWords,
      watch:
        ({ owner }) =>
        async () => {
          const found = await look();
          const done = found !== undefined && found.version !== seen?.version && found.owner === owner;
          setSeen(found);
          return done
            ? { done, title: "The owner was written down", message: "Only the answer was lost. You can close this." }
            : { done, title: "The owner was not written down", message: "It was read again. You can send yours now." };
        },
    },
    send: ({ owner }) => changeNotes({ type: "own", token, owner, seen: seen?.version ?? null }),
    done: async () => {
      await readNotesAgain(client).catch(() => undefined);
      announce("The owner was written down.");
      onClose();
    },
    failed: ({ code }) => {
      if (code !== "STALE_VERSION") return;
      look().then(
        (found) => {
          setSeen(found);
          setOvertaken(true);
        },
        () => undefined,
      );
    },
  });
  return (
    <FormDialog
      title={seen === undefined ? "Write down an owner" : "Change the owner"}
      submit="Save"
      form={ending}
      onCancel={onClose}
    >
      <Typography>
        Who is to act for <Name>{name}</Name>: a person, a team or an e-mail address. Lists, warnings, notices and evidence name
        them; nobody gets any right by it. Where whoever created the token has left, rotate it as well: they may still have its
        secret.
      </Typography>
      {overtaken && (
        <>
          <Typography role="status">
            {seen === undefined ? "No owner is written down any more." : "This is there now. Yours would take its place:"}
          </Typography>
          {seen !== undefined && <WrittenFacts written={seen} now={now} />}
        </>
      )}
      <TextField
        {...form.register("owner")}
        label="Owner"
        size="small"
        error={problem("owner") !== undefined}
        helperText={
          problem("owner") ?? `At most ${noteLimits.ownerLength} characters. Whoever may list the token reads it. No secrets.`
        }
        slotProps={{ htmlInput: { ...noManager, maxLength: noteLimits.ownerLength } }}
      />
    </FormDialog>
  );
}

import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import Button from "@mui/material/Button";
import * as z from "zod/mini";
import { useEffect, useState } from "react";

import { nameInText } from "#domain/name.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { SecretText } from "#web/secrets/SecretText.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { linkOf, makeLink, type SignInLink } from "./requests.ts";

export interface LinkDialogProps {
  /** Whom it is for, where that is known. */
  readonly username: string | undefined;
  readonly onClose: () => void;
}

const schema = z.object({ username: z.string().check(z.trim(), z.minLength(1, "Whom shall the link sign in?")) });

/** Makes a link by which somebody else gets in, and shows it once. */
export function LinkDialog({ username, onClose }: LinkDialogProps) {
  const [made, setMade] = useState<SignInLink>();
  const { form, problem, ending } = useFormShell({
    start: { username: username ?? "" },
    schema,
    mode: "onSubmit",
    failure: "No sign-in link was made",
    fields: { username: "username" },
    lost: {
      title: "The answer was lost, and the link with it",
      action: "Go on",
      watch: () => () =>
        Promise.resolve({
          done: false,
          title: "Nobody has that link",
          message: "If it was made, it ends by itself within ten minutes. You can make another.",
        }),
    },
    calls: ({ username: name }) => [
      {
        title: "Make a sign-in link for a user",
        ...linkOf(name),
        note: "The answer holds the link, once. Until it is used, whoever has it gets in.",
      },
    ],
    send: ({ username: name }) => makeLink(name),
    done: setMade,
    repeats: true,
  });
  if (made !== undefined) {
    return (
      <ShownLink
        made={made}
        onDone={() => {
          made.link.forget();
          onClose();
        }}
      />
    );
  }
  return (
    <FormDialog
      title="Let somebody in by a link"
      submit="Make the link"
      form={ending}
      onCancel={onClose}
      text={
        <Typography>
          Whoever opens the link is signed in as this user, once, within ten minutes, and needs no token. You must hold every
          right that the user has. The session and all that is done in it are recorded with your name too, and it ends when you
          may no more let this user in.
        </Typography>
      }
    >
      <TextField
        {...form.register("username")}
        label="Username"
        size="small"
        // The first thing to do in this dialog.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        error={problem("username") !== undefined}
        helperText={problem("username")}
        slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
      />
    </FormDialog>
  );
}

function ShownLink({ made: { username, link }, onDone }: { readonly made: SignInLink; readonly onDone: () => void }) {
  useEffect(() => () => link.forget(), [link]);
  return (
    <DialogFrame
      title={`A sign-in link for ${nameInText(username)}`}
      text={
        <Typography>
          This is the only time it is shown. It works once, for ten minutes: whoever opens it first is in. Send it where only{" "}
          {nameInText(username)} reads it, and ask whether it worked.
        </Typography>
      }
      width="md"
      // A click beside the dialog is an accident.
      onClose={() => undefined}
      actions={
        <Button variant="contained" onClick={onDone}>
          Done
        </Button>
      }
    >
      <SecretText secret={link} label="The sign-in link" large />
      <CopyButton text={() => link.reveal()} label="Copy the link" labelled prominent />
    </DialogFrame>
  );
}

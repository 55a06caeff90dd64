import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Controller, useWatch } from "react-hook-form";

import { dismissalOf, type Dismissal, type TokenKey } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { noteLimits } from "#domain/inventory/noteTexts.ts";
import { serverNow } from "#web/api/connection.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { noCall } from "#web/form/useSending.ts";
import { Field, SelectField } from "#web/ui/Field.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { earliestLocal } from "#web/ui/localTime.ts";
import { Name } from "#web/ui/Name.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { DismissalFacts } from "./DismissalFacts.tsx";
import { dismissalFormSchema, returnChoices, startOf } from "./dismissalForm.ts";
import { changeNotes, readNotesAgain, useFindingNotes } from "./queries.ts";

export interface NotedItem {
  readonly key: TokenKey;
  readonly name: string;
}

export interface DismissDialogProps {
  readonly item: NotedItem;
  /** Name of the rule. */
  readonly rule: string;
  /** What it finds, in the words of its heading: "Never expires". */
  readonly finding: string;
  readonly onClose: () => void;
}

/** Dismisses a finding of a token with a note and a date of return, or changes that of one that is dismissed. */
export function DismissDialog({ item, rule, finding, onClose }: DismissDialogProps) {
  const client = useQueryClient();
  const { notes } = useFindingNotes();
  // What was there when one last looked: a change that rests on anything else is refused.
  const [seen, setSeen] = useState(() => dismissalOf(notes.index, item.key, rule));
  // Whether somebody else was first, so that what is there has to be shown.
  const [overtaken, setOvertaken] = useState(false);
  const now = useServerNow();
  const look = async (): Promise<Dismissal | undefined> => dismissalOf((await readNotesAgain(client)).index, item.key, rule);
  const { form, problem, ending } = useFormShell({
    start: startOf(seen, now),
    schema: () => dismissalFormSchema(serverNow()),
    mode: "onSubmit",
    failure: "The finding was not dismissed",
    fields: { note: "note", until: "exact" },
    calls: noCall,
    lost: {
      ...lostWords,
      watch:
        ({ note, until }) =>
        async () => {
          const present = await look();
          // The date of one of the choices is counted from the moment of sending; the note tells enough.
          const done = present !== undefined && present.version !== seen?.version && present.note === note;
          setSeen(present);
          return done
            ? { done, title: "The finding was dismissed", message: "Only the answer was lost. You can close this." }
            : {
                done,
                title: "The finding was not dismissed",
                message: `It was read again and is not as you asked${until === null ? "" : ", with its date of return"}. You can send it now.`,
              };
        },
    },
    send: async ({ note, until }) => {
      const change: NoteChange = { type: "dismiss", token: item.key, rule, note, until, seen: seen?.version ?? null };
      await changeNotes(change);
    },
    done: async () => {
      await readNotesAgain(client).catch(() => undefined);
      announce("The finding was dismissed.");
      onClose();
    },
    failed: ({ code }) => {
      if (code !== "STALE_VERSION") return;
      look().then(
        (present) => {
          setSeen(present);
          setOvertaken(true);
        },
        () => undefined,
      );
    },
  });
  const [back, note] = useWatch({ control: form.control, name: ["back", "note"] });
  const left = noteLimits.noteLength - note.trim().length;
  return (
    <FormDialog
      title={seen === undefined ? "Dismiss the finding" : "Change the dismissal"}
      submit={seen === undefined ? "Dismiss" : "Save"}
      form={ending}
      onCancel={onClose}
    >
      <Typography>
        {finding}: <Name>{item.name}</Name>. Whoever may list this token sees your note, your name, and when you wrote it.
      </Typography>
      {overtaken && (
        <>
          <Typography role="status">
            {seen === undefined ? "Nobody has dismissed it any more." : "This is there now. Yours would take its place:"}
          </Typography>
          {seen !== undefined && <DismissalFacts dismissal={seen} now={now} />}
        </>
      )}
      <TextField
        {...form.register("note")}
        label="Why it may stay"
        size="small"
        multiline
        minRows={3}
        error={problem("note") !== undefined}
        helperText={problem("note") ?? (left < 100 ? `${left} characters left.` : "Such as who agreed to it. No secrets.")}
        slotProps={{ htmlInput: noManager }}
      />
      <Controller
        control={form.control}
        name="back"
        render={({ field: { ref, ...input } }) => (
          <SelectField
            {...input}
            inputRef={ref}
            label="It comes back"
            error={problem("back") !== undefined}
            helper={problem("back") ?? (back === "never" ? "Only when somebody brings it back." : undefined)}
          >
            {returnChoices.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </SelectField>
        )}
      />
      {back === "exact" && (
        <Controller
          control={form.control}
          name="exact"
          render={({ field: { ref, ...input } }) => (
            <Field
              {...input}
              inputRef={ref}
              type="datetime-local"
              label="Date and time, local"
              shrink
              width={240}
              error={problem("exact") !== undefined}
              helper={problem("exact")}
              input={{ min: earliestLocal(now + 60_000) }}
            />
          )}
        />
      )}
    </FormDialog>
  );
}

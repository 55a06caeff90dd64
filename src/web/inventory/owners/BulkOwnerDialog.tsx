import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { indexOwners } from "#domain/inventory/notes.ts";
import { noteLimits, ownerSchema } from "#domain/inventory/noteTexts.ts";
import { failureOf } from "#web/api/failure.ts";
import { changeNotes, readNotesAgain, useFindingNotes } from "#web/inventory/notes/queries.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { Name } from "#web/ui/Name.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { ownableOf, writeMany, type WriteResult } from "./writeMany.ts";

export interface BulkOwnerDialogProps {
  readonly tokens: readonly InventoryToken[];
  readonly onClose: () => void;
}

/** Refusals that are listed; the rest is counted. */
const mostListed = 50;

/** Writes down one owner for many tokens, one after the other, and tells what came of it. */
export function BulkOwnerDialog({ tokens, onClose }: BulkOwnerDialogProps) {
  const client = useQueryClient();
  const { notes } = useFindingNotes();
  // As it stands when it is asked for: what somebody writes meanwhile is not written over.
  const [{ able, personal, denied }] = useState(() => ownableOf(tokens, notes.mayAssign, indexOwners(notes.owners)));
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<string>();
  const [done, setDone] = useState<number>();
  const [result, setResult] = useState<WriteResult>();
  const input = useRef<HTMLInputElement>(null);
  const stopped = useRef(false);
  const replaced = able.filter(({ present }) => present !== undefined).length;
  const running = done !== undefined && result === undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = ownerSchema.safeParse(typed);
    if (!read.success) {
      setFault(read.error.issues[0]?.message);
      input.current?.focus();
      return;
    }
    setDone(0);
    const written = await writeMany(able, {
      write: ({ key, present }) => changeNotes({ type: "own", token: key, owner: read.data, seen: present?.version ?? null }),
      failureOf,
      stopped: () => stopped.current,
      onProgress: setDone,
    });
    await readNotesAgain(client).catch(() => undefined);
    setResult(written);
    announce(`The owner of ${countOf(written.written, "token")} was written down.`);
  };

  if (result !== undefined) {
    return (
      <DialogFrame title="Owners written down" onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
        <Result result={result} />
      </DialogFrame>
    );
  }
  return (
    <DialogFrame
      title={`Write down an owner for ${countOf(able.length, "token")}`}
      busy={running}
      onClose={onClose}
      onSubmit={(event: FormEvent) => void submit(event)}
      text={
        <Typography>
          Who is to act for these tokens: a person, a team or an e-mail address. Nobody gets any right by it.
        </Typography>
      }
      actions={
        running ? (
          <Button onClick={() => (stopped.current = true)}>Stop</Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="contained" disabled={able.length === 0}>
              Write down for {countOf(able.length, "token")}
            </Button>
          </>
        )
      }
    >
      {personal > 0 && (
        <Typography>{countOf(personal, "personal token")} left out: the owner is the user whose token it is.</Typography>
      )}
      {denied > 0 && <Typography>{countOf(denied, "token")} left out: you may not write down an owner there.</Typography>}
      {replaced > 0 && (
        <Alert severity="warning">{countOf(replaced, "token")} already with a written owner: this one takes its place.</Alert>
      )}
      <TextField
        inputRef={input}
        label="Owner"
        size="small"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setFault(undefined);
        }}
        disabled={running}
        error={fault !== undefined}
        helperText={fault ?? "Whoever may list a token reads it. No secrets."}
        slotProps={{ htmlInput: { ...noManager, maxLength: noteLimits.ownerLength } }}
      />
      {running && (
        <Typography role="status">
          {count(done)} of {countOf(able.length, "token")} done
        </Typography>
      )}
    </DialogFrame>
  );
}

function Result({ result: { written, refused, stoppedBy, left } }: { readonly result: WriteResult }) {
  return (
    <>
      <Typography>The owner of {countOf(written, "token")} was written down.</Typography>
      {left > 0 && (
        <Alert severity="warning">
          {stoppedBy ?? "It was stopped."} {countOf(left, "token")} not done; look at the list before you go on.
        </Alert>
      )}
      {refused.length > 0 && (
        <Box component="ul" tabIndex={0} aria-label="Refused" sx={{ margin: 0, maxHeight: 240, overflow: "auto" }}>
          {refused.slice(0, mostListed).map(({ token, message }) => (
            <li key={token.key}>
              <Name>{token.name}</Name>: {message}
            </li>
          ))}
          {refused.length > mostListed && <li>and {count(refused.length - mostListed)} more</li>}
        </Box>
      )}
    </>
  );
}

import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useRef, useState, type ReactNode } from "react";

import { nameInText } from "#domain/name.ts";
import { ApiCallButton, type ShownCall } from "#web/api-call/ApiCallButton.tsx";

import { changeFinding, lostWords } from "./findings.ts";
import { SubmitButton } from "./FormEnding.tsx";
import { Outcome } from "./Outcome.tsx";
import { prepared } from "./ending.ts";
import { useSending } from "./useSending.ts";

export interface AssignedChoiceProps {
  readonly label: string;
  /** What it is assigned to: "fleet token". */
  readonly noun: string;
  /** Id of what is assigned; empty for none. */
  readonly assigned: string;
  /** What can be assigned, with what is. */
  readonly options: readonly { readonly id: string; readonly name: string }[];
  /** What the button says that leaves nothing assigned. */
  readonly takeAway: string;
  /** What to say where it could not be assigned. */
  readonly failure: string;
  /** What the server calls the choice. */
  readonly field: string;
  /** What assigns something by its id, or nothing where it is empty, as an API call. */
  readonly call: (id: string) => ShownCall;
  /** Assigns what has this id, or nothing where it is empty. Rejects where it failed. */
  readonly send: (id: string) => Promise<unknown>;
  /** The id that is assigned now, read again; empty for none, undefined where there is nothing left to assign to. */
  readonly read: () => Promise<string | undefined>;
  /** Called once it was assigned. */
  readonly done: (id: string) => unknown;
  /** Called where it was not, or where that is not known. */
  readonly failed: () => void;
  /** What stands beside the field, by the id that is chosen in it. */
  readonly renderBeside?: (id: string) => ReactNode;
  /** What stands below it. */
  readonly children?: (id: string) => ReactNode;
}

/** What is assigned to something, and a choice of others, which is made by a button. */
export function AssignedChoice(props: AssignedChoiceProps) {
  const { label, noun, assigned, options, takeAway, failure, field, call, send, read, done, failed, renderBeside, children } =
    props;
  const [chosen, setChosen] = useState<string>();
  const input = useRef<HTMLSelectElement>(null);
  const value = chosen ?? assigned;
  const sending = useSending<string, "choice", void>(
    {
      failure,
      fields: { [field]: "choice" },
      calls: (id) => [call(id)],
      lost: {
        ...lostWords,
        watch: (id) => async () => {
          const now = await read();
          return now === id ? { found: undefined } : changeFinding(noun, now, false);
        },
      },
      send: async (id) => void (await send(id)),
      done: async (_, id) => {
        await done(id);
        // What was chosen meanwhile stays.
        setChosen((now) => (now === id ? undefined : now));
      },
      failed,
      repeats: true,
    },
    () => input.current?.focus(),
  );
  const prepare = prepared(sending.calls, (show) => show(value));
  const { refused } = sending;
  const choose = (next: string | undefined) => {
    setChosen(next);
    sending.forget();
  };
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center" }}>
        <TextField
          select
          size="small"
          label={label}
          value={value}
          onChange={(event) => choose(event.target.value)}
          error={refused !== undefined}
          helperText={refused?.message}
          inputRef={input}
          sx={{ flex: "1 1 200px", maxWidth: 420 }}
          slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
        >
          <option value="">None</option>
          {options.map(({ id, name }) => (
            <option key={id} value={id}>
              {nameInText(name)}
            </option>
          ))}
        </TextField>
        {(value !== assigned || sending.unknown) && (
          <>
            <SubmitButton sending={sending} onClick={() => void sending.submit(value)}>
              {value === "" ? takeAway : "Assign"}
            </SubmitButton>
            <Button onClick={() => choose(undefined)} disabled={sending.pending}>
              Keep as it is
            </Button>
          </>
        )}
        {renderBeside?.(value)}
        {prepare !== undefined && <ApiCallButton prepare={prepare} />}
      </Box>
      {children?.(value)}
      <Outcome sending={sending} />
    </Box>
  );
}

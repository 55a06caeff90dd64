import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useState, type ReactNode } from "react";

import { nameInText } from "#domain/name.ts";

import { ErrorState, type ShownFailure } from "#web/ui/ErrorState.tsx";

export interface AssignedChoiceProps {
  readonly label: string;
  /** Id of what is assigned; empty for none. */
  readonly assigned: string;
  /** What can be assigned, with what is. */
  readonly options: readonly { readonly id: string; readonly name: string }[];
  /** What the button says that leaves nothing assigned. */
  readonly takeAway: string;
  /** What to say where it could not be assigned. */
  readonly failed: string;
  /** Assigns what has this id, or nothing where it is empty; tells why not. Never rejects. */
  readonly onAssign: (id: string) => Promise<ShownFailure | undefined>;
  /** What stands beside the field, by the id that is chosen in it. */
  readonly renderBeside?: (id: string) => ReactNode;
  /** What stands below it. */
  readonly children?: (id: string) => ReactNode;
}

/** What is assigned to something, and a choice of others, which is made by a button. */
export function AssignedChoice(props: AssignedChoiceProps) {
  const { label, assigned, options, takeAway, failed, onAssign, renderBeside, children } = props;
  const [chosen, setChosen] = useState<string>();
  const [state, setState] = useState<{ readonly pending: boolean; readonly failure?: ShownFailure }>({ pending: false });
  const value = chosen ?? assigned;

  const assign = async () => {
    setState({ pending: true });
    const failure = await onAssign(value);
    if (failure === undefined) setChosen(undefined);
    setState({ pending: false, ...(failure !== undefined && { failure }) });
  };
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center" }}>
        <TextField
          select
          size="small"
          label={label}
          value={value}
          onChange={(event) => {
            setChosen(event.target.value);
            setState({ pending: false });
          }}
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
        {value !== assigned && (
          <>
            <Button variant="contained" onClick={() => void assign()} loading={state.pending}>
              {value === "" ? takeAway : "Assign"}
            </Button>
            <Button onClick={() => setChosen(undefined)} disabled={state.pending}>
              Keep as it is
            </Button>
          </>
        )}
        {renderBeside?.(value)}
      </Box>
      {children?.(value)}
      {state.failure !== undefined && <ErrorState title={failed} failure={state.failure} />}
    </Box>
  );
}

import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import type { Failure } from "#logscale/errors.ts";
import { fillSinks, gapsIn } from "#logscale/collectorSinks.ts";
import { failureOf } from "#web/api/client.ts";
import { serverUrl } from "#web/api/server.ts";
import { ingestEndpointQuery } from "#web/ingest/queries.ts";
import type { RollOutChoice } from "#web/roll-out/choice.ts";
import { useSession } from "#web/state/organization.tsx";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoopbackNote } from "#web/ui/LoopbackNote.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { serverSchema } from "./requests.ts";
import { TokenSourceFields, tokenTextOf, type ChosenSource } from "./TokenSource.tsx";

export interface FillDialogProps {
  readonly text: string;
  /** What was chosen before: the ingest token to send with. */
  readonly choice: RollOutChoice;
  readonly onCancel: () => void;
  /** Called with the text in which nothing is missing. */
  readonly onFilled: (text: string) => void;
}

/** Puts the server's address and an ingest token into the sinks of a text that lack them. Nothing is saved by that. */
export function FillDialog({ text, choice: { repository = "", ingest = "" }, onCancel, onFilled }: FillDialogProps) {
  const session = useSession();
  const endpoint = useQuery(ingestEndpointQuery);
  const [typed, setTyped] = useState<string>();
  const [token, setToken] = useState<ChosenSource>({ repository, ingest, source: "variable" });
  const [state, setState] = useState<{ readonly busy: boolean; readonly failure?: Failure }>({ busy: false });
  const gaps = gapsIn(text);
  const lacks = (needed: "url" | "token") => gaps.some((gap) => gap.needed === needed);
  const address = typed ?? endpoint.data ?? (endpoint.isPending ? "" : serverUrl(session));
  const server = serverSchema.safeParse(address);
  const problem = typed === undefined ? undefined : server.error?.issues[0]?.message;

  const fill = async (event: FormEvent) => {
    event.preventDefault();
    if (!server.success) {
      setTyped(address);
      return;
    }
    setState({ busy: true });
    try {
      onFilled(fillSinks(text, { url: server.data, token: await tokenTextOf(token) }));
    } catch (error) {
      setState({ busy: false, failure: failureOf(error) });
    }
  };
  return (
    <DialogFrame
      title="Fill in what is missing"
      text={`In the ${countOf(new Set(gaps.map(({ sink }) => sink)).size, "sink")} that would send nothing. All else stays as it is. Nothing is saved yet.`}
      busy={state.busy}
      onClose={onCancel}
      onSubmit={(event) => void fill(event)}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <BusyButton type="submit" variant="contained" busy={state.busy}>
            Fill in
          </BusyButton>
        </>
      }
    >
      {lacks("url") && (
        <>
          <TextField
            label="Server that takes the data"
            size="small"
            value={address}
            onChange={(event) => setTyped(event.target.value)}
            error={problem !== undefined}
            helperText={problem ?? "What the server says of itself. Machines must reach it at this address."}
            slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
          />
          <LoopbackNote url={address} />
        </>
      )}
      {lacks("token") && <TokenSourceFields chosen={token} onChoose={setToken} />}
      {gaps.length === 0 && <Alert severity="info">Nothing is missing any more.</Alert>}
      {state.failure !== undefined && <ErrorState title="The token could not be put in" failure={state.failure} />}
    </DialogFrame>
  );
}

import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Failure } from "#logscale/errors.ts";
import { AssignParserDocument, UnassignParserDocument } from "#logscale/generated/ingest.ts";
import { call, failureOf } from "#web/api/client.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import { ingestChanged, parsersQuery, type IngestToken } from "./queries.ts";

/** Which parser takes what is sent with a token, and a choice of others. */
export function ParserField({ token }: { readonly token: IngestToken }) {
  const client = useQueryClient();
  const parsers = useQuery(parsersQuery(token.repository));
  const assigned = token.parser ?? "";
  const [chosen, setChosen] = useState<string>();
  const [state, setState] = useState<{ readonly pending: boolean; readonly failure?: Failure }>({ pending: false });
  const value = chosen ?? assigned;
  const known = parsers.data ?? [];
  const options = assigned === "" || known.includes(assigned) ? known : [assigned, ...known];

  const assign = async () => {
    setState({ pending: true });
    try {
      if (value === "") await call(UnassignParserDocument, { repository: token.repository, token: token.name });
      else
        await call(AssignParserDocument, { input: { repositoryName: token.repository, tokenName: token.name, parser: value } });
      await ingestChanged(client);
      announce(value === "" ? "The token has no parser now." : `The parser ${value} was assigned.`);
      setChosen(undefined);
      setState({ pending: false });
    } catch (error) {
      setState({ pending: false, failure: failureOf(error) });
      void ingestChanged(client);
    }
  };
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center" }}>
        <TextField
          select
          size="small"
          label="Assigned parser"
          value={value}
          onChange={(event) => {
            setChosen(event.target.value);
            setState({ pending: false });
          }}
          sx={{ flex: "1 1 200px", maxWidth: 360 }}
          slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
        >
          <option value="">None</option>
          {options.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </TextField>
        {value !== assigned && (
          <>
            <Button variant="contained" loading={state.pending} onClick={() => void assign()}>
              {value === "" ? "Take the parser off" : "Assign"}
            </Button>
            <Button onClick={() => setChosen(undefined)} disabled={state.pending}>
              Keep as it is
            </Button>
          </>
        )}
      </Box>
      {state.failure !== undefined && <ErrorState title="The parser was not changed" failure={state.failure} />}
      {parsers.isError && (
        <ErrorState
          title="The parsers could not be read"
          failure={failureOf(parsers.error)}
          onRetry={() => void parsers.refetch()}
        />
      )}
    </Box>
  );
}

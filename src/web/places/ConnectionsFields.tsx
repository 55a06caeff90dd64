import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";

import { nameInText } from "#domain/name.ts";
import { onOrganization } from "#domain/token/rights.ts";
import { failureOf } from "#web/api/failure.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { connectableQuery } from "./queries.ts";
import { everyEvent, type ConnectionForm } from "./requests.ts";

export interface ConnectionsFieldsProps {
  /** The connections, with the repository that is chosen of each; empty for none. */
  readonly rows: readonly { readonly id: string; readonly repository: string }[];
  readonly field: (index: number, part: keyof ConnectionForm) => UseFormRegisterReturn;
  readonly problem: (index: number, part: keyof ConnectionForm) => string | undefined;
  /** What is wrong with all of them, in words. */
  readonly whole: string | undefined;
  /** Repositories that the view shows already, which takes no right anew. */
  readonly connected: readonly string[];
  readonly onAdd: (connection: ConnectionForm) => void;
  readonly onRemove: (index: number) => void;
}

/** What a view shows: repositories, and of each which events. */
export function ConnectionsFields({ rows, field, problem, whole, connected, onAdd, onRemove }: ConnectionsFieldsProps) {
  const another = useRef<HTMLButtonElement>(null);
  const repositories = useQuery(connectableQuery);
  const holdings = useQuery(holdingsQuery).data;
  const everywhere = holdings !== undefined && onOrganization(holdings, "ManageViewConnections") === true;
  const options = (repositories.data ?? [])
    .filter(({ name, mayConnect }) => mayConnect || everywhere || connected.includes(name))
    .map(({ name }) => name);
  return (
    <Box
      component="fieldset"
      sx={{ border: 0, margin: 0, padding: 0, minWidth: 0, display: "flex", flexDirection: "column", gap: 4 }}
    >
      <Typography component="legend" sx={{ fontWeight: 600, padding: 0, marginBottom: 2 }}>
        What the view shows
      </Typography>
      {repositories.isError && repositories.data === undefined && (
        <ErrorState
          title="The repositories could not be read"
          failure={failureOf(repositories.error)}
          onRetry={() => void repositories.refetch()}
        />
      )}
      {repositories.data !== undefined && options.length === 0 && (
        <Typography sx={{ color: "text.secondary" }}>
          There is no repository that you may connect to a view: it takes the permission ConnectView on it. A view can be made
          without, and connected later.
        </Typography>
      )}
      {whole !== undefined && <Alert severity="error">{whole}</Alert>}
      {rows.map(({ id, repository }, index) => (
        <Connection
          key={id}
          number={index + 1}
          repository={repository}
          field={(part) => field(index, part)}
          problem={(part) => problem(index, part)}
          options={options}
          known={repositories.data !== undefined}
          onRemove={() => {
            onRemove(index);
            // The button goes with what it removes, and the focus must not go with it.
            another.current?.focus();
          }}
        />
      ))}
      {rows.length === 0 && <Typography sx={{ color: "text.secondary" }}>It shows nothing: connect a repository.</Typography>}
      <Button
        ref={another}
        variant="outlined"
        startIcon={<AddIcon />}
        disabled={options.length === 0}
        onClick={() => onAdd({ repository: "", filter: everyEvent })}
        sx={{ alignSelf: "flex-start" }}
      >
        Connect a repository
      </Button>
    </Box>
  );
}

interface ConnectionProps {
  /** Its place among them, from 1. */
  readonly number: number;
  readonly repository: string;
  readonly field: (part: keyof ConnectionForm) => UseFormRegisterReturn;
  readonly problem: (part: keyof ConnectionForm) => string | undefined;
  readonly options: readonly string[];
  /** Whether the options were read. */
  readonly known: boolean;
  readonly onRemove: () => void;
}

function Connection({ number, repository, field, problem, options, known, onRemove }: ConnectionProps) {
  const isOffered = options.includes(repository);
  const wrongFilter = problem("filter");
  const wrong =
    problem("repository") ??
    (known && repository !== "" && !isOffered ? "It was deleted meanwhile, or you may not connect it to a view." : undefined);
  return (
    <Box
      role="group"
      aria-label={`Connection ${number}`}
      sx={{
        display: "grid",
        gap: 3,
        alignItems: "start",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "minmax(0, 1fr) minmax(0, 1fr) auto" },
      }}
    >
      <TextField
        {...field("repository")}
        select
        size="small"
        label="Repository"
        error={wrong !== undefined}
        helperText={wrong}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">Choose one</option>
        {repository !== "" && !isOffered && <option value={repository}>{nameInText(repository)}</option>}
        {options.map((title) => (
          <option key={title} value={title}>
            {nameInText(title)}
          </option>
        ))}
      </TextField>
      <TextField
        {...field("filter")}
        size="small"
        label="Filter"
        error={wrongFilter !== undefined}
        helperText={wrongFilter ?? (number === 1 ? "A LogScale query of the events to show; * for all." : undefined)}
        slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
      />
      <Button onClick={onRemove} aria-label={`Remove connection ${number}`}>
        Remove
      </Button>
    </Box>
  );
}

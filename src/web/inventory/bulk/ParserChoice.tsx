import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { BulkAction } from "#domain/inventory/bulk.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import { failureOf } from "#web/api/client.ts";
import { ingestKey } from "#web/ingest/keys.ts";
import { compareNames } from "#domain/compareNames.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { SelectField } from "#web/ui/Field.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import { readParsers } from "./read.ts";

export interface ChoiceProps {
  readonly tokens: readonly InventoryToken[];
  readonly onChoose: (action: BulkAction) => void;
  readonly onCancel: () => void;
}

/** Stands for no parser, which no name is. */
const none = "";

/** Chooses the parser that ingest tokens are to have, out of those that their repositories have. */
export function ParserChoice({ tokens, onChoose, onCancel }: ChoiceProps) {
  const repositories = useMemo(() => [...new Set(tokens.flatMap(({ ingest }) => ingest?.repository ?? []))].toSorted(), [tokens]);
  const parsers = useQuery({
    queryKey: [...ingestKey, "parsers-of", ...repositories],
    queryFn: ({ client, signal }) => readParsers(client, repositories, signal),
    staleTime: 10_000,
    structuralSharing: false,
  });
  const options = useMemo(() => {
    const times = new Map<string, number>();
    for (const names of parsers.data?.values() ?? []) for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
    return [...times].toSorted(([a], [b]) => compareNames(a, b));
  }, [parsers.data]);
  const [chosen, setChosen] = useState<string>();
  const value = chosen ?? options[0]?.[0] ?? none;
  const ingest = tokens.filter((token) => token.kind === "ingest").length;
  return (
    <DialogFrame
      title="Set the parser of ingest tokens"
      width="md"
      onClose={onCancel}
      onSubmit={(event) => {
        event.preventDefault();
        if (parsers.data !== undefined) onChoose({ type: "parser", parser: value === none ? null : value });
      }}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={parsers.data === undefined}>
            See what would happen
          </Button>
        </>
      }
    >
      <Typography>
        What arrives with the {countOf(ingest, "selected ingest token")} is read by this parser from then on; what arrived before
        stays as it was read. Nothing is changed before you have seen what happens to each token.
      </Typography>
      {parsers.isError ? (
        <ErrorState
          title="The parsers could not be read"
          failure={failureOf(parsers.error)}
          onRetry={() => void parsers.refetch()}
        />
      ) : parsers.data === undefined ? (
        <LoadingShape label="Reading the parsers" shape="form" rows={1} />
      ) : (
        <SelectField label="Parser" value={value} onChange={({ target }) => setChosen(target.value)}>
          {options.map(([name, times]) => (
            <option key={name} value={name}>
              {nameInText(name)}
              {repositories.length > 1 &&
                ` (in ${count(times)} of ${countOf(repositories.length, "repository", "repositories")})`}
            </option>
          ))}
          <option value={none}>None: take the parser off</option>
        </SelectField>
      )}
    </DialogFrame>
  );
}

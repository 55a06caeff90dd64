import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { failureOf } from "#web/api/client.ts";
import { ingestRepositoriesQuery, ingestTokensQuery } from "#web/ingest/queries.ts";
import { paths } from "#web/paths.ts";

import { Choice } from "./Choice.tsx";

/** An ingest token by its names; an empty name where none is chosen. */
export interface ChosenIngestToken {
  readonly repository: string;
  readonly ingest: string;
}

export interface IngestTokenPickerProps {
  readonly chosen: ChosenIngestToken;
  readonly onChoose: (chosen: ChosenIngestToken) => void;
}

/** A choice of a repository and of one of its ingest tokens. */
export function IngestTokenPicker({ chosen, onChoose }: IngestTokenPickerProps) {
  const { repository, ingest } = chosen;
  const repositories = useQuery(ingestRepositoriesQuery);
  const tokens = useQuery({ ...ingestTokensQuery(repository), enabled: repository !== "" });
  const places = repositories.data?.filter(({ mayChange }) => mayChange).map(({ name }) => name);
  const names = tokens.data?.map(({ name }) => name);
  return (
    <>
      <Choice
        label="Repository"
        value={repository}
        options={places?.map(asOption)}
        helper={
          repositories.isError
            ? `The repositories could not be read. ${failureOf(repositories.error).message}`
            : places?.length === 0
              ? "You may not see the ingest tokens of any repository."
              : "Where the data goes."
        }
        onChoose={(next) => onChoose({ repository: next, ingest: "" })}
      />
      <Choice
        label="Ingest token"
        value={ingest}
        options={repository === "" ? [] : names?.map(asOption)}
        helper={
          tokens.isError ? (
            `The ingest tokens could not be read. ${failureOf(tokens.error).message}`
          ) : names?.length === 0 ? (
            <>
              The repository has none.{" "}
              <Link component={RouterLink} to={paths.newIngestToken(repository)}>
                Create an ingest token
              </Link>
            </>
          ) : (
            "What the collectors send with."
          )
        }
        onChoose={(next) => onChoose({ repository, ingest: next })}
      />
    </>
  );
}

/** Both are known by their names. */
function asOption(name: string) {
  return { value: name, name };
}

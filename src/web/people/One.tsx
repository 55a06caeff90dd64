import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { failureOf } from "#web/api/failure.ts";
import { monospace } from "#web/theme.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

export interface OneProps<Thing> {
  /** What it is: "group". */
  readonly noun: "group" | "role";
  readonly id: string;
  /** Gives null where there is none of this id. */
  readonly query: UseQueryResult<Thing | null>;
  /** The list that it is in. */
  readonly list: string;
  readonly listLabel: string;
  /** The page of it; `notice` says that it could not be read again. */
  readonly children: (thing: Thing, notice: ReactNode) => ReactNode;
}

/** The page of one group or role in each state that it can be in. One that is gone keeps what is on record of it. */
export function One<Thing>({ noun, id, query, list, listLabel, children }: OneProps<Thing>) {
  const { data, isError, error, refetch } = query;
  const failure = isError ? failureOf(error) : undefined;
  const failed = (title: string) =>
    failure !== undefined && <ErrorState title={title} failure={failure} onRetry={() => void refetch()} />;
  const refused = failure?.kind === "refused";
  if (data != null) {
    return children(
      data,
      refused ? (
        <Alert severity="warning">This {noun} is not shown to you any more. Below is what was read before.</Alert>
      ) : (
        failed(`The ${noun} could not be read again; below is what was read before`) || null
      ),
    );
  }
  const title = noun === "group" ? "Group" : "Role";
  const back = (
    <Button component={RouterLink} to={listLink(list)} variant="outlined">
      {listLabel}
    </Button>
  );
  if (data === undefined && !refused) {
    return (
      <>
        <PageHeader title={title} actions={back} />
        {failed(`The ${noun} could not be read`) || <LoadingShape label={`Loading the ${noun}`} shape="form" rows={4} />}
      </>
    );
  }
  return (
    <>
      <PageHeader title={title} actions={back} />
      <EmptyState title={refused ? `The ${noun} is not shown to you` : `There is no such ${noun}`} action={back}>
        {refused ? `The server says: ${failure.message}.` : `The ${noun} may have been removed.`} The id asked for is{" "}
        <Box component="span" sx={{ fontFamily: monospace, overflowWrap: "anywhere" }}>
          {id}
        </Box>
        .
      </EmptyState>
      <Box sx={{ maxWidth: 900, marginInline: "auto" }}>
        <OwnActivity asked={{ about: [id] }} opens />
      </Box>
    </>
  );
}

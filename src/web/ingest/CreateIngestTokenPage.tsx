import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { failureOf } from "#web/api/client.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { CreateIngestTokenForm } from "./CreateIngestTokenForm.tsx";
import { ingestRepositoriesQuery } from "./queries.ts";

/** The page of a new ingest token. */
export function CreateIngestTokenPage() {
  const session = useSession();
  const repositories = useQuery(ingestRepositoriesQuery);
  const names = repositories.data?.filter(({ mayChange }) => mayChange).map(({ name }) => name);
  return (
    <>
      <PageHeader title="New ingest token">
        Lets a shipper send data into one repository, and do nothing else. Its value can be read again later.
      </PageHeader>
      {repositories.isError && (
        <ErrorState
          title="The repositories could not be read"
          failure={failureOf(repositories.error)}
          onRetry={() => void repositories.refetch()}
        />
      )}
      {names === undefined ? (
        !repositories.isError && <LoadingShape label="Loading the form" shape="form" rows={4} />
      ) : names.length === 0 ? (
        repositories.data?.every(({ system }) => system) === true && session.backend === "embedded" ? (
          <EmptyState
            title="There is no repository to send data to"
            action={
              <Button component={RouterLink} to={paths.newRepository} variant="contained">
                Create a repository
              </Button>
            }
          >
            An ingest token sends into one repository. You see none but LogScale’s own, which take no data from shippers.
          </EmptyState>
        ) : (
          <EmptyState title="You may not create ingest tokens">
            It takes the permission to change ingest tokens on a repository. Somebody who administers its permissions can give it
            to you.
          </EmptyState>
        )
      ) : (
        <CreateIngestTokenForm repositories={names} />
      )}
    </>
  );
}

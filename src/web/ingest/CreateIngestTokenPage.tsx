import { useQuery } from "@tanstack/react-query";

import { failureOf } from "#web/api/client.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { CreateIngestTokenForm } from "./CreateIngestTokenForm.tsx";
import { ingestRepositoriesQuery } from "./queries.ts";

/** The page of a new ingest token. */
export function CreateIngestTokenPage() {
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
        <EmptyState title="You may not create ingest tokens">
          It takes the permission to change ingest tokens on a repository.
        </EmptyState>
      ) : (
        <CreateIngestTokenForm repositories={names} />
      )}
    </>
  );
}

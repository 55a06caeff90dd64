import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, organizationQuery } from "#web/api/queries.ts";
import { useSession } from "#web/state/organization.tsx";
import { paths } from "#web/paths.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { FilterForm } from "./FilterForm.tsx";

/** Where an IP filter is made. */
export function NewIpFilterPage() {
  const session = useSession();
  const filters = useQuery(ipFiltersQuery);
  const organization = useQuery(organizationQuery);
  const back = (
    <Button component={RouterLink} to={paths.ipFilters} variant="outlined">
      IP filters
    </Button>
  );
  return (
    <>
      <PageHeader title="New IP filter" actions={back}>
        It guards nothing until a token is created with it, or a security policy enforces it.
      </PageHeader>
      {organization.isError && organization.data === undefined ? (
        <ErrorState
          title="It could not be read what you may do here"
          failure={failureOf(organization.error)}
          onRetry={() => void organization.refetch()}
        />
      ) : organization.data === undefined || filters.isPending ? (
        <LoadingShape label="Loading the form" shape="form" rows={4} />
      ) : !organization.data.mayChangeIpFilters ? (
        <EmptyState title="You cannot create IP filters" action={back}>
          That takes the organization permission to change IP filters.
        </EmptyState>
      ) : (
        <FilterForm filter={undefined} use={undefined} filters={filters.data ?? []} session={session} />
      )}
    </>
  );
}

import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { flushSync } from "react-dom";
import { Link as RouterLink, useNavigate, useParams, useSearchParams } from "react-router";

import { isClientAddress, refusing } from "#domain/filter/ipFilter.ts";
import { nameInText } from "#domain/name.ts";
import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, organizationQuery } from "#web/api/queries.ts";
import { useSession } from "#web/state/organization.tsx";
import { paths } from "#web/paths.ts";
import { monospace } from "#web/theme.ts";
import { reachOf, useUseKnowledge } from "#web/last-use/auditUse.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { tellAt } from "#web/ui/notice.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { DeleteFilter } from "./DeleteFilter.tsx";
import { FilterForm } from "./FilterForm.tsx";
import { FilterReader } from "./FilterReader.tsx";
import { filtersChanged } from "./requests.ts";
import { useUses } from "./useUses.ts";

/** One IP filter: its rules, a tester, who uses it; for those who may change filters an editor. */
export function IpFilterPage() {
  const { id = "" } = useParams();
  const [params] = useSearchParams();
  const asked = params.get("refuse") ?? "";
  const refuse = isClientAddress(asked) ? asked : undefined;
  // Another filter begins with nothing of the one before.
  return <OneFilter key={`${id} ${refuse ?? ""}`} id={id} refuse={refuse} />;
}

interface OneFilterProps {
  readonly id: string;
  /** An address that somebody proposes to refuse. */
  readonly refuse: string | undefined;
}

function OneFilter({ id, refuse }: OneFilterProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  // The page opens with the present rules, not with those of a minute ago.
  const filters = useQuery({ ...ipFiltersQuery, staleTime: 0 });
  const organization = useQuery(organizationQuery);
  const session = useSession();
  const knowledge = useUseKnowledge();
  const usesById = useUses(knowledge.type === "audited" ? knowledge.audit : undefined);
  const [deleted, setDeleted] = useState(false);
  const found = filters.data?.find((filter) => filter.id === id);
  // When somebody deletes the filter while its page is open, the page keeps it, and what was typed.
  const [last, setLast] = useState(found);
  if (found !== undefined && found !== last) setLast(found);
  const filter = found ?? last;
  const back = (
    <Button component={RouterLink} to={paths.ipFilters} variant="outlined">
      IP filters
    </Button>
  );

  const failed = [filters, organization].find((query) => query.isError && query.data === undefined);
  if (filter === undefined || organization.data === undefined) {
    return (
      <>
        <PageHeader title="IP filter" actions={back} />
        {failed !== undefined ? (
          <ErrorState
            title="The IP filter could not be read"
            failure={failureOf(failed.error)}
            onRetry={() => void failed.refetch()}
          />
        ) : filters.data !== undefined && !filters.isFetching ? (
          <EmptyState title="There is no such IP filter" action={back}>
            It may have been deleted. The id asked for is{" "}
            <Box component="span" sx={{ fontFamily: monospace, overflowWrap: "anywhere" }}>
              {id}
            </Box>
            .
            <Box sx={{ marginTop: 4, textAlign: "start" }}>
              <OwnActivity asked={{ about: [id] }} opens />
            </Box>
          </EmptyState>
        ) : (
          <LoadingShape label="Loading the IP filter" shape="form" rows={4} />
        )}
      </>
    );
  }
  const use = usesById(id);
  const proposed = refuse === undefined ? undefined : refusing(filter.ipFilter, refuse);
  const mayChange = organization.data.mayChangeIpFilters;
  return (
    <>
      <PageHeader
        title={nameInText(filter.name)}
        actions={
          mayChange &&
          !deleted && (
            <DeleteFilter
              filter={filter}
              use={use}
              onDeleted={() => {
                // First the editor goes, with all that asks before this page is left; then the page.
                flushSync(() => setDeleted(true));
                tellAt(paths.ipFilters, `The IP filter ${nameInText(filter.name)} was deleted.`);
                void navigate(listLink(paths.ipFilters), { replace: true });
                void filtersChanged(client);
              }}
            />
          )
        }
      >
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2 }}>
          <Link component={RouterLink} to={paths.ipFilters}>
            IP filter
          </Link>
          <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
            {id}
          </Box>
          <CopyButton text={() => id} label="Copy the IP filter's id" />
        </Box>
      </PageHeader>
      {filters.isError && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title="The IP filter could not be read again; below is what was read before"
            failure={failureOf(filters.error)}
            onRetry={() => void filters.refetch()}
          />
        </Box>
      )}
      {proposed !== undefined && mayChange && !deleted && (
        <Alert severity="info" sx={{ marginBottom: 4 }}>
          A rule that refuses {refuse} is proposed before all others. Nothing is changed until you save it; look first at whom it
          locks out.
        </Alert>
      )}
      {deleted ? null : mayChange ? (
        <FilterForm
          filter={filter}
          proposed={proposed}
          use={use}
          reach={reachOf(knowledge)}
          filters={filters.data ?? []}
          session={session}
        />
      ) : (
        <FilterReader filter={filter} use={use} reach={reachOf(knowledge)} session={session} />
      )}
      <Box sx={{ marginTop: 6 }}>
        <OwnActivity asked={{ about: [id] }} />
      </Box>
    </>
  );
}

import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { Link as RouterLink, useSearchParams } from "react-router";

import { nameInText } from "#domain/name.ts";
import { onOrganization } from "#domain/token/rights.ts";
import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { failureOf } from "#web/api/failure.ts";
import { serverUrl } from "#web/api/server.ts";
import { paths } from "#web/paths.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { monospace } from "#web/theme.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { mainAndSide } from "#web/ui/mainAndSide.ts";
import { Name } from "#web/ui/Name.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { AccessPanel } from "./AccessPanel.tsx";
import { ConnectionsPanel } from "./ConnectionsPanel.tsx";
import { PlaceButtons, type PlaceDialog } from "./PlaceButtons.tsx";
import { IngestPanel, JoinedBy, ParsersPanel, ViewTokensPanel } from "./PlacePanels.tsx";
import { PlaceFacts } from "./PlaceFacts.tsx";
import { placeQuery, type PlaceDetail } from "./queries.ts";
import { placeTypeOf, typeWords } from "./type.ts";
import { useTokenReach } from "./useReach.ts";

const ConnectionsDialog = lazyDialog(async () => (await import("./ConnectionsDialog.tsx")).ConnectionsDialog);
const DeletePlaceDialog = lazyDialog(async () => (await import("./DeletePlaceDialog.tsx")).DeletePlaceDialog);
const DescribeDialog = lazyDialog(async () => (await import("./DescribeDialog.tsx")).DescribeDialog);
const RenamePlaceDialog = lazyDialog(async () => (await import("./RenamePlaceDialog.tsx")).RenamePlaceDialog);
const RetentionDialog = lazyDialog(async () => (await import("./RetentionDialog.tsx")).RetentionDialog);
const SearchDialog = lazyDialog(async () => (await import("./SearchDialog.tsx")).SearchDialog);

/** One repository or view: what it keeps or shows, which tokens reach it, who may do what in it, and what can be done about it. */
export function PlacePage() {
  const [params] = useSearchParams();
  const name = params.get("name") ?? "";
  // Another one begins with nothing of the one before.
  return <OnePlace key={name} name={name} />;
}

function OnePlace({ name }: { readonly name: string }) {
  const query = useQuery(placeQuery(name));
  const { data } = query;
  // When somebody deletes it while the page is open, the page keeps what it was.
  const [last, setLast] = useState(data ?? undefined);
  if (data != null && data !== last) setLast(data);
  const place = data ?? last;
  const failure = query.isError ? failureOf(query.error) : undefined;
  const absent = data === null;
  const back = (
    <Button component={RouterLink} to={listLink(paths.repositories)} variant="outlined">
      Repositories and views
    </Button>
  );
  if (place === undefined) {
    return (
      <>
        <PageHeader title={absent ? "Repository or view" : nameInText(name)} actions={back} />
        {absent ? (
          <EmptyState title="There is no such repository or view, or you have no access to it" action={back}>
            It may have been deleted or renamed. The name asked for is <Name>{name}</Name>.
          </EmptyState>
        ) : failure !== undefined ? (
          <ErrorState title="The repository or view could not be read" failure={failure} onRetry={() => void query.refetch()} />
        ) : (
          <LoadingShape label="Loading the repository or view" shape="form" rows={4} />
        )}
      </>
    );
  }
  return (
    <OneThere
      place={place}
      absent={absent}
      notice={
        absent ? (
          <Alert severity="warning" action={back}>
            It was deleted or renamed since the page was read, or is not shown to you any more. Below is what was read before.
          </Alert>
        ) : failure !== undefined ? (
          <ErrorState
            title="The repository or view could not be read again; below is what was read before"
            failure={failure}
            onRetry={() => void query.refetch()}
          />
        ) : null
      }
    />
  );
}

interface OneThereProps {
  readonly place: PlaceDetail;
  /** Whether it is gone, or not shown any more. */
  readonly absent: boolean;
  readonly notice: ReactNode;
}

function OneThere({ place, absent, notice }: OneThereProps) {
  const { session, gateway } = useOrganization();
  const { id, name } = place;
  const type = placeTypeOf(place);
  const holdings = useQuery(holdingsQuery).data;
  const reach = useTokenReach();
  const [action, setAction] = useState<PlaceDialog>();
  const close = () => setAction(undefined);
  const everyOne = place.__typename === "View" ? "DeleteAllViews" : "DeleteAllRepositories";
  const mayDelete = place.mayDelete || (holdings !== undefined && onOrganization(holdings, everyOne) === true);
  const changes = !gateway && !absent;
  return (
    <>
      <PageHeader
        title={nameInText(name)}
        actions={<PlaceButtons place={place} mayDelete={mayDelete} changes={changes} onAct={setAction} />}
      >
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2 }}>
          <Link component={RouterLink} to={listLink(paths.repositories)}>
            {typeWords[type].one.replace(/^./u, (first) => first.toUpperCase())}
          </Link>
          <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
            {id}
          </Box>
          <CopyButton text={() => id} label="Copy the id" />
        </Box>
      </PageHeader>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 3, marginBottom: 5, "&:empty": { display: "none" } }}>
        {notice}
        {gateway && <OfCluster url={serverUrl(session)} />}
      </Box>
      <Box sx={mainAndSide}>
        <Box sx={column}>
          {place.__typename === "View" ? (
            <ConnectionsPanel view={place} changes={changes} onChange={() => setAction("connections")} />
          ) : (
            <IngestPanel repository={place} reach={reach} />
          )}
          <ViewTokensPanel place={place} reach={reach} />
          <AccessPanel name={name} />
        </Box>
        <Box sx={column}>
          <PlaceFacts place={place} changes={changes} onAct={setAction} />
          {place.__typename === "Repository" && <JoinedBy id={id} reach={reach} />}
          {place.__typename === "Repository" && <ParsersPanel parsers={place.parsers} />}
        </Box>
      </Box>
      <Box sx={{ ...column, marginTop: 6 }}>
        <OwnActivity key={String(absent)} title="What was done about it" asked={{ about: [id] }} opens={absent} />
      </Box>
      <Suspense fallback={null}>
        {action === "describe" && <DescribeDialog place={place} onClose={close} />}
        {action === "search" && <SearchDialog place={place} onClose={close} />}
        {action === "rename" && <RenamePlaceDialog place={place} onClose={close} />}
        {action === "delete" && <DeletePlaceDialog place={place} onClose={close} />}
        {action === "retention" && place.__typename === "Repository" && <RetentionDialog place={place} onClose={close} />}
        {action === "connections" && place.__typename === "View" && <ConnectionsDialog place={place} onClose={close} />}
      </Suspense>
    </>
  );
}

const column = { display: "flex", flexDirection: "column", gap: 6, minWidth: 0 } as const;

/** Where a cluster's repository or view is changed. */
function OfCluster({ url }: { readonly url: string }) {
  return (
    <Alert severity="info">
      It is the cluster’s, and is changed and deleted in LogScale itself, under its Settings:{" "}
      <Link href={url} target="_blank" rel="noreferrer">
        open LogScale
      </Link>
      .
    </Alert>
  );
}

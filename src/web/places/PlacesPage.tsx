import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo, type ReactNode } from "react";

import { nameHolds } from "#domain/name.ts";
import { failureOf } from "#web/api/failure.ts";
import { serverUrl } from "#web/api/server.ts";
import { FailedKinds, failedOf } from "#web/inventory/FailedKinds.tsx";
import { finder } from "#web/list/finder.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { useCreating } from "#web/list/useCreating.ts";
import { useListView } from "#web/list/useListView.ts";
import { idOf, type ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { SelectField } from "#web/ui/Field.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

import { placeColumns, type ListedRow } from "./columns.tsx";
import { placesQuery, type ListedPlace } from "./queries.ts";
import { placeTypes, readType, typeWords, type PlaceType } from "./type.ts";
import { useTokenReach } from "./useReach.ts";

const CreateRepositoryDialog = lazyDialog(async () => (await import("./CreateRepositoryDialog.tsx")).CreateRepositoryDialog);
const CreateViewDialog = lazyDialog(async () => (await import("./CreateViewDialog.tsx")).CreateViewDialog);

const purpose =
  "Where events are kept, and what is seen of them: a repository takes in events by its ingest tokens, a view shows those of repositories.";

const dialect: ListDialect<"name" | "type" | "description" | "retention" | "joins" | "ingest" | "view", { type: PlaceType }> = {
  columns: ["name", "type", "description", "retention", "joins", "ingest", "view"],
  usual: "name",
  filters: { type: readType },
};

const bySearch = finder<ListedRow>(
  ({ id, name, description, joins }, text) =>
    id.toLowerCase() === text ||
    [name, description ?? "", ...(joins ?? []).map((joined) => joined.name)].some((told) => nameHolds(told, text)),
);

/** All repositories and views. */
export function PlacesPage() {
  const { session, gateway } = useOrganization();
  const query = useQuery(placesQuery);
  const { data } = query;
  const { asked, which, startWith, stop } = useCreating();
  const mayCreateRepository = !gateway && data?.mayCreateRepository === true;
  const mayCreateView = !gateway && data?.mayCreateView === true;
  const create = (
    <>
      {mayCreateView && (
        <Button variant="outlined" size="small" startIcon={<AddIcon />} onClick={() => startWith("view")}>
          Create view
        </Button>
      )}
      {mayCreateRepository && (
        <Button variant="contained" size="small" startIcon={<AddIcon />} onClick={() => startWith("repository")}>
          Create repository
        </Button>
      )}
    </>
  );
  return (
    <>
      <ListPage
        title="Repositories and views"
        path={paths.repositories}
        what="repositories and views"
        purpose={purpose}
        data={data}
        failure={query.isError ? failureOf(query.error) : undefined}
        reading={query.isFetching}
        onRead={() => void query.refetch()}
        readAt={data && query.dataUpdatedAt}
        hidden={undefined}
        partial={gateway ? <OfCluster url={serverUrl(session)} /> : undefined}
        create={create}
      >
        {({ places }) => <PlaceTable places={places} create={mayCreateRepository || mayCreateView ? create : undefined} />}
      </ListPage>
      <Suspense fallback={null}>
        {asked && which === "view" && mayCreateView && <CreateViewDialog places={data.places} onCancel={stop} />}
        {asked && which !== "view" && mayCreateRepository && <CreateRepositoryDialog places={data.places} onCancel={stop} />}
      </Suspense>
    </>
  );
}

interface PlaceTableProps {
  readonly places: readonly ListedPlace[];
  /** What creates another, where the caller may. */
  readonly create: ReactNode;
}

function PlaceTable({ places, create }: PlaceTableProps) {
  const view = useListView(dialect);
  const { inventory, ingest, view: viewTokens } = useTokenReach();
  const rows = useMemo(
    () => places.map((place): ListedRow => ({ ...place, ingest: ingest(place), view: viewTokens(place.id) })),
    [places, ingest, viewTokens],
  );
  const { type } = view.filters;
  const find = useMemo(
    () => (all: readonly ListedRow[], search: string) => {
      const found = bySearch(all, search);
      return type === undefined ? found : found.filter((place) => place.type === type);
    },
    [type],
  );
  const failed = failedOf(inventory.kinds).filter(({ kind }) => kind === "ingest" || kind === "view");
  return (
    <>
      <FailedKinds kinds={failed} onRetry={inventory.reload} />
      <ListTable
        noun={["repository or view", "repositories and views"]}
        view={view}
        rows={rows}
        columns={placeColumns}
        rowId={idOf}
        searched="Name, description, what a view joins, or id"
        find={find}
        filters={
          <SelectField
            label="Type"
            width={180}
            value={type ?? ""}
            onChange={({ target: { value } }) => view.setFilters({ type: readType(value) })}
          >
            <option value="">Repositories and views</option>
            {placeTypes.map((value) => (
              <option key={value} value={value}>
                {typeWords[value].many}
              </option>
            ))}
          </SelectField>
        }
        empty={
          <EmptyState title="No repository and no view is shown to you" action={create && <Box sx={buttons}>{create}</Box>}>
            {purpose}
          </EmptyState>
        }
      />
    </>
  );
}

const buttons = { display: "flex", flexWrap: "wrap", gap: 2, justifyContent: "center" } as const;

/** Where a cluster's repositories and views are changed. */
function OfCluster({ url }: { readonly url: string }) {
  return (
    <Alert severity="info" sx={{ marginBottom: 4 }}>
      These are the cluster’s repositories and views, as far as it shows them to you. They are created, changed and deleted in
      LogScale itself:{" "}
      <Link href={url} target="_blank" rel="noreferrer">
        open LogScale
      </Link>
      .
    </Alert>
  );
}

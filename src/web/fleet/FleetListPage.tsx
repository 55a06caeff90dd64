import AddIcon from "@mui/icons-material/AddOutlined";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { WholeList } from "#logscale/readFleetTokens.ts";
import { failureOf } from "#web/api/client.ts";
import { ListPage, type ListPageProps } from "#web/list/ListPage.tsx";

import { FleetHidden } from "./FleetGate.tsx";
import { fleetRightsQuery } from "./queries.ts";
import { useCreating } from "#web/list/useCreating.ts";

export interface FleetListPageProps<Row> extends Pick<ListPageProps<WholeList<Row>>, "title" | "path" | "what" | "purpose"> {
  /** To be enabled by {@link useMayViewFleet} alone. */
  readonly list: UseQueryResult<WholeList<Row>>;
  /** What the button says that opens the dialog: "Create fleet token". */
  readonly createLabel: string;
  /** The form of another, given what there is as far as it was read. */
  readonly renderDialog: (rows: readonly Row[], onCancel: () => void) => ReactNode;
  /** The list, given what creates another where the caller may. */
  readonly children: (rows: readonly Row[], create: ReactNode) => ReactNode;
}

/** Whether the caller may view the fleet; false as long as that is not known. */
export function useMayViewFleet(): boolean {
  return useQuery(fleetRightsQuery).data?.mayView === true;
}

/** The page of a list of the fleet, with the dialog that creates another. */
export function FleetListPage<Row>({ list, createLabel, renderDialog, children, ...page }: FleetListPageProps<Row>) {
  const rights = useQuery(fleetRightsQuery);
  const { asked, start, stop } = useCreating();
  const creating = asked && rights.data?.mayChange === true;
  const error = rights.error ?? list.error;
  const create = rights.data?.mayChange === true && (
    <Button variant="contained" size="small" startIcon={<AddIcon />} onClick={start}>
      {createLabel}
    </Button>
  );
  return (
    <>
      <ListPage
        {...page}
        data={list.data}
        failure={error === null ? undefined : failureOf(error)}
        reading={rights.isFetching || list.isFetching}
        onRead={() => {
          void rights.refetch();
          if (rights.data?.mayView === true) void list.refetch();
        }}
        hidden={rights.data?.mayView === false ? <FleetHidden /> : undefined}
        partial={
          list.data?.steady === false ? (
            <Alert severity="warning" sx={{ marginBottom: 4 }}>
              The list kept changing while it was read, so some {page.what} may be missing. Read it again for the whole.
            </Alert>
          ) : undefined
        }
        create={create}
      >
        {({ rows }) => children(rows, create)}
      </ListPage>
      {creating && renderDialog(list.data?.rows ?? [], stop)}
    </>
  );
}

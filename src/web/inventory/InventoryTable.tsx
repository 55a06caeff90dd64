import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo } from "react";

import type { InventoryKind, InventoryToken } from "#domain/inventory/item.ts";
import { nameHolds } from "#domain/name.ts";
import { ipFiltersQuery } from "#web/api/queries.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { finder } from "#web/list/finder.ts";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";

import { inventoryColumns, type ColumnContext, type ColumnId, type InventoryColumn } from "./columns.tsx";
import { FindingSigns, signsOrder, signsText } from "./findings/FindingSigns.tsx";
import type { FindingsReading } from "./findings/reading.ts";
import { useFindings } from "./findings/useFindings.ts";
import { sortedPlaces } from "./sorted.ts";
import type { Inventory } from "./useInventory.ts";
import { inventoryDialect } from "./view.ts";

export interface InventoryTableProps {
  readonly inventory: Inventory;
  readonly tokens: readonly InventoryToken[];
  readonly kind: InventoryKind | undefined;
}

const find = finder<InventoryToken>(
  ({ name, id }, text) => nameHolds(name, text) || (id !== undefined && id.toLowerCase().includes(text)),
);

/** The tokens, with what narrows and orders them. */
export function InventoryTable({ inventory, tokens, kind }: InventoryTableProps) {
  const now = useServerNow();
  useQuery(ipFiltersQuery);
  const { filters } = useOrganization();
  const { rights } = inventory;
  const view = useListView(inventoryDialect);
  const judged = useFindings(inventory);
  const findings = useMemo(() => findingsColumn(judged), [judged]);
  const columns = useMemo(
    () => inventoryColumns({ now, filters, rights, kind, findings }),
    [now, filters, rights, kind, findings],
  );
  const shown = useMemo(() => columns.filter(({ id }) => usual.includes(id)).map(tableColumn), [columns]);
  const { column: sortedBy, descending } = view.sorting;
  const rows = useMemo(() => {
    const column = columns.find(({ id }) => id === sortedBy);
    if (column === undefined || (sortedBy === "name" && !descending)) return tokens;
    return Array.from(sortedPlaces(tokens, column.order, descending)).flatMap((place) => tokens[place] ?? []);
    // What a column is sorted by does not change with the time.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [tokens, sortedBy, descending, filters, rights, findings]);
  return (
    <ListTable
      noun={["token", "tokens"]}
      view={view}
      rows={rows}
      presorted
      columns={shown}
      rowId={keyOf}
      searched="Name or id"
      find={find}
      empty={<EmptyState title="There are no tokens" />}
    />
  );
}

const usual: readonly ColumnId[] = ["name", "kind", "findings", "expireAt", "lastUsedAt", "owner", "ipFilter", "permissions"];

function findingsColumn(judged: FindingsReading | undefined): NonNullable<ColumnContext["findings"]> {
  return {
    text: (token) => signsText(judged?.signsOf(token)),
    order: (token) => signsOrder(judged?.signsOf(token)),
    cell: (token) => <FindingSigns signs={judged?.signsOf(token)} />,
  };
}

function tableColumn({ id, title, size, align, cell, order }: InventoryColumn): ColumnDef<InventoryToken> {
  return {
    id,
    header: title,
    size,
    ...(align !== undefined && { meta: { align } }),
    accessorFn: order,
    cell: ({ row }) => cell(row.original),
  };
}

function keyOf({ key }: InventoryToken): string {
  return key;
}

import { inventoryKinds, type InventoryKind } from "#domain/inventory/item.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

import { rightsKinds } from "#domain/inventory/rightsReading.ts";

type List = InventoryKind | "all";

const every: readonly List[] = ["all", ...inventoryKinds];

/** The lists that show each column unless somebody chose others: those of one kind, and that of all. In the order of the table. */
const shownIn = {
  name: every,
  kind: ["all"],
  findings: every,
  expireAt: ["all", ...tokenKinds, "fleet"],
  lastUsedAt: ["all", ...tokenKinds, "ingest"],
  lastUsedFrom: [],
  owner: ["all", ...rightsKinds, "fleet"],
  ipFilter: ["all", ...tokenKinds],
  permissions: ["all", ...rightsKinds],
  views: ["view", "ingest"],
  configuration: ["fleet"],
  parser: ["ingest"],
  value: ["ingest"],
  eventsInLastDay: ["ingest"],
  events: ["ingest"],
  createdAt: [...tokenKinds, "fleet"],
  id: [],
} as const satisfies Record<string, readonly List[]>;

/** A column by its name in links. */
export type ColumnId = keyof typeof shownIn;

const shown = Object.entries(shownIn) as readonly (readonly [ColumnId, readonly List[]])[];

/** Every column, in the order in which they stand in the table. */
export const columnIds: readonly ColumnId[] = shown.map(([id]) => id);

/** The columns that a list shows unless somebody chose others: of one kind, or of all. */
export function defaultColumns(kind: InventoryKind | undefined): readonly ColumnId[] {
  return shown.flatMap(([id, lists]) => (lists.includes(kind ?? "all") ? [id] : []));
}

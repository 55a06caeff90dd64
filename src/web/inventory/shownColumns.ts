import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import type { InventoryKind } from "#domain/inventory/item.ts";
import { keptText } from "#web/state/kept.ts";

import { columnIds, type ColumnId } from "./columns.tsx";
import { joinValues, splitValues } from "./link.ts";

const usualOfAll: readonly ColumnId[] = [
  "name",
  "kind",
  "findings",
  "expireAt",
  "lastUsedAt",
  "owner",
  "ipFilter",
  "permissions",
];

const usualOf: Readonly<Record<InventoryKind, readonly ColumnId[]>> = {
  personal: ["name", "findings", "expireAt", "lastUsedAt", "ipFilter", "createdAt"],
  view: ["name", "findings", "expireAt", "lastUsedAt", "ipFilter", "permissions", "views", "createdAt", "owner"],
  organization: ["name", "findings", "expireAt", "lastUsedAt", "ipFilter", "permissions", "createdAt", "owner"],
  system: ["name", "findings", "expireAt", "lastUsedAt", "ipFilter", "permissions", "createdAt", "owner"],
  ingest: ["name", "views", "findings", "lastUsedAt", "value", "parser", "eventsInLastDay", "events"],
  fleet: ["name", "findings", "configuration", "createdAt", "owner"],
};

/** The columns that are shown unless somebody chose others. */
export function usualColumns(kind: InventoryKind | undefined): readonly ColumnId[] {
  return kind === undefined ? usualOfAll : usualOf[kind];
}

/** The columns in the text of an address; undefined where it names none that there is. The name is always one. */
export function readColumns(text: string): readonly ColumnId[] | undefined {
  const named = new Set<string>(splitValues(text));
  const columns = columnIds.filter((id) => id === "name" || named.has(id));
  return columns.length > 1 || named.has("name") ? columns : undefined;
}

/** Which columns a list shows, and how to choose others. */
export interface ShownColumns {
  readonly ids: readonly ColumnId[];
  readonly usual: boolean;
  /** Undefined goes back to the usual ones. */
  readonly choose: (ids: readonly ColumnId[] | undefined) => void;
}

/** The columns that the address says, or else those that were last chosen in this browser, or else the usual ones. */
export function useShownColumns(kind: InventoryKind | undefined): ShownColumns {
  const kept = useMemo(() => keptText(`columns-${kind ?? "all"}`), [kind]);
  const [params, setParams] = useSearchParams();
  // Read once: choosing in another tab does not change this one.
  const [before] = useState(() => kept.get());
  const text = params.get("cols");
  const choose = useCallback(
    (ids: readonly ColumnId[] | undefined) => {
      const chosen = ids === undefined ? undefined : joinValues(ids);
      kept.set(chosen);
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          // Said even where it is as usual, or what was kept before would come back.
          next.set("cols", chosen ?? joinValues(usualColumns(kind)));
          return next;
        },
        { replace: true },
      );
    },
    [kept, setParams, kind],
  );
  return useMemo(() => {
    const usual = usualColumns(kind);
    const ids = readColumns(text ?? before ?? "") ?? usual;
    return { ids, usual: joinValues(ids) === joinValues(columnIds.filter((id) => usual.includes(id))), choose };
  }, [kind, text, before, choose]);
}

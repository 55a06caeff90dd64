import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import type { InventoryKind } from "#domain/inventory/item.ts";
import { keptText } from "#web/state/kept.ts";

import { columnIds, defaultColumns, type ColumnId } from "./columnIds.ts";
import { joinValues, splitValues } from "./link.ts";

/** The columns in the text of an address; undefined where it names none that there is. The name is always one. */
export function readColumns(text: string): readonly ColumnId[] | undefined {
  const named = new Set<string>(splitValues(text));
  const columns = columnIds.filter((id) => id === "name" || named.has(id));
  return columns.length > 1 || named.has("name") ? columns : undefined;
}

/** Which columns a list shows, and how to choose others. */
export interface ShownColumns {
  readonly ids: readonly ColumnId[];
  /** Whether they are those that are shown unless somebody chose others. */
  readonly areDefault: boolean;
  /** Undefined goes back to the default ones. */
  readonly choose: (ids: readonly ColumnId[] | undefined) => void;
}

/** The columns that the address says, or else those that were last chosen in this browser, or else the default ones. */
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
          // Said even where it is the default, or what was kept before would come back.
          next.set("cols", chosen ?? joinValues(defaultColumns(kind)));
          return next;
        },
        { replace: true },
      );
    },
    [kept, setParams, kind],
  );
  return useMemo(() => {
    const byDefault = defaultColumns(kind);
    const ids = readColumns(text ?? before ?? "") ?? byDefault;
    return { ids, areDefault: joinValues(ids) === joinValues(byDefault), choose };
  }, [kind, text, before, choose]);
}

import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

import { isTokenKind } from "#domain/kinds.ts";

import { effects } from "./effects.ts";
import { sortKeys, type ListFilter, type ListSort } from "./impact.ts";

/** What the list of affected tokens shows, and how to change it. It lives in the address, so that a link shows the same. */
export interface ListView {
  readonly filter: ListFilter;
  readonly sort: ListSort;
  readonly setFilter: (next: ListFilter) => void;
  readonly setSort: (next: ListSort) => void;
}

/** Reads the view from the address: `effect`, `kind`, `q`, `sort` and `order`. What it does not understand counts as not there. */
export function useListView(): ListView {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const change = useCallback(
    (values: Readonly<Record<string, string | undefined>>) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          for (const [name, value] of Object.entries(values)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return useMemo(() => {
    const current = new URLSearchParams(text);
    const kind = current.get("kind") ?? "";
    return {
      filter: {
        effect: effects.find((effect) => effect === current.get("effect")),
        kind: isTokenKind(kind) ? kind : undefined,
        search: current.get("q") ?? "",
      },
      sort: {
        key: sortKeys.find((key) => key === current.get("sort")) ?? "effect",
        descending: current.get("order") === "desc",
      },
      setFilter: ({ effect, kind, search }) => change({ effect, kind, q: search }),
      setSort: ({ key, descending }) =>
        change({ sort: key === "effect" ? undefined : key, order: descending ? "desc" : undefined }),
    };
  }, [text, change]);
}

import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { visibleName } from "#domain/name.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import type { TableSelection } from "#web/ui/table/useRowSelection.ts";

/** The tokens that are selected in a list. They are known by their keys, so sorting and narrowing the list leaves them as they are. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** How many were selected and are no longer listed; 0 once something else was selected. */
  readonly gone: number;
  /** Selects these and no others. */
  readonly set: (keys: Iterable<string>) => void;
  /** Adds those in sight. */
  readonly addInSight: () => void;
  /** Takes some out, and says nothing: whoever calls does. */
  readonly drop: (keys: ReadonlySet<string>) => void;
  readonly clear: () => void;
  /** What the list takes. */
  readonly table: TableSelection<InventoryToken>;
}

interface State {
  readonly keys: ReadonlySet<string>;
  readonly gone: number;
  /** The tokens that were there when this was last looked through. */
  readonly seen: ReadonlyMap<string, unknown>;
}

const none: ReadonlySet<string> = new Set();

/** The part of a selection that is among the tokens there are; the very selection where all of it is. */
export function stillThere(keys: ReadonlySet<string>, tokens: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  for (const key of keys) {
    if (!tokens.has(key)) return new Set([...keys].filter((other) => tokens.has(other)));
  }
  return keys;
}

/**
 * A selection among tokens, by key. What is no longer among them drops out, and that is said.
 *
 * @lintignore until the list of all tokens is there
 */
export function useSelection({ byKey }: { readonly byKey: ReadonlyMap<string, unknown> }): Selection {
  const [state, setState] = useState<State>({ keys: none, gone: 0, seen: byKey });
  let { keys, gone } = state;
  if (byKey !== state.seen) {
    const left = stillThere(keys, byKey);
    gone += keys.size - left.size;
    keys = left;
    setState({ keys, gone, seen: byKey });
  }
  useEffect(() => {
    if (gone > 0) announce(`${goneWords(gone)} ${count(keys.size)} selected.`);
    // Said once, when some are found to be gone.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [gone]);

  const look = useRef<() => readonly string[]>(() => []);
  const onSight = useCallback((next: () => readonly string[]) => {
    look.current = next;
  }, []);
  const set = useCallback((next: Iterable<string>) => {
    const chosen = new Set(next);
    setState((before) => ({ ...before, keys: chosen, gone: 0 }));
    announce(chosen.size === 0 ? "Nothing is selected." : `${count(chosen.size)} selected.`);
  }, []);
  return useMemo(
    () => ({
      keys,
      gone,
      set,
      addInSight: () => set([...keys, ...look.current()]),
      drop: (dropped) =>
        setState((before) => ({ ...before, keys: new Set([...before.keys].filter((key) => !dropped.has(key))) })),
      clear: () => set(none),
      table: { ids: keys, onChange: set, onSight, nameOf: ({ name }) => visibleName(name) },
    }),
    [keys, gone, set, onSight],
  );
}

/** Says that selected tokens are gone. */
function goneWords(gone: number): string {
  return `${countOf(gone, "selected token is", "selected tokens are")} no longer listed.`;
}

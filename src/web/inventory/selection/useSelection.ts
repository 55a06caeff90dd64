import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "react-router";

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
  /** Leaves the selection as it is, whatever is no longer listed, until it is released: while something is done with it. */
  readonly hold: () => void;
  /** Lets go of the selection, without those that were done with. */
  readonly release: (done: ReadonlySet<string>) => void;
  readonly clear: () => void;
  /** What the list takes. */
  readonly table: TableSelection<InventoryToken>;
}

interface State {
  readonly keys: ReadonlySet<string>;
  readonly gone: number;
  /** The tokens that were there when this was last looked through. */
  readonly seen: ReadonlyMap<string, unknown> | undefined;
  readonly held: boolean;
}

const none: ReadonlySet<string> = new Set();

/** What was selected where a list was left, by its entry in the browser's history: whoever comes back to it finds it selected. */
const left = new Map<string, ReadonlySet<string>>();

/** The part of a selection that is among the tokens there are; the very selection where all of it is. */
export function stillThere(keys: ReadonlySet<string>, tokens: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  for (const key of keys) {
    if (!tokens.has(key)) return new Set([...keys].filter((other) => tokens.has(other)));
  }
  return keys;
}

export interface SelectableTokens {
  readonly byKey: ReadonlyMap<string, unknown>;
  /** Whether tokens are still being read for the first time, so that one that is missing may yet come. */
  readonly waiting: boolean;
}

/**
 * A selection among tokens, by key. What is no longer among them drops out, and that is said. It comes back with the back button.
 */
export function useSelection({ byKey, waiting }: SelectableTokens): Selection {
  const { key: place } = useLocation();
  const [state, setState] = useState((): State => {
    const chosen = (waiting ? undefined : left.get(place)) ?? none;
    const keys = stillThere(chosen, byKey);
    return { keys, gone: chosen.size - keys.size, seen: byKey, held: false };
  });
  let { keys, gone } = state;
  if (byKey !== state.seen && !state.held && !waiting) {
    const there = stillThere(keys, byKey);
    gone += keys.size - there.size;
    keys = there;
    setState({ keys, gone, seen: byKey, held: false });
  }
  const leaving = useRef({ place, keys });
  useEffect(() => {
    leaving.current = { place, keys };
  });
  useEffect(
    () => () => {
      left.set(leaving.current.place, leaving.current.keys);
    },
    [],
  );
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
      hold: () => setState((before) => ({ ...before, held: true })),
      release: (done) =>
        setState((before) => ({
          ...before,
          keys: new Set([...before.keys].filter((key) => !done.has(key))),
          seen: undefined,
          held: false,
        })),
      clear: () => set(none),
      table: { ids: keys, onChange: set, onSight, nameOf: ({ name }) => visibleName(name) },
    }),
    [keys, gone, set, onSight],
  );
}

/** Says that selected tokens are gone. */
export function goneWords(gone: number): string {
  return `${countOf(gone, "selected token is", "selected tokens are")} no longer listed.`;
}

import { useEffect } from "react";
import { useLocation } from "react-router";

/** How each list was last shown on this page: its link, with what it was narrowed to and sorted by. */
const lastShown = new Map<string, string>();

/** Remembers the link of the list that calls this, under the path that its items lead back to. */
export function useRememberedList(list: string): void {
  const { pathname, search } = useLocation();
  useEffect(() => {
    lastShown.set(list, pathname + withoutForm(search));
  }, [list, pathname, search]);
}

/** The way back to a list, as narrowed as it was left. */
export function listLink(list: string): string {
  return lastShown.get(list) ?? list;
}

/** The query of a list without what opens a form over it: who comes back has just been through that, or left it. */
export function withoutForm(search: string): string {
  const params = new URLSearchParams(search);
  if (!params.has("new")) return search;
  params.delete("new");
  return params.size === 0 ? "" : `?${params.toString()}`;
}

import { createStore } from "#web/state/store.ts";

import { announce } from "./LiveRegion.tsx";

/** A message about an action on a page that is gone, shown on the page that follows. */
export interface Notice {
  /** Path of the page that tells it. */
  readonly at: string;
  readonly text: string;
}

/** What there is to tell; kept out of the link and of the browser's history, since it holds names. */
export const notice = createStore<Notice | undefined>(undefined);

/** Tells what was done, on the page at a path, until it is dismissed or that page is left. Screen readers say it at once. */
export function tellAt(at: string, text: string): void {
  notice.set({ at, text });
  announce(text);
}

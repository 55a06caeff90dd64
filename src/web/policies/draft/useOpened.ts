import { useCallback, useState } from "react";

import type { Policies } from "#domain/policy/policy.ts";

import type { LinkedDraft } from "./readLink.ts";

/** A draft that came with the URL. */
export interface OpenedDraft {
  readonly linked: LinkedDraft;
  /** What was in force when it was opened. */
  readonly inForce: Policies;
}

/** What the page has to know of where its draft came from. */
export interface DraftOrigin {
  /** The draft from a link that is marked as one, until it is edited or the mark is dismissed. */
  readonly marked: OpenedDraft | undefined;
  readonly dismiss: () => void;
  /** Whether anything of the draft came from a link, so that applying it always asks for typing. */
  readonly fromLink: boolean;
  /** The draft came to rest and is no longer what it was; `edited` tells whether it changes anything. */
  readonly onMoved: (edited: boolean) => void;
}

/** Keeps in mind that a draft came from a link, until nothing of it is left. */
export function useOpened(opened: OpenedDraft | undefined): DraftOrigin {
  const [marked, setMarked] = useState(opened);
  const [fromLink, setFromLink] = useState(opened !== undefined && opened.linked.changes.length > 0);
  const dismiss = useCallback(() => setMarked(undefined), []);
  const onMoved = useCallback((edited: boolean) => {
    setMarked(undefined);
    if (!edited) setFromLink(false);
  }, []);
  return { marked, dismiss, fromLink, onMoved };
}

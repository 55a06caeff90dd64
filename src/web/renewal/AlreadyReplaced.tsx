import Alert from "@mui/material/Alert";
import { useMemo } from "react";

import { indexLinks, linksTo, type TokenKey } from "#domain/inventory/notes.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";

import { replacedWords } from "./words.ts";

/** Says of tokens that are to be renewed that some are recorded to be replaced already: they would have two successors. */
export function AlreadyReplaced({ keys }: { readonly keys: readonly (TokenKey | undefined)[] }) {
  const { links } = useFindingNotes().notes;
  const index = useMemo(() => indexLinks(links), [links]);
  const replaced = keys.filter((key) => key !== undefined && linksTo(index, key).length > 0).length;
  if (replaced === 0) return null;
  return <Alert severity="warning">{replacedWords(replaced, keys.length)}</Alert>;
}

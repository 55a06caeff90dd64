import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Suspense, useMemo, useState } from "react";

import type { BulkAction } from "#domain/inventory/bulk.ts";
import { carriesPermissions, isTokenKind } from "#domain/token/kinds.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { goneWords, type Selection } from "#web/inventory/selection/useSelection.ts";
import { count } from "#web/ui/counts.ts";
import { lazyPart } from "#web/ui/lazyPart.tsx";

import type { OpenedAction } from "./BulkActions.tsx";

const BulkActions = lazyPart(async () => (await import("./BulkActions.tsx")).BulkActions);

export interface BulkBarProps {
  readonly inventory: { readonly byKey: ReadonlyMap<string, InventoryToken> };
  readonly selection: Selection;
  /** The tokens that are listed, in sight or not: all that match. */
  readonly matching: readonly InventoryToken[];
  /** How many tokens the page lists where nothing narrows it. */
  readonly total: number;
  /** Whether `matching` are the first alone, as all are still being read, and how many there are, where that is known. */
  readonly isOpening?: boolean;
  readonly beyond?: number | undefined;
}

/** Says how many tokens are selected, selects more or none, and does something with all of them. As high with a selection as without one. */
export function BulkBar({ inventory, selection, matching, total, isOpening = false, beyond }: BulkBarProps) {
  const { keys, gone } = selection;
  const [opened, setOpened] = useState<OpenedAction>();
  const { hidden, ingest, permissions } = useMemo(
    () => countSelected(keys, matching, inventory.byKey),
    [keys, matching, inventory],
  );
  const open = (type: BulkAction["type"]) => {
    selection.hold();
    // In the order of the inventory, however they were chosen.
    setOpened({ type, tokens: [...inventory.byKey.values()].filter(({ key }) => keys.has(key)) });
  };
  // There is nothing to select, but what became of the last ones may still be shown.
  if (total === 0 && !isOpening && opened === undefined) return null;
  return (
    <Box role="group" aria-label="Selection" sx={barStyle}>
      <Typography
        component="span"
        sx={{
          fontWeight: keys.size > 0 ? 600 : 400,
          color: keys.size > 0 ? undefined : "text.secondary",
          flexBasis: { xs: "100%", sm: "auto" },
        }}
      >
        {keys.size === 0 ? "None selected" : `${count(keys.size)} selected`}
        {hidden > 0 && `, ${count(hidden)} of them not listed here`}
        {gone > 0 && `. ${goneWords(gone)}`}
      </Typography>
      <Button
        size="small"
        onClick={() => selection.set([...keys, ...matching.map(({ key }) => key)])}
        disabled={matching.length === 0 || isOpening}
      >
        {isOpening
          ? `Select all ${beyond === undefined ? "" : count(beyond)}`
          : `Select all ${count(matching.length)} ${matching.length === total ? "" : "that match"}`}
      </Button>
      <Button size="small" onClick={selection.addInSight} disabled={matching.length === 0}>
        Select those in sight
      </Button>
      {keys.size === 0 ? (
        <Typography variant="caption" sx={{ color: "text.secondary", display: { xs: "none", md: "inline" } }}>
          or by the space bar, Shift for a range, Ctrl+A for all
        </Typography>
      ) : (
        <Button size="small" onClick={selection.clear}>
          Select none
        </Button>
      )}
      {keys.size > 0 && isOpening && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          What can be done with them is offered once all tokens are read.
        </Typography>
      )}
      {!isOpening && (keys.size > 0 || opened !== undefined) && (
        <Suspense fallback={null}>
          <BulkActions
            keys={keys}
            fits={{ ingest, permissions }}
            opened={opened}
            onOpen={open}
            onClose={(done) => {
              setOpened(undefined);
              selection.release(done);
            }}
          />
        </Suspense>
      )}
    </Box>
  );
}

/** How many of the selected tokens are not listed, and whether there are some that have a parser, or permissions of their own. */
function countSelected(
  keys: ReadonlySet<string>,
  matching: readonly InventoryToken[],
  byKey: ReadonlyMap<string, InventoryToken>,
): { readonly hidden: number; readonly ingest: boolean; readonly permissions: boolean } {
  let listed = 0;
  if (keys.size > 0) for (const { key } of matching) if (keys.has(key)) listed++;
  let ingest = false;
  let permissions = false;
  for (const key of keys) {
    const kind = byKey.get(key)?.kind;
    if (kind === undefined) continue;
    if (kind === "ingest") ingest = true;
    else if (isTokenKind(kind) && carriesPermissions(kind)) permissions = true;
    if (ingest && permissions) break;
  }
  return { hidden: keys.size - listed, ingest, permissions };
}

const barStyle = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  columnGap: 2,
  rowGap: 1,
  minHeight: 36,
  marginBottom: 3,
} as const;

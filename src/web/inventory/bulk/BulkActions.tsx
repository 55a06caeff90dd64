import CompareIcon from "@mui/icons-material/CompareArrowsOutlined";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import ParserIcon from "@mui/icons-material/DataObjectOutlined";
import PermissionsIcon from "@mui/icons-material/KeyOutlined";
import RenewIcon from "@mui/icons-material/UpdateOutlined";
import RotateIcon from "@mui/icons-material/AutorenewOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Suspense } from "react";
import { Link as RouterLink } from "react-router";

import type { BulkAction } from "#domain/inventory/bulk.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { compareLink, mostCompared } from "#web/inventory/compare/link.ts";
import { BulkOwnerButton } from "#web/inventory/owners/BulkOwnerButton.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

const BulkDialog = lazyDialog(async () => (await import("./BulkDialog.tsx")).BulkDialog);

/** An action that was chosen, and the tokens that it is for. */
export interface OpenedAction {
  readonly type: BulkAction["type"];
  readonly tokens: readonly InventoryToken[];
}

export interface BulkActionsProps {
  readonly keys: ReadonlySet<string>;
  /** Whether there are selected tokens that have a parser, or permissions of their own. */
  readonly fits: { readonly ingest: boolean; readonly permissions: boolean };
  readonly opened: OpenedAction | undefined;
  readonly onOpen: (type: BulkAction["type"]) => void;
  readonly onClose: (done: ReadonlySet<string>) => void;
}

/** What can be done with the selected tokens; loaded once some are. */
export function BulkActions({ keys, fits: { ingest, permissions }, opened, onOpen, onClose }: BulkActionsProps) {
  const actions: readonly {
    readonly type: BulkAction["type"];
    readonly words: string;
    readonly icon: typeof DeleteIcon;
    readonly fits: boolean;
  }[] = [
    { type: "renew", words: "Renew", icon: RenewIcon, fits: true },
    { type: "rotate", words: "Rotate", icon: RotateIcon, fits: true },
    { type: "permissions", words: "Change permissions", icon: PermissionsIcon, fits: permissions },
    { type: "parser", words: "Set parser", icon: ParserIcon, fits: ingest },
    { type: "delete", words: "Delete", icon: DeleteIcon, fits: true },
  ];
  return (
    <>
      {keys.size > 0 && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, marginInlineStart: { md: "auto" } }}>
          {keys.size > 1 && keys.size <= mostCompared && (
            <Button
              size="small"
              variant="outlined"
              component={RouterLink}
              to={compareLink([...keys])}
              startIcon={<CompareIcon />}
            >
              Compare
            </Button>
          )}
          {actions.map(
            ({ type, words, icon: Icon, fits }) =>
              fits && (
                <Button
                  key={type}
                  size="small"
                  variant="outlined"
                  color={type === "delete" ? "error" : "primary"}
                  startIcon={<Icon />}
                  onClick={() => onOpen(type)}
                >
                  {words}
                </Button>
              ),
          )}
          <BulkOwnerButton keys={keys} />
        </Box>
      )}
      {opened !== undefined && (
        <Suspense fallback={null}>
          <BulkDialog {...opened} onClose={onClose} />
        </Suspense>
      )}
    </>
  );
}

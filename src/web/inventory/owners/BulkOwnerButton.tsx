import OwnerIcon from "@mui/icons-material/PersonOutlined";
import Button from "@mui/material/Button";
import { Suspense, useState } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { useInventory } from "#web/inventory/useInventory.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

const BulkOwnerDialog = lazyDialog(async () => (await import("./BulkOwnerDialog.tsx")).BulkOwnerDialog);

/** Writes down one owner for the selected tokens; there where one may write down any. */
export function BulkOwnerButton({ keys }: { readonly keys: ReadonlySet<string> }) {
  const { byKey } = useInventory({ rights: false });
  const { mayAssign } = useFindingNotes().notes;
  // As they were when it was asked for, whatever is selected meanwhile.
  const [tokens, setTokens] = useState<readonly InventoryToken[]>();
  if (mayAssign.length === 0 && tokens === undefined) return null;
  return (
    <>
      <Button
        size="small"
        variant="outlined"
        startIcon={<OwnerIcon />}
        aria-haspopup="dialog"
        onClick={() => setTokens([...keys].flatMap((key) => byKey.get(key) ?? []))}
      >
        Write down an owner
      </Button>
      {tokens !== undefined && (
        <Suspense fallback={null}>
          <BulkOwnerDialog tokens={tokens} onClose={() => setTokens(undefined)} />
        </Suspense>
      )}
    </>
  );
}

import EvidenceIcon from "@mui/icons-material/FactCheckOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Suspense, useState } from "react";

import { countOf } from "#web/ui/counts.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

import type { EvidenceSource } from "#logscale/evidenceSource.ts";

const EvidenceDialog = lazyDialog(async () => (await import("./EvidenceDialog.tsx")).EvidenceDialog);

/** Saves or prints what a list shows, once all of it is there. Whoever prints the page itself, which holds a part of the list, is told of it on the paper. */
export function EvidenceButton({ source }: { readonly source: EvidenceSource | undefined }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="outlined" startIcon={<EvidenceIcon />} disabled={source === undefined} onClick={() => setOpen(true)}>
        Evidence
      </Button>
      {open && source !== undefined ? (
        <Suspense fallback={null}>
          <EvidenceDialog source={source} onClose={() => setOpen(false)} />
        </Suspense>
      ) : (
        <Box component="p" sx={{ display: "none", "@media print": { display: "block", width: "100%", fontWeight: 600 } }}>
          This print holds only the rows that were in sight
          {source !== undefined && `, of ${countOf(source.rows.length, "token")}`}. For all of them, choose “Evidence” on the
          page, and there the printable report.
        </Box>
      )}
    </>
  );
}

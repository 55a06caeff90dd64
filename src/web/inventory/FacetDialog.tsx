import Button from "@mui/material/Button";

import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";

import { FacetPanel, type FacetPanelProps } from "./FacetPanel.tsx";

/** What the list can be narrowed by, where there is no room beside it. */
export function FacetDialog({ onClose, ...panel }: FacetPanelProps & { readonly onClose: () => void }) {
  const { passed, total } = panel.narrowing;
  return (
    <DialogFrame
      title="Narrow the tokens"
      fullScreen
      actions={
        <Button variant="contained" onClick={onClose}>
          {passed === total ? `Show all ${countOf(total, "token")}` : `Show ${count(passed)} of ${countOf(total, "token")}`}
        </Button>
      }
      onClose={onClose}
    >
      <FacetPanel {...panel} />
    </DialogFrame>
  );
}

import Button from "@mui/material/Button";
import Drawer from "@mui/material/Drawer";
import type { ReactNode } from "react";

export interface ImpactDrawerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The impact over the page, for a screen on which it has no room beside the form. */
export function ImpactDrawer({ open, onClose, children }: ImpactDrawerProps) {
  return (
    <Drawer
      anchor="bottom"
      open={open}
      onClose={onClose}
      slotProps={{
        paper: { role: "dialog", "aria-label": "Impact of this draft", sx: { height: "92dvh", padding: 4, gap: 2 } },
      }}
    >
      <Button onClick={onClose} sx={{ alignSelf: "flex-end", flexShrink: 0 }}>
        Close
      </Button>
      {children}
    </Drawer>
  );
}

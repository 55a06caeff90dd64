import Box from "@mui/material/Box";
import Modal from "@mui/material/Modal";

import { BackendSign } from "./BackendSign.tsx";
import { Navigation } from "./Navigation.tsx";

/** The way to the other pages where there is no room for it beside the page. */
export function SmallMenu({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal open onClose={onClose}>
      <Box
        role="dialog"
        aria-modal
        aria-label="Menu"
        sx={{
          position: "fixed",
          insetBlock: 0,
          insetInlineStart: 0,
          width: 280,
          maxWidth: "85vw",
          overflow: "auto",
          paddingBlock: 4,
          backgroundColor: "background.paper",
          borderInlineEnd: 1,
          borderColor: "divider",
        }}
      >
        <nav aria-label="Pages">
          <Navigation onLeave={onClose} />
        </nav>
        <Box sx={{ padding: 4, display: { sm: "none" } }}>
          <BackendSign />
        </Box>
      </Box>
    </Modal>
  );
}

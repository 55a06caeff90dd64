import SearchIcon from "@mui/icons-material/SearchOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Suspense, useLayoutEffect, useState } from "react";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

const FindDialog = lazyDialog(async () => (await import("./FindDialog.tsx")).FindDialog);

/** Opens the search over tokens, IP filters and pages; so does Ctrl-K (on a Mac also ⌘K), unless a dialog is open. */
export function FindButton() {
  const [open, setOpen] = useState(false);
  // With the button itself: an effect waits until the page behind it is drawn, and the browser would take the key meanwhile.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      // Else the browser would search by itself.
      event.preventDefault();
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') === null) setOpen(true);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <Button
        color="inherit"
        startIcon={<SearchIcon />}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K"
        onClick={() => setOpen(true)}
        sx={{
          flexShrink: 0,
          minWidth: 0,
          border: { sm: 1 },
          borderColor: { sm: "divider" },
          color: "text.secondary",
          "& .MuiButton-startIcon": { marginInline: { xs: 0, sm: "-4px 8px" } },
        }}
      >
        <Box component="span" sx={{ display: { xs: "none", sm: "inline" } }}>
          Find
        </Box>
        <Box
          component="kbd"
          aria-hidden
          sx={{ display: { xs: "none", lg: "inline" }, marginInlineStart: 3, font: "inherit", fontSize: "0.75rem" }}
        >
          Ctrl K
        </Box>
        <Box component="span" sx={{ display: { sm: "none" }, position: "absolute", clipPath: "inset(50%)" }}>
          Find
        </Box>
      </Button>
      {open && (
        <Suspense fallback={null}>
          <FindDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

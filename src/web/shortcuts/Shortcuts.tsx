import KeyboardIcon from "@mui/icons-material/KeyboardOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Suspense, useLayoutEffect } from "react";

import { useStore } from "#web/state/store.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

import { asksForList, listKey, listKeyActs, shortcutsOpen } from "./listKey.ts";

const ShortcutsDialog = lazyDialog(async () => (await import("./ShortcutsDialog.tsx")).ShortcutsDialog);

/** The list of shortcuts, which its key opens unless a dialog is open. */
export function Shortcuts() {
  const open = useStore(shortcutsOpen);
  const acts = useStore(listKeyActs);
  useLayoutEffect(() => {
    if (!acts) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (!asksForList(event) || document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      event.preventDefault();
      shortcutsOpen.set(true);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [acts]);
  if (!open) return null;
  return (
    <Suspense fallback={null}>
      <ShortcutsDialog onClose={() => shortcutsOpen.set(false)} />
    </Suspense>
  );
}

/** Opens the list of shortcuts by mouse. `onOpen` is called before, for a drawer to close. */
export function ShortcutsButton({ onOpen }: { readonly onOpen?: () => void }) {
  const acts = useStore(listKeyActs);
  return (
    <Button
      color="inherit"
      size="small"
      startIcon={<KeyboardIcon />}
      aria-haspopup="dialog"
      {...(acts && { "aria-keyshortcuts": listKey })}
      onClick={() => {
        onOpen?.();
        shortcutsOpen.set(true);
      }}
      sx={{ color: "text.secondary", fontWeight: 400 }}
    >
      Keyboard shortcuts
      {acts && (
        <Box component="kbd" aria-hidden sx={{ marginInlineStart: 2, font: "inherit" }}>
          {listKey}
        </Box>
      )}
    </Button>
  );
}

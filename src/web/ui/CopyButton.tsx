import CopiedIcon from "@mui/icons-material/CheckOutlined";
import CopyIcon from "@mui/icons-material/ContentCopyOutlined";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import { useEffect, useRef, useState } from "react";

import { announce } from "./LiveRegion.tsx";

export interface CopyButtonProps {
  /** The text to copy. Asked for on press, so that a secret need not be rendered. Who must read it first reports a failure. */
  readonly text: () => string | Promise<string>;
  /** What is copied: "Copy the token's id". */
  readonly label: string;
  /** Shows the label beside the icon. */
  readonly labelled?: boolean;
  /** Makes it the large button that one cannot miss; only with a label. */
  readonly prominent?: boolean;
  /** Whether there is nothing to copy; only with a label. */
  readonly disabled?: boolean;
  /** Called after the text was copied. */
  readonly onCopied?: () => void;
}

/** Copies a text to the clipboard, and says whether that worked. */
export function CopyButton({ text, label, labelled = false, prominent = false, disabled = false, onCopied }: CopyButtonProps) {
  const [state, setState] = useState<"ready" | "copied" | "failed">("ready");
  const reset = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(reset.current), []);
  const copy = async () => {
    clearTimeout(reset.current);
    let content: string;
    try {
      content = await text();
    } catch {
      setState("ready");
      return;
    }
    const worked = await copyText(content);
    setState(worked ? "copied" : "failed");
    announce(worked ? "Copied." : "The browser did not allow copying. Select the text and copy it yourself.");
    if (worked) onCopied?.();
    reset.current = setTimeout(() => setState("ready"), 4000);
  };
  const Icon = state === "copied" ? CopiedIcon : CopyIcon;
  const words = state === "copied" ? "Copied" : state === "failed" ? "Not copied: select and copy it yourself" : label;
  return labelled ? (
    <Button
      variant={prominent ? "contained" : "outlined"}
      size={prominent ? "large" : "medium"}
      startIcon={<Icon />}
      disabled={disabled}
      onClick={() => void copy()}
    >
      {words}
    </Button>
  ) : (
    <IconButton size="small" aria-label={label} title={words} onClick={() => void copy()}>
      <Icon fontSize="inherit" />
    </IconButton>
  );
}

/** Copies a text. The clipboard's own interface is missing on pages served without TLS; then an element that is selected does it. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const element = document.createElement("textarea");
    element.value = text;
    element.setAttribute("aria-hidden", "true");
    element.style.position = "fixed";
    element.style.opacity = "0";
    const focused = document.activeElement;
    // A dialog takes back the focus from outside it, and the selection too.
    (focused?.closest("[role='dialog']") ?? document.body).append(element);
    element.select();
    // Deprecated, and the only way where the other is missing.
    const worked = document.execCommand("copy");
    element.value = "";
    element.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return worked;
  }
}

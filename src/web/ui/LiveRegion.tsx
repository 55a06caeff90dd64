import Box from "@mui/material/Box";
import { useSyncExternalStore } from "react";

let message = "";
let flip = false;
const listeners = new Set<() => void>();

/** Says something to users of a screen reader, without moving the focus. Saying the same again is heard again. */
export function announce(text: string): void {
  flip = !flip;
  // A trailing no-break space makes the same words a new text.
  message = flip ? text : `${text}\u00A0`;
  for (const listener of listeners) listener();
}

/** Where {@link announce} is heard. Once on the page. */
export function LiveRegion() {
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => message,
  );
  return (
    <Box component="output" aria-live="polite" sx={visuallyHidden}>
      {text}
    </Box>
  );
}

/** Styles of what is there for screen readers only. */
export const visuallyHidden = {
  position: "absolute",
  width: "1px",
  height: "1px",
  margin: "-1px",
  padding: 0,
  overflow: "hidden",
  clip: "rect(0 0 0 0)",
  whiteSpace: "nowrap",
  border: 0,
} as const;

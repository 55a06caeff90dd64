import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useId, type FormEventHandler, type ReactNode } from "react";

import { Words } from "./Name.tsx";

export interface DialogFrameProps {
  readonly title: string;
  /** What the dialog says first, which describes it to a screen reader. */
  readonly text?: ReactNode;
  readonly children?: ReactNode;
  /** The buttons. */
  readonly actions: ReactNode;
  /** What stands apart from the buttons, beside them. */
  readonly aside?: ReactNode;
  readonly width?: "sm" | "md";
  readonly fullScreen?: boolean;
  /** Whether the dialog may not be closed now. */
  readonly busy?: boolean;
  readonly onClose: () => void;
  readonly onSubmit?: FormEventHandler;
}

/** What every dialog that asks for something has: a title, a text, and buttons at the end. */
export function DialogFrame(props: DialogFrameProps) {
  const { title, text, children, actions, aside, width = "sm", fullScreen = false, busy = false, onClose, onSubmit } = props;
  const id = useId();
  return (
    <Dialog
      open
      onClose={() => {
        if (!busy) onClose();
      }}
      aria-labelledby={`${id}-title`}
      {...(text !== undefined && { "aria-describedby": `${id}-text` })}
      maxWidth={width}
      fullWidth
      fullScreen={fullScreen}
    >
      <Box
        component={onSubmit === undefined ? "div" : "form"}
        noValidate={onSubmit !== undefined}
        onSubmit={onSubmit}
        sx={{ display: "contents" }}
      >
        <DialogTitle id={`${id}-title`}>
          <Words>{title}</Words>
        </DialogTitle>
        <DialogContent sx={{ display: "flex", flexDirection: "column", gap: 4 }}>
          {text !== undefined && <div id={`${id}-text`}>{text}</div>}
          {children}
        </DialogContent>
        <DialogActions sx={{ flexWrap: "wrap", rowGap: 2 }}>
          {aside !== undefined && <Box sx={{ marginInlineEnd: "auto" }}>{aside}</Box>}
          {actions}
        </DialogActions>
      </Box>
    </Dialog>
  );
}

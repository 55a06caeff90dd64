import Button, { type ButtonProps } from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";

export interface BusyButtonProps extends Omit<ButtonProps, "loading" | "loadingIndicator" | "loadingPosition"> {
  /** Whether what it does is under way: it turns, and does nothing. */
  readonly busy: boolean;
}

/**
 * A button that shows that its work is under way. MUI's own is disabled meanwhile, and a disabled button loses the focus: whoever works by
 * keyboard would begin anew at the top of the page.
 */
export function BusyButton({ busy, onClick, startIcon, children, sx, ...props }: BusyButtonProps) {
  const turning = <CircularProgress aria-hidden color="inherit" size={16} />;
  return (
    <Button
      {...props}
      startIcon={busy && startIcon !== undefined ? turning : startIcon}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        // Of one that submits, this also stops the form.
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      sx={[busy && busyStyle, ...(Array.isArray(sx) ? sx : [sx])]}
    >
      {children}
      {busy && startIcon === undefined && <span style={amid}>{turning}</span>}
    </Button>
  );
}

const busyStyle = { cursor: "default", opacity: 0.6, position: "relative" } as const;

/** Over the label, so that the button keeps its width. */
const amid = { position: "absolute", inset: 0, display: "flex", alignItems: "center", justifyContent: "center" } as const;

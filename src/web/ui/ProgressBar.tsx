import Box from "@mui/material/Box";

export interface ProgressBarProps {
  /** What is under way, for who does not see the bar. */
  readonly label: string;
  /** How far it is; left out or without a total, the bar says only that something is under way. */
  readonly progress?: { readonly loaded: number; readonly total: number } | undefined;
  /** Width in px; as wide as there is room, up to 320, unless told. */
  readonly width?: number;
}

/** How far something is, in the browser's own progress element. */
export function ProgressBar({ label, progress, width }: ProgressBarProps) {
  return (
    <Box
      component="progress"
      aria-label={label}
      {...(progress !== undefined &&
        progress.total > 0 && { value: Math.min(progress.loaded, progress.total), max: progress.total })}
      sx={{
        ...(width === undefined ? { flex: 1, maxWidth: 320 } : { width }),
        height: 8,
        accentColor: (theme) => theme.vars.palette.text.primary,
      }}
    />
  );
}

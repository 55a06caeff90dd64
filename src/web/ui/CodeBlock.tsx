import Box from "@mui/material/Box";

/** How a text to be copied is framed. */
export const codeFrame = {
  margin: 0,
  padding: 3,
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  backgroundColor: "frame.well",
  fontSize: "0.8125rem",
  lineHeight: 1.6,
  overflow: "auto",
} as const;

export interface CodeBlockProps {
  /** What the text is, for screen readers. */
  readonly label: string;
  readonly children: string;
  /** Whether long lines are broken, and a long text scrolls by itself. */
  readonly wrap?: boolean;
}

/** A text to be copied, such as a command, that holds no secret: what does is shown by `SecretText`. */
export function CodeBlock({ label, children, wrap = false }: CodeBlockProps) {
  return (
    // It may be wider or longer than its place; the keyboard must be able to scroll it, and to select it where copying is refused.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <Box
      component="pre"
      role="group"
      aria-label={label}
      tabIndex={0}
      translate="no"
      sx={{
        ...codeFrame,
        ...(wrap && { maxHeight: "45dvh", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }),
      }}
    >
      {children}
    </Box>
  );
}

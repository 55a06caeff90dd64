import Box from "@mui/material/Box";

/** A text to be copied, such as a command, that holds no secret: what does is shown by `SecretText`. */
export function CodeBlock({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- wider than a phone, so the keyboard must be able to scroll it
    <Box
      component="pre"
      role="group"
      aria-label={label}
      tabIndex={0}
      translate="no"
      sx={{
        margin: 0,
        padding: 3,
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        backgroundColor: "frame.well",
        fontSize: "0.8125rem",
        lineHeight: 1.6,
        overflow: "auto",
      }}
    >
      {children}
    </Box>
  );
}

import Box from "@mui/material/Box";

/** Tokenhouse's mark: a house whose door is a keyhole. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <Box component="svg" viewBox="0 0 32 32" aria-hidden sx={{ width: size, height: size, flexShrink: 0, fill: "currentcolor" }}>
      <path
        fillRule="evenodd"
        d="M16 2 29 11v17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V11zM16 11.5a4.5 4.5 0 0 0-2.3 8.4L12.8 26h6.4l-.9-6.1A4.5 4.5 0 0 0 16 11.5z"
      />
    </Box>
  );
}

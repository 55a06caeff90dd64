import Typography from "@mui/material/Typography";

/** What stands in for a part of the page that could not be loaded: the draft must not be lost because of it. */
export function NotLoaded() {
  return (
    <Typography role="alert" sx={{ color: "warning.main" }}>
      A part of the page could not be loaded: the server is gone, or was updated since this page was opened. Reload the page to
      have it.
    </Typography>
  );
}

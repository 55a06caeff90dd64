import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";
import { lazy, type ComponentType } from "react";

/**
 * A part of the page that is loaded when it is first shown. Where that fails, a sentence stands in its place instead of the page's error:
 * what was typed must not be lost because of it.
 */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return orElse(load, NotLoaded);
}

/** The same for a dialog: the sentence stands over the page, as the dialog would. */
export function lazyDialog<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return orElse(load, DialogNotLoaded);
}

function orElse<Props extends object>(load: () => Promise<ComponentType<Props>>, substitute: typeof NotLoaded) {
  return lazy(async (): Promise<{ default: ComponentType<Props> }> => {
    try {
      return { default: await load() };
    } catch {
      return { default: substitute };
    }
  });
}

const words =
  "A part of the page could not be loaded: the server does not answer, or was updated since this page was opened. Nothing was sent or changed. Reload the page once the server answers.";

function NotLoaded() {
  return (
    <Typography role="alert" sx={{ color: "warning.main" }}>
      {words}
    </Typography>
  );
}

function DialogNotLoaded() {
  return (
    <Alert
      severity="error"
      sx={{
        position: "fixed",
        insetInline: 16,
        bottom: 16,
        zIndex: "modal",
        maxWidth: 640,
        marginInline: "auto",
        border: 1,
        borderColor: "divider",
      }}
    >
      {words}
    </Alert>
  );
}

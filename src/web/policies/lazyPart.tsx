import Typography from "@mui/material/Typography";
import { lazy, type ComponentType } from "react";

/**
 * A part of the page that is loaded when it is first shown. Where that fails, a sentence stands in its place instead of the page's error:
 * the draft must not be lost because of it.
 */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async (): Promise<{ default: ComponentType<Props> }> => {
    try {
      return { default: await load() };
    } catch {
      return { default: NotLoaded };
    }
  });
}

function NotLoaded() {
  return (
    <Typography role="alert" sx={{ color: "warning.main" }}>
      A part of the page could not be loaded: the server is gone, or was updated since this page was opened. Reload the page to
      have it.
    </Typography>
  );
}

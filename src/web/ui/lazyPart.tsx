import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";
import { lazy, useEffect, useState, type ComponentType } from "react";

import { BusyButton } from "./BusyButton.tsx";

/** What stands in place of a part that could not be loaded. */
interface SubstituteProps {
  /** Whether it is being loaded again. */
  readonly trying: boolean;
  readonly onRetry: () => void;
}

/**
 * A part of the page that is loaded when it is first shown. Where that fails, a sentence stands in its place instead of the page's error:
 * what was typed must not be lost because of it. It can be loaded again from there, and is when it is shown anew.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Substitute: ComponentType<SubstituteProps> = NotLoaded,
): ComponentType<Props> {
  const attempt = () =>
    lazy(async (): Promise<{ default: ComponentType<Props> }> => ({ default: await load().catch(() => Failed) }));
  let part: ComponentType<Props> = attempt();
  function Failed(props: Props) {
    const [{ Loaded, trying }, set] = useState<{ Loaded?: ComponentType<Props>; trying: boolean }>({ trying: false });
    useEffect(
      () => () => {
        part = attempt();
      },
      [],
    );
    const retry = () => {
      set({ trying: true });
      load().then(
        (loaded) => set({ Loaded: loaded, trying: false }),
        () => set({ trying: false }),
      );
    };
    return Loaded === undefined ? <Substitute trying={trying} onRetry={retry} /> : <Loaded {...props} />;
  }
  return function Part(props: Props) {
    // Kept, so that a new attempt elsewhere does not make this one anew.
    const [Shown] = useState(() => part);
    return <Shown {...props} />;
  };
}

/** The same for a dialog: the sentence stands over the page, as the dialog would. */
export function lazyDialog<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazyPart(load, DialogNotLoaded);
}

const words =
  "A part of the page could not be loaded: the server does not answer, or was updated since this page was opened. Nothing was sent or changed. Try again once the server answers; where that does not help, reload the page.";

function Retry({ trying, onRetry }: SubstituteProps) {
  return (
    <BusyButton color="inherit" size="small" busy={trying} onClick={onRetry}>
      Try again
    </BusyButton>
  );
}

function NotLoaded(props: SubstituteProps) {
  return (
    <Typography component="div" role="alert" sx={{ color: "warning.main" }}>
      {words} <Retry {...props} />
    </Typography>
  );
}

function DialogNotLoaded(props: SubstituteProps) {
  return (
    <Alert
      severity="error"
      action={<Retry {...props} />}
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

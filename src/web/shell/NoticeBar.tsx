import Alert from "@mui/material/Alert";
import { useEffect } from "react";
import { useLocation } from "react-router";

import { useStore } from "#web/state/store.ts";
import { Words } from "#web/ui/Name.tsx";
import { notice } from "#web/ui/notice.ts";

/** What was just done, above the page that came after it. It stays until it is dismissed or the page is left: nothing has to be read in time. */
export function NoticeBar() {
  const told = useStore(notice);
  const { pathname } = useLocation();
  useEffect(
    () => () => {
      if (notice.get()?.at === pathname) notice.set(undefined);
    },
    [pathname],
  );
  if (told?.at !== pathname) return null;
  return (
    // Screen readers were told when it was done.
    <Alert
      role="note"
      severity="success"
      closeText="Dismiss"
      onClose={() => notice.set(undefined)}
      sx={{ marginBottom: 4, overflowWrap: "anywhere" }}
    >
      <Words>{told.text}</Words>
    </Alert>
  );
}

import Alert from "@mui/material/Alert";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";

import { reachability } from "#web/api/connection.ts";
import { sessionIn, sessionQuery } from "#web/api/session.ts";
import { useStore } from "#web/state/store.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";

/** How often the banner looks whether the server is back, ms. */
const lookEvery = 10_000;

/** Says that the server does not answer, looks for it from time to time, and reads again what failed once it is back. */
export function UnreachableBanner() {
  const client = useQueryClient();
  const gone = useStore(reachability) === "unreachable";
  const [looking, setLooking] = useState(false);

  const look = useCallback(async () => {
    setLooking(true);
    try {
      await client.query({ ...sessionQuery, staleTime: 0, retry: false });
      await client.refetchQueries({ type: "active", predicate: (query) => query.state.status === "error" });
    } catch {
      // Still gone, which the banner says already.
    } finally {
      setLooking(false);
    }
  }, [client]);

  useEffect(() => {
    if (!gone) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void look();
    }, lookEvery);
    return () => clearInterval(timer);
  }, [gone, look]);

  const session = sessionIn(client);
  const gateway = session?.backend === "gateway" ? session.host : undefined;
  if (!gone) return null;
  return (
    <Alert
      severity="warning"
      square
      action={
        <BusyButton color="inherit" size="small" onClick={() => void look()} busy={looking}>
          Try now
        </BusyButton>
      }
    >
      {gateway
        ? `The LogScale cluster at ${gateway}, or this gateway to it, gives no usable answer.`
        : "The server does not answer."}{" "}
      What you see was read before; nothing you typed is lost.
    </Alert>
  );
}

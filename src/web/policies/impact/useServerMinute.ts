import { useEffect, useState } from "react";

import { serverNow } from "#web/api/client.ts";

/**
 * The server's time, ms since epoch. It moves once a minute and whenever `renewed` changes: a preview must not count again at every render.
 */
export function useServerMinute(renewed: unknown): number {
  const [reading, setReading] = useState(() => ({ now: serverNow(), renewed }));
  useEffect(() => {
    const timer = setInterval(() => setReading((last) => ({ ...last, now: serverNow() })), 60_000);
    return () => clearInterval(timer);
  }, []);
  if (reading.renewed === renewed) return reading.now;
  const next = { now: serverNow(), renewed };
  setReading(next);
  return next.now;
}

import type { QueryClient } from "@tanstack/react-query";

import { offers, sessionIn } from "#web/api/session.ts";

/** Whether the backend checks the plan under its own lock. */
export function checksPlan(client: QueryClient): boolean {
  const session = sessionIn(client);
  return session !== undefined && offers(session, "planCheck");
}

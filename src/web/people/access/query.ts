import { queryOptions } from "@tanstack/react-query";

import { readAccess } from "#logscale/readAccess.ts";
import { call } from "#web/api/client.ts";
import { usersKey } from "#web/people/queries.ts";

/** All that the rights of users come from. Fails with `refused` for a caller who may not list users. */
export const accessQuery = queryOptions({
  queryKey: [...usersKey, "access"],
  queryFn: ({ signal }) => readAccess(call, signal),
  // Large, and made anew each time: comparing it would cost more than it saves.
  structuralSharing: false,
});

import { queryOptions } from "@tanstack/react-query";

import { call, CallError } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { sessionOf } from "#web/api/queries.ts";

/** Everybody of the organization and what they hold, as far as it is certain; null for a caller who may not list them. */
export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: async ({ client, signal }) => {
    const { readPeople } = await loadPart(() => import("#logscale/readPeople.ts"));
    return readPeople({
      ask: call,
      backend: (await sessionOf(client)).backend,
      isRefused: (error) => error instanceof CallError && error.failure.kind === "refused",
      signal,
    });
  },
  staleTime: 60_000,
  structuralSharing: false,
});

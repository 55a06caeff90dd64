import type { QueryClient } from "@tanstack/react-query";

import { watchCreation } from "#web/form/findings.ts";
import { paths } from "#web/paths.ts";

import { placesQuery } from "./queries.ts";

/** Looks what became of the creation of a repository or view whose answer was lost. */
export function watchPlace(client: QueryClient, noun: "repository" | "view", name: string) {
  return watchCreation(noun, name, async () => ({
    rows: (await client.query({ ...placesQuery, staleTime: 0 })).places.map((place) => ({
      name: place.name,
      to: paths.repository(place.name),
    })),
    steady: true,
  }));
}

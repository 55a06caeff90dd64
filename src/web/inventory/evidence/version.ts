import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";

import { watchedFetch } from "#web/api/connection.ts";

const statusSchema = z.object({ version: z.string().check(z.maxLength(200)) });

/** The version that the backend names to everybody; null where it does not. */
export const backendVersionQuery = queryOptions({
  queryKey: ["backend-version"],
  queryFn: async ({ signal }): Promise<string | null> => {
    const response = await watchedFetch("/api/v1/status", { redirect: "error", signal });
    const parsed = statusSchema.safeParse(await response.json().catch(() => undefined));
    return parsed.success ? parsed.data.version : null;
  },
  staleTime: 60_000,
});

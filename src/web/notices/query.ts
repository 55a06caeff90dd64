import { queryOptions } from "@tanstack/react-query";

import { noticesPath, noticesSchema, type Notices } from "#logscale/notices.ts";
import { CallError } from "#web/api/failure.ts";
import { askRoute } from "#web/api/route.ts";

/** What became of the notices that the embedded server sends. */
export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: async ({ signal }): Promise<Notices> => {
    const parsed = noticesSchema.safeParse(await askRoute(noticesPath, { method: "GET", signal }));
    if (parsed.success) return parsed.data;
    const message = "The answer about notices is not one this page understands. Reload the page.";
    throw new CallError({ kind: "unexpected", message }, { cause: parsed.error });
  },
});

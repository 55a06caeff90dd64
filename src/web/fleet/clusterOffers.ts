import { queryOptions } from "@tanstack/react-query";

import { FleetMutationsDocument, FleetOffersDocument } from "#logscale/generated/fleetOffers.ts";
import { call, CallError } from "#web/api/client.ts";
import { sessionOf } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";

/** Whether the cluster tells when its fleet tokens expire; that does not change while the page is open. */
export const clusterTellsExpiry = queryOptions({
  queryKey: ["fleetExpiry"],
  queryFn: async ({ signal }) => {
    const fields = await fieldsTold(async () => (await call(FleetOffersDocument, {}, { signal })).token?.fields);
    return fields.has("expiresAt");
  },
  staleTime: Infinity,
});

/** Whether the server gives a fleet token another value. */
export const regenerationQuery = queryOptions({
  queryKey: ["fleetRegeneration"],
  queryFn: async ({ client, signal }) => {
    const session = await sessionOf(client);
    if (session.backend === "embedded") return offers(session, "fleetRegeneration");
    const fields = await fieldsTold(async () => (await call(FleetMutationsDocument, {}, { signal })).mutation?.fields);
    return fields.has("regenerateFleetInstallToken");
  },
  staleTime: Infinity,
});

/** The names of a type's fields. A server that does not show its schema has nothing beyond what is published, as far as anybody can tell. */
async function fieldsTold(
  read: () => Promise<readonly { readonly name: string }[] | null | undefined>,
): Promise<ReadonlySet<string>> {
  try {
    return new Set(((await read()) ?? []).map(({ name }) => name));
  } catch (error) {
    if (error instanceof CallError && error.failure.kind === "refused") return new Set();
    throw error;
  }
}

import type { Judge } from "#server/access/judgement.ts";
import { makeMutate, type Mutate } from "#server/access/mutate.ts";
import { makeTrail } from "#server/audit/trail.ts";
import type { Store } from "#server/store/client.ts";
import { createVault } from "#server/vault.ts";

/** The trail of test servers. */
export const testTrail = makeTrail(createVault(new Uint8Array(32).fill(7)));

/** What runs the transactions of a mutation outside a server; its records name the local administrator. */
export function mutateFor(
  { db, inParts }: Pick<Store, "db"> & Partial<Pick<Store, "inParts">>,
  judge: Judge,
  operation: string,
): Mutate {
  return makeMutate({
    db,
    inParts,
    judge,
    operation,
    trail: testTrail,
    claimed: {
      identity: { caller: { type: "local-root" }, fullName: null, principal: { localAdminHash: new Uint8Array(32) } },
      address: "127.0.0.1",
    },
  });
}

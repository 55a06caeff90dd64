import type { Transaction } from "kysely";

import type { Rights } from "../../access/permissions.ts";
import type { Database } from "../../store/schema.ts";

/** Who asks, and where the time comes from. The clock is read after waiting for a lock, so it is no fixed instant. */
export interface Actor {
  /**
   * What the caller may do, read within the transaction that calls it. Call it after waiting for locks: meanwhile the credential may
   * have been deleted or replaced, and such a one must not leave another behind. Throws ClientError NOT_ALLOWED then.
   */
  readonly rights: (trx: Transaction<Database>) => Promise<Rights>;
  readonly clock: () => number;
}

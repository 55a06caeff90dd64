import type { Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";
import type { Judgement } from "./judgement.ts";

/**
 * Who asks a service, as every service takes it: what the caller may do, at which instant, and where to read. Within an act `db` is its
 * transaction, so that one function reads for a list and for a change.
 */
export interface Actor extends Judgement {
  readonly db: Kysely<Database>;
}

import type { TokenKey } from "#domain/inventory/notes.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import type { AddIngestTokenMutationVariables } from "#logscale/generated/graphql.ts";
import { AddIngestTokenDocument } from "#logscale/generated/ingestToken.ts";
import { call } from "#web/api/client.ts";
import type { Session } from "#web/api/session.ts";
import { createToken, type IssuedSecret } from "#web/tokens/mutations.ts";

/** The successor of a token, just made. */
export interface RenewedSecret extends IssuedSecret {
  /** Whether it is written down which token it replaces. Where it is not, the two can only be guessed to be a pair. */
  readonly recorded: boolean;
}

/**
 * Makes the successor of a token.
 *
 * @throws CallError: `refused` with the field at fault where the server names it; `unknown-outcome` when the answer was lost
 */
export async function renewToken(request: TokenRequest, _replaces: TokenKey, _session: Session): Promise<RenewedSecret> {
  return { ...(await createToken(request)), recorded: false };
}

/** The same for an ingest token; its value can be read afterwards. */
export async function renewIngestToken(
  input: AddIngestTokenMutationVariables["input"],
  _replaces: TokenKey,
  _session: Session,
): Promise<void> {
  await call(AddIngestTokenDocument, { input });
}

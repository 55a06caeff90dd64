import { tokenKeyOf, type TokenKey } from "#domain/inventory/notes.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import type { AddIngestTokenMutationVariables } from "#logscale/generated/graphql.ts";
import { AddIngestTokenDocument } from "#logscale/generated/ingestToken.ts";
import { OneTokenDocument } from "#logscale/generated/token.ts";
import { call } from "#web/api/client.ts";
import { offers, type Session } from "#web/api/session.ts";
import { changeNotes } from "#web/inventory/notes/queries.ts";
import { createToken, type IssuedSecret } from "#web/tokens/mutations.ts";

/** Whether it is written down which token a successor replaces. Where it is not, the two can only be guessed to be a pair. */
export interface MadeRenewal {
  readonly recorded: boolean;
}

/** The successor of a token, just made. */
export type RenewedSecret = IssuedSecret & MadeRenewal;

/**
 * Makes the successor of a token, and writes down which one it replaces. A user's personal token is replaced by being made anew.
 *
 * @throws CallError: `refused` with the field at fault where the server names it; `unknown-outcome` when the answer was lost
 */
export async function renewToken(request: TokenRequest, replaces: TokenKey, session: Session): Promise<RenewedSecret> {
  const { kind } = request;
  if (kind === "personal" || !("id" in replaces)) return { ...(await createToken(request)), recorded: false };
  if (recordsAtOnce(session)) {
    const issued = await createToken(request, { extensions: { tokenhouse: { replaces: replaces.id } } });
    return { ...issued, recorded: true };
  }
  const issued = await createToken(request);
  const recorded = await record(session, replaces, async () => {
    const { id } = issued;
    if (id === null) return undefined;
    const { name, createdAt } = (await call(OneTokenDocument, { id })).token;
    return tokenKeyOf({ kind, id, name, createdAt });
  });
  return { ...issued, recorded };
}

/** The same for an ingest token; its value can be read afterwards. */
export async function renewIngestToken(
  input: AddIngestTokenMutationVariables["input"],
  replaces: TokenKey,
  session: Session,
): Promise<MadeRenewal> {
  const { repositoryName: repository, name } = input;
  if (recordsAtOnce(session) && replaces.kind === "ingest") {
    await call(AddIngestTokenDocument, { input }, { extensions: { tokenhouse: { replaces: replaces.name } } });
    return { recorded: true };
  }
  await call(AddIngestTokenDocument, { input });
  return { recorded: await record(session, replaces, () => Promise.resolve({ kind: "ingest", repository, name })) };
}

/** Whether the server writes it down with the creation itself; others are told of the pair afterwards. */
function recordsAtOnce(session: Session): boolean {
  return session.backend === "embedded" && offers(session, "findingNotes");
}

/** How long a new secret waits to be shown until it is written down which token it replaces, ms. */
const patience = 5000;

/**
 * Writes down which token another replaces. Never rejects: the token is made, and whoever may write nothing of it can still renew. A late
 * answer counts as none, though it may have been written down.
 */
async function record(session: Session, replaces: TokenKey, readKey: () => Promise<TokenKey | undefined>): Promise<boolean> {
  if (!offers(session, "findingNotes")) return false;
  const write = async () => {
    const token = await readKey();
    if (token === undefined) return false;
    await changeNotes({ type: "link", token, replaces, seen: null });
    return true;
  };
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, patience, false));
  return Promise.race([write().catch(() => false), late]);
}

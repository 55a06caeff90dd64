import type { Insertable, Transaction } from "kysely";

import { nameInText } from "#domain/name.ts";
import { lackingRights, type LackingRight } from "#domain/token/lackingRights.ts";

import type { Mutate } from "#server/access/mutate.ts";
import type { Identity } from "#server/auth/authenticate.ts";
import { readHoldings } from "#server/auth/linkStanding.ts";
import { createSignInCode, signInCodeLifetime } from "#server/auth/sessions.ts";
import { ClientError } from "#server/errors.ts";
import type { Database, LinkColumns } from "#server/store/schema.ts";

/** A one-time sign-in code, and when it ceases to work, ms since epoch. */
export interface SignInCode {
  readonly code: string;
  readonly expiresAt: number;
}

/** How many rights a refusal names. */
const mostNamed = 10;

/**
 * Makes a one-time sign-in code by which somebody gets in as a user, without being given a token. Whoever makes it administers users, as the
 * rule of the mutation has it, and holds every right of that user: nobody gets in as somebody who may more. The session that it begins
 * knows who made it, and ends with what it was made with.
 *
 * @param identity who makes it: a user or the local administrator
 * @throws ClientError NOT_FOUND, BAD_INPUT or NOT_ALLOWED, which names what is lacking
 */
export async function makeSignInCode(mutate: Mutate, identity: Identity, username: string): Promise<SignInCode> {
  const lock = async (trx: Transaction<Database>) => {
    const user = await trx
      .selectFrom("users")
      .select(["id", "username"])
      .where("username", "=", username)
      .forShare()
      .executeTakeFirst();
    return user && { ...user, holdings: await readHoldings(trx, user.id, { lock: true }) };
  };
  return mutate({ lock }, async ({ trx, rights, now }, user) => {
    if (rights.caller.type === "token") {
      throw new ClientError("NOT_ALLOWED", "Sign-in links are made by users, not by tokens without one.");
    }
    if (user?.holdings === undefined) throw new ClientError("NOT_FOUND", "There is no such user.", { field: "username" });
    if (user.id === rights.user?.id) {
      throw new ClientError("BAD_INPUT", "You cannot make a sign-in link for yourself.", { field: "username" });
    }
    const lacking = lackingRights(rights.holdings, user.holdings);
    if (lacking.length > 0) {
      throw new ClientError(
        "NOT_ALLOWED",
        `You cannot let somebody in as ${nameInText(user.username)}, who has rights that you do not hold: ${await inWords(trx, lacking)}`,
      );
    }
    const link = { linkedBy: rights.user?.id ?? null, linkedByName: rights.name, ...(await madeWith(trx, identity)) };
    const code = await createSignInCode(trx, user.id, now, link);
    return {
      result: { code, expiresAt: now + signInCodeLifetime },
      record: {
        type: "tokenhouse.signinlink.create",
        action: "create",
        target: { kind: "user", id: user.id, name: user.username },
      },
    };
  });
}

/**
 * With what a link is made: the token of the request or of its session. A session begun by link has none, and hands on what its own link was
 * made with. One that somebody else's link began makes none: nobody could tell whose it was.
 */
async function madeWith(
  trx: Transaction<Database>,
  { principal, sessionIdHash }: Identity,
): Promise<Pick<Insertable<LinkColumns>, "linkTokenId" | "linkSecretHash">> {
  if ("localAdminHash" in principal) return { linkSecretHash: principal.localAdminHash };
  const session =
    sessionIdHash === undefined
      ? undefined
      : await trx
          .selectFrom("sessions")
          .select(["tokenId", "tokenSecretHash", "linkedBy", "linkTokenId", "linkSecretHash"])
          .where("idHash", "=", sessionIdHash)
          .executeTakeFirst();
  if (session !== undefined && session.linkedBy !== null) {
    throw new ClientError("NOT_ALLOWED", "A session that somebody else's link began makes no sign-in links.");
  }
  if ("tokenId" in principal) {
    // A session may have followed the token that took its own's place.
    return {
      linkTokenId: session?.tokenId ?? principal.tokenId,
      linkSecretHash: session?.tokenSecretHash ?? principal.secretHash,
    };
  }
  return { linkTokenId: session?.linkTokenId ?? null, linkSecretHash: session?.linkSecretHash ?? null };
}

async function inWords(trx: Transaction<Database>, lacking: readonly LackingRight[]): Promise<string> {
  const named = lacking.slice(0, mostNamed);
  const viewIds = named.flatMap((right) => (right.type === "permission" && right.kind === "view" ? right.viewId : []));
  const views = new Map(
    viewIds.length === 0
      ? []
      : (await trx.selectFrom("searchDomains").select(["id", "name"]).where("id", "in", viewIds).execute()).map(
          ({ id, name }) => [id, name] as const,
        ),
  );
  const words = named.map((right) => {
    switch (right.type) {
      case "root":
        return "root";
      case "owner":
        return "owner of the organization";
      case "permission":
        return right.kind === "view" ? `${right.name} on ${nameInText(views.get(right.viewId) ?? right.viewId)}` : right.name;
      default:
        return right satisfies never;
    }
  });
  const more = lacking.length - named.length;
  return `${words.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

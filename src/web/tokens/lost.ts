import type { QueryClient } from "@tanstack/react-query";

import type { TokenKind } from "#domain/token/kinds.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import { tokensQuery, type ListedToken } from "#web/api/tokens.ts";
import { changeFinding, lostDeletion } from "#web/form/findings.ts";
import type { Finding } from "#web/form/LostAnswer.tsx";
import type { Lost } from "#web/form/useSending.ts";
import { paths } from "#web/paths.ts";

import type { IssuedSecret } from "./mutations.ts";
import { tokenQuery } from "./tokenQuery.ts";

// After a lost answer, a new token's secret is unknown. The page says what it finds, and does nothing by itself.

/** The server's clock and this one may disagree by a little, ms. */
const slack = 5000;

async function listed(client: QueryClient, kind: TokenKind): Promise<readonly ListedToken[]> {
  return (await client.query({ ...tokensQuery(kind, "full"), staleTime: 0 })).tokens;
}

/** A token as it is named to the server. */
export type TokenId = Pick<ListedToken, "kind" | "id">;

/** The token as it is now; undefined where it is gone. */
export async function present(client: QueryClient, { kind, id }: TokenId): Promise<ListedToken | undefined> {
  try {
    return await client.query(tokenQuery(kind, id));
  } catch (error) {
    if (failureOf(error).kind !== "refused") throw error;
    // A refusal does not say whether the token is gone; the list does.
    return (await listed(client, kind)).find((token) => token.id === id);
  }
}

/** A token that was asked for. */
export interface AskedToken {
  readonly kind: TokenKind;
  /** Its name; of a personal one nothing. */
  readonly name?: string;
  /** Of a personal one, its user's id. */
  readonly ownId?: string | undefined;
  /** When it was asked for, ms since epoch. */
  readonly since: number;
  /** The token that it is to replace, which may be as young, and is not the one that was asked for. */
  readonly replaces?: Replaced | undefined;
}

/** A token as it was when another was asked for in its place. */
type Replaced = Pick<ListedToken, "id" | "createdAt">;

/** Looks in the list whether a token was made. */
export async function findCreated(client: QueryClient, { kind, name, ownId, since, replaces }: AskedToken): Promise<Finding> {
  const found = (await listed(client, kind)).find(
    (token) =>
      token.createdAt >= since - slack &&
      (kind === "personal" ? token.id === ownId : token.name === name) &&
      !(token.id === replaces?.id && token.createdAt === replaces.createdAt),
  );
  return found === undefined
    ? {
        done: false,
        title: "The token was not created",
        message: "The list was read again and holds no such token. You can create it now.",
      }
    : {
        done: true,
        title: "The token was created, but its secret is lost",
        message: "Nobody can read the secret any more. Rotate the token to get another, or delete it.",
        to: paths.token(kind, found.id),
      };
}

/** The message where it is unknown whether a token was created. */
export const lostCreationWords = {
  title: "It is not known whether the token was created",
  action: "Look in the list",
} as const;

/**
 * What the form of a new token does. `ownId` is the id of the session's user, which its personal token has; `replaces` the token that the
 * new one is to replace, which may have its name or its id.
 */
export function lostCreation<Result extends IssuedSecret>(
  client: QueryClient,
  ownId: string | undefined,
  replaces?: Replaced,
): Lost<TokenRequest, Result> {
  return {
    ...lostCreationWords,
    watch: (request) => {
      const asked = { ownId, ...request, since: serverNow(), replaces };
      return () => findCreated(client, asked);
    },
  };
}

/**
 * What became of a token that was to be rotated: `same`, where it is as it was; the token in its place, which has its id or a new one; undefined
 * where there is none.
 *
 * @param since when it was to be rotated, by the server's clock, ms since epoch
 */
export async function findRotated(
  client: QueryClient,
  token: TokenId & Pick<ListedToken, "name" | "createdAt">,
  since: number,
): Promise<"same" | ListedToken | undefined> {
  const { kind, id, name, createdAt } = token;
  const there = await present(client, token);
  if (there !== undefined) return there.createdAt === createdAt ? "same" : there;
  return (await listed(client, kind)).find((other) => other.name === name && other.createdAt >= since - slack && other.id !== id);
}

/** What the dialog does that rotates a token. */
export function lostRotation(client: QueryClient, token: TokenDetail): Lost<void, IssuedSecret> {
  const { kind, id } = token;
  return {
    title: "It is not known whether the token was rotated",
    action: "Look what is there now",
    watch: () => {
      const since = serverNow();
      return async (): Promise<Finding> => {
        const next = await findRotated(client, token, since);
        if (next === "same") {
          return {
            done: false,
            title: "The token was not rotated",
            message: "It is there as it was, and its secret still works. You can rotate it now.",
          };
        }
        if (next === undefined) {
          return {
            done: true,
            title: "The token is gone",
            message: "It was rotated or deleted, and no token of its name is new.",
          };
        }
        return {
          done: true,
          title: "The token was rotated, but its new secret is lost",
          message: "The former secret no longer works, and nobody can read the new one. Rotate the token again to get another.",
          ...(next.id !== id && { to: paths.token(kind, next.id) }),
        };
      };
    },
  };
}

/** What the dialog does that deletes a token. */
export function lostTokenDeletion(client: QueryClient, token: TokenDetail): Lost<void, void> {
  return lostDeletion(async () => (await present(client, token)) !== undefined);
}

/** What the form does that changes the permissions of a token; `holds` says whether it has what was asked for. */
export function lostPermissions(
  client: QueryClient,
  token: TokenDetail,
  holds: (now: ListedToken, asked: readonly string[]) => boolean,
): Lost<readonly string[], void> {
  return {
    title: "It is not known whether the permissions were changed",
    action: "Look what is there now",
    watch: (asked) => async () => {
      const now = await present(client, token);
      return now !== undefined && holds(now, asked) ? { found: undefined } : changeFinding("token", now, false);
    },
  };
}

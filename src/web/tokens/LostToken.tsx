import { useQueryClient } from "@tanstack/react-query";

import type { TokenKind } from "#domain/token/kinds.ts";
import type { Failure } from "#logscale/errors.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { LostAnswer, type Look } from "#web/form/LostAnswer.tsx";
import { paths } from "#web/paths.ts";

export interface LostTokenProps {
  readonly kind: TokenKind;
  /** Name of the token that may have been made; undefined for a personal one. */
  readonly name: string | undefined;
  /** Of a personal token, its user's id. */
  readonly ownId: string | undefined;
  /** When the request was sent, ms since epoch. */
  readonly since: number;
  readonly failure: Failure;
  /** Called when the user knows that it was not made, and may go on. */
  readonly onSettled: () => void;
}

/** The server's clock and this one may disagree by a little, ms. */
const slack = 5000;

/** Said when the answer to a creation was lost. A token that was made all the same has a secret that nobody knows, so it is pointed out. */
export function LostToken({ kind, name, ownId, since, failure, onSettled }: LostTokenProps) {
  const client = useQueryClient();
  const look: Look = async () => {
    const { tokens } = await client.query({ ...tokensQuery(kind, "full"), staleTime: 0 });
    const found = tokens.find(
      (token) => token.createdAt >= since - slack && (kind === "personal" ? token.id === ownId : token.name === name),
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
  };
  return (
    <LostAnswer
      title="It is not known whether the token was created"
      failure={failure}
      action="Look in the list"
      onLook={look}
      onSettled={onSettled}
    />
  );
}

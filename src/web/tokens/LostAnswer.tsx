import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link as RouterLink } from "react-router";

import type { TokenKind } from "#domain/token/kinds.ts";
import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/client.ts";
import { tokensQuery, type TokenRow } from "#web/api/tokens.ts";
import { paths } from "#web/paths.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";

/** What {@link LostAnswer} takes. */
export interface LostAnswerProps {
  readonly kind: TokenKind;
  /** Name of the token that may have been made; undefined for a personal one. */
  readonly name: string | undefined;
  /** Of a personal token, its user's id. */
  readonly ownId: string | undefined;
  /** When the request was sent, ms since epoch. */
  readonly since: number;
  readonly failure: Failure;
  /** Called when the user knows what happened and may go on. */
  readonly onSettled: () => void;
}

/** The server's clock and this one may disagree by a little, ms. */
const slack = 5000;

/**
 * Said when the answer to a creation was lost: nothing is sent again, the list is read instead. A token that was made all the same has a
 * secret that nobody knows, so it is pointed out.
 */
export function LostAnswer({ kind, name, ownId, since, failure, onSettled }: LostAnswerProps) {
  const client = useQueryClient();
  const [state, setState] = useState<
    | { readonly type: "unread" | "reading" }
    | { readonly type: "read"; readonly found: TokenRow | undefined }
    | { readonly type: "failed"; readonly failure: Failure }
  >({ type: "unread" });
  const read = async () => {
    setState({ type: "reading" });
    try {
      const { tokens } = await client.query({ ...tokensQuery(kind, "full"), staleTime: 0 });
      const found = tokens.find(
        (token) => token.createdAt >= since - slack && (kind === "personal" ? token.id === ownId : token.name === name),
      );
      setState({ type: "read", found });
    } catch (error) {
      setState({ type: "failed", failure: failureOf(error) });
    }
  };
  if (state.type === "read") {
    return (
      <ErrorState
        title={state.found === undefined ? "The token was not created" : "The token was created, but its secret is lost"}
        failure={{
          kind: state.found === undefined ? "refused" : "unknown-outcome",
          message:
            state.found === undefined
              ? "The list was read again and holds no such token. You can create it now."
              : "Nobody can read the secret any more. Rotate the token to get another, or delete it.",
        }}
        actions={
          state.found === undefined ? (
            <Button color="inherit" size="small" onClick={onSettled}>
              Go on
            </Button>
          ) : (
            <Link component={RouterLink} to={paths.token(kind, state.found.id)} sx={{ padding: 1 }}>
              Open it
            </Link>
          )
        }
      />
    );
  }
  return (
    <>
      <ErrorState
        title="It is not known whether the token was created"
        failure={failure}
        actions={
          <Button color="inherit" size="small" loading={state.type === "reading"} onClick={() => void read()}>
            Look in the list
          </Button>
        }
      />
      {state.type === "failed" && <Typography role="alert">{state.failure.message}</Typography>}
    </>
  );
}

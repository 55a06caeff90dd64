import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { flushSync } from "react-dom";

import { nameInText } from "#domain/name.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { serverUrl } from "#web/api/server.ts";
import type { Session } from "#web/api/session.ts";
import type { IssuedSecret } from "#web/tokens/mutations.ts";
import { tokensChanged } from "#web/tokens/tokenQuery.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

const RotateDialog = lazyDialog(async () => (await import("#web/tokens/RotateDialog.tsx")).RotateDialog);
const DeleteDialog = lazyDialog(async () => (await import("#web/tokens/DeleteDialog.tsx")).DeleteDialog);
const CopyOnceDialog = lazy(() =>
  loadPart(() => import("#web/secrets/CopyOnceDialog.tsx")).then((module) => ({ default: module.CopyOnceDialog })),
);

/** What was done about a token that leaked. */
export interface Done {
  /** A sentence. */
  readonly words: string;
}

export interface TokenActionsProps {
  readonly type: "rotate" | "delete";
  readonly token: TokenDetail;
  readonly session: Session;
  readonly onCancel: () => void;
  readonly onDone: (done: Done) => void;
}

/** Rotates or deletes a token that leaked, by the dialogs of the token's own page. */
export function TokenActions({ type, token, session, onCancel, onDone }: TokenActionsProps) {
  const client = useQueryClient();
  const [issued, setIssued] = useState<IssuedSecret>();
  const { id, kind, name } = token;
  const { title, noun } = kindTraits[kind];
  const called = kind === "personal" ? `personal token of ${nameInText(name)}` : `${noun} token ${nameInText(name)}`;

  if (issued !== undefined) {
    return (
      <Suspense fallback={null}>
        <CopyOnceDialog
          title={`${title} token ${nameInText(name)} rotated`}
          secret={issued.secret}
          name={name}
          kind={kind}
          permissions={token.permissions}
          server={serverUrl(session)}
          onDone={() => {
            flushSync(() => onDone({ words: `The ${called} was rotated: the string that was found is no longer accepted.` }));
            void tokensChanged(client, { credential: session.tokenId === id, except: id });
          }}
        >
          <Typography>
            The string that was found is no longer accepted.
            {issued.id !== id && " The token has another id now, which scripts that name it must be told."}
          </Typography>
        </CopyOnceDialog>
      </Suspense>
    );
  }
  return (
    <Suspense fallback={null}>
      {type === "rotate" ? (
        <RotateDialog
          token={token}
          session={session}
          onCancel={onCancel}
          onRotated={(secret) => {
            setIssued(secret);
            void tokensChanged(client, { later: true });
          }}
        />
      ) : (
        <DeleteDialog
          token={token}
          session={session}
          onCancel={onCancel}
          onDeleted={() => {
            onDone({
              words: `The ${called} was ${kind === "personal" ? "revoked" : "deleted"}: the string that was found is no longer accepted.`,
            });
            void tokensChanged(client, { except: id });
          }}
        />
      )}
    </Suspense>
  );
}

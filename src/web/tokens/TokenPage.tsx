import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { Link as RouterLink, Navigate, useNavigate, useParams } from "react-router";

import { governedKey } from "#domain/inventory/item.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import { withAuditedUse } from "#domain/token/auditedUse.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { OwnActivity } from "#web/activity/OwnActivity.tsx";
import { failureOf } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { serverUrl } from "#web/api/server.ts";
import type { Session } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { useServerNow } from "#web/api/useServerNow.ts";
import { compareLink } from "#web/inventory/compare/link.ts";
import type { FindingWays } from "#web/inventory/findings/FindingList.tsx";
import { paths } from "#web/paths.ts";
import { useUseKnowledge, type UseKnowledge } from "#web/last-use/auditUse.ts";
import { Renewed } from "#web/renewal/Renewed.tsx";
import { monospace } from "#web/theme.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { tellAt } from "#web/ui/notice.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { mainAndSide } from "#web/ui/mainAndSide.ts";

import { likeToken } from "./formLink.ts";
import { LifePanel } from "./LifePanel.tsx";
import type { IssuedSecret } from "./mutations.ts";
import { RightsPanel } from "./RightsPanel.tsx";
import { TokenButtons, type AskedAction } from "./TokenButtons.tsx";
import { tokenQuery, tokensChanged } from "./tokenQuery.ts";

const RotateDialog = lazyDialog(async () => (await import("./RotateDialog.tsx")).RotateDialog);
const RenewDialog = lazyDialog(async () => (await import("#web/renewal/RenewDialog.tsx")).RenewDialog);
const DeleteDialog = lazyDialog(async () => (await import("./DeleteDialog.tsx")).DeleteDialog);
const GovernedPairs = lazyPart(async () => (await import("#web/renewal/TokenPairs.tsx")).GovernedPairs);
const GovernedFindings = lazyPart(async () => (await import("#web/inventory/findings/TokenFindings.tsx")).GovernedFindings);
const CopyOnceDialog = lazy(() =>
  loadPart(() => import("#web/secrets/CopyOnceDialog.tsx")).then((module) => ({ default: module.CopyOnceDialog })),
);

/** One token: what it may do, how long it has, who uses it, and what can be done with it. */
export function TokenPage({ kind }: { readonly kind: TokenKind }) {
  const { id = "" } = useParams();
  const query = useQuery(tokenQuery(kind, id));
  const session = useSession();
  const knowledge = useUseKnowledge();
  const { noun, title } = kindTraits[kind];
  const token = query.data && withAuditedUse(query.data, knowledge.type === "audited" ? knowledge.audit : undefined);
  const back = (
    <Button component={RouterLink} to={paths.tokensOf(kind)} variant="outlined">
      {title} tokens
    </Button>
  );

  if (token !== undefined && token.kind !== kind) return <Navigate to={paths.token(token.kind, id)} replace />;
  if (token === undefined) {
    const failure = query.isError ? failureOf(query.error) : undefined;
    return (
      <>
        <PageHeader title={`${title} token`} actions={back} />
        {failure === undefined ? (
          <LoadingShape label={`Loading the ${noun} token`} shape="form" rows={4} />
        ) : failure.kind === "refused" ? (
          <EmptyState title="There is no such token, or you may not administer it" action={back}>
            It may have expired, or been deleted or rotated meanwhile: a rotated {noun} token
            {kind === "personal" ? " keeps its id." : " has another id."} The id asked for is{" "}
            <Box component="span" sx={{ fontFamily: monospace, overflowWrap: "anywhere" }}>
              {id}
            </Box>
            .
            <Box sx={{ marginTop: 4, textAlign: "start" }}>
              <OwnActivity asked={{ about: [id] }} opens />
            </Box>
          </EmptyState>
        ) : (
          <ErrorState title={`The ${noun} token could not be read`} failure={failure} onRetry={() => void query.refetch()} />
        )}
      </>
    );
  }
  const gone = query.isError && failureOf(query.error).kind === "refused";
  return (
    <TokenView
      token={token}
      session={session}
      knowledge={knowledge}
      notice={
        gone ? (
          <Alert severity="warning" action={back}>
            This token was deleted or rotated, or has expired, since it was read. Below is what it was.
          </Alert>
        ) : query.isError ? (
          <ErrorState
            title="The token could not be read again; below is what was read before"
            failure={failureOf(query.error)}
            onRetry={() => void query.refetch()}
          />
        ) : null
      }
      gone={gone}
    />
  );
}

/** What is being done with the token. The new secret of a rotated one lives in the dialog that is shown while `issued` is there. */
type Action =
  | { readonly type: AskedAction }
  | { readonly type: "issued"; readonly issued: IssuedSecret }
  /** It has a successor; its id is null where that is not known. */
  | { readonly type: "renewed"; readonly next: string | null }
  | { readonly type: "done" };

interface TokenViewProps {
  readonly token: TokenDetail;
  readonly session: Session;
  readonly knowledge: UseKnowledge;
  readonly notice: ReactNode;
  readonly gone: boolean;
}

function TokenView({ token, session, knowledge, notice, gone }: TokenViewProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useServerNow();
  const [action, setAction] = useState<Action>();
  const { kind, id, name } = token;
  const { title, noun } = kindTraits[kind];
  const expired = token.expireAt !== null && token.expireAt <= now;
  const inUse = session.tokenId === id;
  const fixed = expired || gone;

  return (
    <>
      <PageHeader
        title={nameInText(name)}
        actions={<TokenButtons token={token} expired={expired} gone={gone} onAct={(type) => setAction({ type })} />}
      >
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2 }}>
          <Link component={RouterLink} to={paths.tokensOf(kind)}>
            {title} token
          </Link>
          <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
            {id}
          </Box>
          <CopyButton text={() => id} label="Copy the token's id" />
          <Link component={RouterLink} to={compareLink([governedKey(kind, id)])}>
            Compare with…
          </Link>
          <Link component={RouterLink} to={paths.incidentOf({ token: id })}>
            Incident…
          </Link>
          {kind === "personal" && (
            <Link component={RouterLink} to={paths.person(id)}>
              Page of the user
            </Link>
          )}
        </Box>
      </PageHeader>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 3, marginBottom: 5, "&:empty": { display: "none" } }}>
        {notice}
        {expired && !gone && (
          <Alert severity="warning">
            This token has expired and is accepted nowhere. It will be gone within five minutes; it can be neither extended nor
            rotated. Renewing makes another like it.
          </Alert>
        )}
        {action?.type === "renewed" && kind !== "personal" && <Renewed token={token} next={action.next} expired={expired} />}
        {inUse && <Alert severity="info">You are signed in with this token.</Alert>}
        {!gone && (
          <Suspense fallback={null}>
            <GovernedPairs token={token} />
          </Suspense>
        )}
      </Box>
      <Box sx={mainAndSide}>
        <RightsPanel token={token} />
        <LifePanel token={token} session={session} knowledge={knowledge} now={now} />
      </Box>
      {!gone && (
        <Box sx={{ marginTop: 6 }}>
          <Suspense fallback={null}>
            <GovernedFindings token={token} ways={findingWays(token, fixed, (type) => setAction({ type }))} />
          </Suspense>
        </Box>
      )}
      <Box sx={{ marginTop: 6, "&:empty": { display: "none" } }}>
        <OwnActivity key={String(gone)} asked={{ about: [id] }} opens={gone} />
      </Box>
      <Suspense fallback={null}>
        {action?.type === "renew" && (
          <RenewDialog
            token={token}
            session={session}
            onCancel={() => setAction(undefined)}
            onRotate={fixed ? undefined : () => setAction({ type: "rotate" })}
            onMade={() => void tokensChanged(client, { later: true })}
            onRenewed={(next) => {
              flushSync(() => setAction({ type: "renewed", next }));
              void tokensChanged(client, { credential: inUse });
            }}
          />
        )}
        {action?.type === "rotate" && (
          <RotateDialog
            token={token}
            session={session}
            onCancel={() => setAction(undefined)}
            onRenew={() => setAction({ type: "renew" })}
            onRotated={(issued) => {
              setAction({ type: "issued", issued });
              void tokensChanged(client, { later: true });
            }}
          />
        )}
        {action?.type === "delete" && (
          <DeleteDialog
            token={token}
            session={session}
            onCancel={() => setAction(undefined)}
            onDeleted={() => {
              tellAt(
                paths.tokensOf(kind),
                kind === "personal"
                  ? `The personal token of ${nameInText(name)} was revoked.`
                  : `The ${noun} token ${nameInText(name)} was deleted.`,
              );
              void navigate(listLink(paths.tokensOf(kind)), { replace: true });
              void tokensChanged(client, { except: id });
            }}
          />
        )}
        {action?.type === "issued" && (
          <CopyOnceDialog
            title={`${title} token ${nameInText(name)} rotated`}
            secret={action.issued.secret}
            name={name}
            kind={kind}
            permissions={token.permissions}
            server={serverUrl(session)}
            onDone={() => {
              const next = action.issued.id;
              flushSync(() => setAction({ type: "done" }));
              if (next !== id) void navigate(next === null ? paths.tokensOf(kind) : paths.token(kind, next), { replace: true });
              void tokensChanged(client, { credential: inUse, except: next === id ? undefined : id });
            }}
          >
            <Typography>
              The former string is no longer accepted.
              {action.issued.id !== id && " The token has another id now, which scripts that name it must be told."}
            </Typography>
          </CopyOnceDialog>
        )}
      </Suspense>
    </>
  );
}

/** Where what a finding asks for can be done. */
function findingWays(token: TokenDetail, fixed: boolean, act: (type: AskedAction) => void): FindingWays {
  const { kind, id, ipFilter } = token;
  const { noun, hasPermissions } = kindTraits[kind];
  return {
    ...(!fixed && hasPermissions && { permissions: { label: "Take rights away", to: paths.tokenPermissions(kind, id) } }),
    ...(!fixed && { renew: { label: "Make its successor…", onClick: () => act("renew") } }),
    ...(!fixed && { rotate: { label: "New secret…", onClick: () => act("rotate") } }),
    replace: { label: `Make another ${noun} token like it`, to: paths.newToken(kind, likeToken(token)) },
    delete: { label: "Remove…", onClick: () => act("delete") },
    ...(ipFilter !== null && { filter: { label: "Open the IP filter", to: paths.ipFilter(ipFilter) } }),
    policies: { label: "Open the policies", to: paths.policies },
  };
}

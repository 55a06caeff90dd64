import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import EditIcon from "@mui/icons-material/EditOutlined";
import RotateIcon from "@mui/icons-material/AutorenewOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { Link as RouterLink, Navigate, useNavigate, useParams } from "react-router";

import { kindTraits, type TokenKind } from "#domain/kinds.ts";
import { permissionUpdateViolation } from "#domain/tokenRequest.ts";
import { failureOf } from "#web/api/client.ts";
import { policiesQuery } from "#web/api/queries.ts";
import { serverAddress } from "#web/api/server.ts";
import { sessionQuery, type Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { paths } from "#web/paths.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { unknownUseWords, useUseKnowledge, withAuditedUse, type UseKnowledge } from "#web/last-use/auditUse.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { monospace } from "#web/theme.ts";
import { PolicyLine } from "#web/tokens/PolicyLine.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { LifetimePicture } from "./LifetimePicture.tsx";
import type { IssuedToken } from "./mutations.ts";
import { tokenQuery, tokensChanged, type TokenDetail } from "./tokenQuery.ts";

const FilterRules = lazy(() => import("./FilterRules.tsx").then((module) => ({ default: module.FilterRules })));
const RotateDialog = lazy(() => import("./RotateDialog.tsx").then((module) => ({ default: module.RotateDialog })));
const DeleteDialog = lazy(() => import("./DeleteDialog.tsx").then((module) => ({ default: module.DeleteDialog })));
const CopyOnceDialog = lazy(() =>
  import("#web/secrets/CopyOnceDialog.tsx").then((module) => ({ default: module.CopyOnceDialog })),
);

/** One token: what it may do, how long it has, who uses it, and what can be done with it. */
export function TokenPage({ kind }: { readonly kind: TokenKind }) {
  const { id = "" } = useParams();
  const query = useQuery(tokenQuery(kind, id));
  const session = useQuery(sessionQuery).data;
  const knowledge = useUseKnowledge();
  const { noun, title } = kindTraits[kind];
  const token = query.data && withAuditedUse(query.data, knowledge.type === "audited" ? knowledge.audit : undefined);
  const back = (
    <Button component={RouterLink} to={paths.tokensOf(kind)} variant="outlined">
      {title} tokens
    </Button>
  );

  if (token !== undefined && token.kind !== kind) return <Navigate to={paths.token(token.kind, id)} replace />;
  if (token === undefined || session === undefined) {
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
  | { readonly type: "rotate" | "delete" }
  | { readonly type: "issued"; readonly issued: IssuedToken }
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
  const { kind, id, name, permissions = [], views } = token;
  const { title, noun, hasPermissions } = kindTraits[kind];
  const expired = token.expireAt !== null && token.expireAt <= now;
  const inUse = session.tokenId === id;
  const fixed = expired || gone;

  return (
    <>
      <PageHeader
        title={name}
        actions={
          <>
            {hasPermissions && <EditPermissions token={token} fixed={fixed} />}
            <Button variant="outlined" startIcon={<RotateIcon />} disabled={fixed} onClick={() => setAction({ type: "rotate" })}>
              Rotate
            </Button>
            <Button
              variant="outlined"
              color="error"
              startIcon={<DeleteIcon />}
              disabled={gone}
              onClick={() => setAction({ type: "delete" })}
            >
              {kind === "personal" ? "Revoke" : "Delete"}
            </Button>
          </>
        }
      >
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 2 }}>
          <Link component={RouterLink} to={paths.tokensOf(kind)}>
            {title} token
          </Link>
          <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
            {id}
          </Box>
          <CopyButton text={() => id} label="Copy the token's id" />
        </Box>
      </PageHeader>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 3, marginBottom: 5, "&:empty": { display: "none" } }}>
        {notice}
        {expired && !gone && (
          <Alert severity="warning">
            This token has expired and is accepted nowhere. It will be gone within five minutes; it can be neither extended nor
            rotated.
          </Alert>
        )}
        {inUse && <Alert severity="info">You are signed in with this token.</Alert>}
      </Box>
      <Box
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 400px" },
          gap: 6,
          alignItems: "start",
        }}
      >
        <Panel title="What it may do">
          {hasPermissions ? (
            permissions.length === 0 ? (
              <Typography sx={{ color: "text.secondary" }}>Nothing: it carries no permissions.</Typography>
            ) : (
              <RightsInWords kind={kind} permissions={permissions} />
            )
          ) : (
            <Typography>
              Everything that the user {name} may do, at any moment: it gains and loses rights as the user does.
            </Typography>
          )}
          {views !== undefined && (
            <section aria-label="Repositories and views">
              <Typography variant="h3">On {countOf(views.length, "repository or view", "repositories and views")}</Typography>
              {views.length === 0 ? (
                <Typography sx={{ color: "text.secondary" }}>
                  Those it was made for have been deleted, so it can do nothing.
                </Typography>
              ) : (
                <Box component="ul" sx={{ margin: 0, marginTop: 1, paddingInlineStart: 5, columns: { sm: 2 } }}>
                  {views.map((view) => (
                    <li key={view.id}>
                      {view.name}{" "}
                      <Typography component="span" variant="caption" sx={{ color: "text.secondary" }}>
                        {view.type === "View" ? "view" : "repository"}
                      </Typography>
                    </li>
                  ))}
                </Box>
              )}
            </section>
          )}
          {(kind === "organization" || kind === "system") && (
            <Typography sx={{ color: "text.secondary" }}>
              {kind === "organization" ? "In this organization." : "On the whole cluster."} It never reads event data.
            </Typography>
          )}
        </Panel>
        <Panel title="Life and use">
          <Box
            component="dl"
            sx={{ display: "grid", gridTemplateColumns: "max-content minmax(0, 1fr)", columnGap: 4, rowGap: 2, margin: 0 }}
          >
            <Fact term="Created">
              <Instant at={token.createdAt} now={now} />
              {token.createdBy != null && ` by ${token.createdBy}`}
              {token.createdBy === null && (
                <Box component="span" sx={{ color: "text.secondary" }}>
                  , by whom is not on record
                </Box>
              )}
            </Fact>
            <Fact term="Expires">
              {token.expireAt === null ? (
                "Never"
              ) : expired ? (
                <>
                  Expired <Instant at={token.expireAt} now={now} />
                </>
              ) : (
                <>
                  <Instant at={token.expireAt} now={now} />, on <Instant at={token.expireAt} now={now} as="date" />
                </>
              )}
            </Fact>
            <Fact term="Last used">
              {token.lastUsedAt === undefined ? (
                <Box component="span" sx={{ color: "text.secondary" }}>
                  {unknownUseWords(knowledge)}
                </Box>
              ) : token.lastUsedAt === null ? (
                "Never"
              ) : (
                <>
                  <Instant at={token.lastUsedAt} now={now} />
                  {token.lastUsedFrom != null && ` from ${token.lastUsedFrom}`}
                </>
              )}
            </Fact>
            <Fact term="IP filter">{token.filter?.name ?? "None: works from every address"}</Fact>
          </Box>
          {token.filter !== null && (
            <Suspense fallback={null}>
              {" "}
              <FilterRules text={token.filter.ipFilter} address={session.clientAddress} gateway={session.backend === "gateway"} />
            </Suspense>
          )}
          <AuditUseNote knowledge={knowledge} />
          <LifetimePicture createdAt={token.createdAt} expireAt={token.expireAt} now={now} />
          <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
            <PolicyLine kind={kind} />
          </Typography>
        </Panel>
      </Box>
      <Suspense fallback={null}>
        {action?.type === "rotate" && (
          <RotateDialog
            token={token}
            session={session}
            onCancel={() => setAction(undefined)}
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
              announce(`The ${noun} token ${name} was deleted.`);
              void navigate(paths.tokensOf(kind), { replace: true });
              void tokensChanged(client, { except: id });
            }}
          />
        )}
        {action?.type === "issued" && (
          <CopyOnceDialog
            title={`${title} token ${name} rotated`}
            secret={action.issued.secret}
            name={name}
            server={serverAddress(session)}
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

/** The way to the permissions, or why there is none. */
function EditPermissions({ token: { kind, id }, fixed }: { readonly token: TokenDetail; readonly fixed: boolean }) {
  const policies = useQuery(policiesQuery).data;
  const violation = policies && permissionUpdateViolation(kind, policies.policies[kind]);
  if (violation != null) {
    return (
      <Typography variant="caption" sx={{ color: "text.secondary", maxWidth: 260, alignSelf: "center" }}>
        {violation.message}{" "}
        <Link component={RouterLink} to={paths.policies}>
          Security policies
        </Link>
      </Typography>
    );
  }
  return fixed ? (
    <Button variant="outlined" startIcon={<EditIcon />} disabled>
      Change permissions
    </Button>
  ) : (
    <Button component={RouterLink} to={paths.tokenPermissions(kind, id)} variant="outlined" startIcon={<EditIcon />}>
      Change permissions
    </Button>
  );
}

function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-label={title}
      sx={{ padding: 4, display: "flex", flexDirection: "column", gap: 4, minWidth: 0 }}
    >
      <Typography variant="h2">{title}</Typography>
      {children}
    </Paper>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <Box component="dt" sx={{ color: "text.secondary" }}>
        {term}
      </Box>
      <Box component="dd" sx={{ margin: 0, overflowWrap: "anywhere" }}>
        {children}
      </Box>
    </>
  );
}

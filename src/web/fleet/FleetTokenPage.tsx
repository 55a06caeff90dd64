import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import RegenerateIcon from "@mui/icons-material/AutorenewOutlined";
import EditIcon from "@mui/icons-material/EditOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";
import { Link as RouterLink, useNavigate, useParams, useSearchParams } from "react-router";

import { fleetKey } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import { failureOf } from "#web/api/client.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { compareLink } from "#web/inventory/compare/link.ts";
import { paths } from "#web/paths.ts";
import { choiceIn } from "#web/roll-out/choice.ts";
import { NextStep } from "#web/roll-out/NextStep.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { GoToAnchor } from "#web/ui/GoToAnchor.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name } from "#web/ui/Name.tsx";
import { tellAt } from "#web/ui/notice.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { AssignField } from "./AssignField.tsx";
import { regenerationQuery } from "./clusterOffers.ts";
import { Commands } from "./Commands.tsx";
import { DeleteTokenDialog } from "./DeleteTokenDialog.tsx";
import { FleetGate } from "./FleetGate.tsx";
import { fleetChanged, fleetTokensNowQuery } from "./queries.ts";
import { RenameTokenDialog } from "./RenameTokenDialog.tsx";

const RegenerateTokenDialog = lazyDialog(() =>
  import("./RegenerateTokenDialog.tsx").then((module) => module.RegenerateTokenDialog),
);
const FleetFindings = lazyPart(async () => (await import("#web/inventory/findings/TokenFindings.tsx")).FleetFindings);

/** One fleet token: how to install with it, its configuration, and its actions. */
export function FleetTokenPage() {
  const { handle = "" } = useParams();
  return (
    <FleetGate title="Fleet token" purpose="A token to install log collectors with.">
      {({ mayChange }) => <TokenOf handle={handle} mayChange={mayChange} />}
    </FleetGate>
  );
}

function TokenOf({ handle, mayChange }: { readonly handle: string; readonly mayChange: boolean }) {
  const tokens = useQuery(fleetTokensNowQuery);
  const token = tokens.data?.rows.find((candidate) => candidate.handle === handle);
  // What was read of one token is never shown as another's.
  if (token !== undefined) return <Token key={token.handle} token={token} mayChange={mayChange} />;
  return (
    <>
      <PageHeader title="Fleet token" />
      {tokens.isError ? (
        <ErrorState
          title="The fleet token could not be read"
          failure={failureOf(tokens.error)}
          onRetry={() => void tokens.refetch()}
        />
      ) : tokens.data === undefined || tokens.isFetching ? (
        <LoadingShape label="Loading the fleet token" shape="form" rows={4} />
      ) : (
        <EmptyState
          title="There is no such fleet token"
          action={
            <Button variant="outlined" component={RouterLink} to={paths.fleetTokens}>
              All fleet tokens
            </Button>
          }
        >
          It may have been deleted. Machines that were enrolled with it are not touched by that.
        </EmptyState>
      )}
    </>
  );
}

function Token({ token, mayChange }: { readonly token: FleetTokenFacts; readonly mayChange: boolean }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useServerNow();
  const [params] = useSearchParams();
  const [dialog, setDialog] = useState<"rename" | "regenerate" | "delete">();
  const regenerates = useQuery({ ...regenerationQuery, enabled: mayChange }).data === true;
  const close = () => setDialog(undefined);
  const assigning = useRef<HTMLElement>(null);
  return (
    <>
      <PageHeader
        title={nameInText(token.name)}
        actions={
          mayChange && (
            <>
              <Button variant="outlined" startIcon={<EditIcon />} onClick={() => setDialog("rename")}>
                Rename
              </Button>
              {regenerates && (
                <Button variant="outlined" startIcon={<RegenerateIcon />} onClick={() => setDialog("regenerate")}>
                  Regenerate
                </Button>
              )}
              <Button variant="outlined" color="error" startIcon={<DeleteIcon />} onClick={() => setDialog("delete")}>
                Delete
              </Button>
            </>
          )
        }
      >
        <Link component={RouterLink} to={paths.fleetTokens}>
          Fleet tokens
        </Link>
        {" · "}
        fleet installation token
        {token.createdAt !== undefined && (
          <>
            , created <Instant at={token.createdAt} now={presentAfter(token.createdAt, now)} />
            {token.createdBy !== undefined && (
              <>
                {" "}
                by <Name>{token.createdBy}</Name>
              </>
            )}
          </>
        )}
        {token.expireAt != null && (
          <>
            , {token.expireAt > now ? "expires" : "expired"} <Instant at={token.expireAt} now={now} />
          </>
        )}
        {" · "}
        <Link component={RouterLink} to={compareLink([fleetKey(token.handle)])}>
          Compare with…
        </Link>
      </PageHeader>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 6, maxWidth: 900 }}>
        <Box component="section" aria-labelledby="fleet-configuration" ref={assigning}>
          <Typography variant="h2" id="fleet-configuration" sx={{ marginBottom: 3 }}>
            Configuration
          </Typography>
          <AssignField token={token} mayChange={mayChange} />
        </Box>
        <Box component="section" aria-labelledby="fleet-install">
          <GoToAnchor />
          <Typography variant="h2" id="fleet-install" tabIndex={-1} sx={{ marginBottom: 1 }}>
            Install and enrol
          </Typography>
          <Typography sx={{ color: "text.secondary", marginBottom: 3, maxWidth: "80ch" }}>
            Install the collector on each machine, then enrol it. The commands contain the token: whoever has them can enrol
            machines. To have another value without a gap, create a second fleet token, put it into your installation scripts, and
            then delete this one. Machines that are enrolled already are not touched.
          </Typography>
          {token.configuration === null && (
            <Alert severity="info" sx={{ marginBottom: 3 }}>
              No configuration is assigned, so machines that enrol now collect nothing yet.
            </Alert>
          )}
          <Commands token={token} />
        </Box>
        <NextStep
          label="See what has sent"
          to={`${paths.rollOut}#sent`}
          choice={{ ...choiceIn(params), configuration: token.configuration?.id, fleet: token.handle }}
        >
          Once machines have enrolled, see whether anything arrives from them.
        </NextStep>
        <Suspense fallback={null}>
          <FleetFindings
            token={token}
            ways={
              mayChange
                ? {
                    configuration: {
                      label: "Choose a configuration",
                      onClick: () => assigning.current?.querySelector("select")?.focus(),
                    },
                    rename: { label: "Other name…", onClick: () => setDialog("rename") },
                    replace: { label: "Make another fleet token", to: paths.newFleetToken },
                    delete: { label: "Remove…", onClick: () => setDialog("delete") },
                  }
                : {}
            }
          />
        </Suspense>
      </Box>
      {dialog === "rename" && <RenameTokenDialog token={token} onClose={close} />}
      {dialog === "regenerate" && (
        <RegenerateTokenDialog
          token={token}
          onCancel={close}
          onRegenerated={async (made) => {
            const to = made === undefined ? paths.fleetTokens : paths.fleetToken(made);
            const words = `The fleet token ${nameInText(token.name)} has another value now. The one before is void.`;
            // Where the list cannot be read now, the page it leads to says so.
            if (made !== undefined) await client.query(fleetTokensNowQuery).catch(() => {});
            tellAt(to, words);
            await navigate(to, { replace: true });
            void fleetChanged(client);
          }}
        />
      )}
      {dialog === "delete" && (
        <DeleteTokenDialog
          token={token}
          onCancel={close}
          onDeleted={async () => {
            tellAt(paths.fleetTokens, `The fleet token ${nameInText(token.name)} was deleted.`);
            await navigate(listLink(paths.fleetTokens), { replace: true });
            void fleetChanged(client);
          }}
        />
      )}
    </>
  );
}

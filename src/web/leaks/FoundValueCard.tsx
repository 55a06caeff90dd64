import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import type { FoundValue } from "#logscale/valueLookup.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { fleetChanged, fleetRightsQuery } from "#web/fleet/queries.ts";
import { ingestChanged, ingestTokensQuery } from "#web/ingest/queries.ts";
import { paths } from "#web/paths.ts";
import { Secret } from "#web/secrets/secret.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

const DeleteIngestDialog = lazyDialog(async () => (await import("#web/ingest/DeleteDialog.tsx")).DeleteDialog);
const DeleteFleetDialog = lazyDialog(async () => (await import("#web/fleet/DeleteTokenDialog.tsx")).DeleteTokenDialog);

export interface FoundValueCardProps {
  readonly found: FoundValue;
  /** The value that was asked about. */
  readonly value: Secret | undefined;
  /** Where it was found. */
  readonly where: string;
}

/** What a value turned out to be, and what can be done about it. */
export function FoundValueCard({ found, value, where }: FoundValueCardProps) {
  switch (found.type) {
    case "ingest":
      return <IngestCard {...found} where={where} />;
    case "fleet":
      return <FleetCard {...found} value={value} where={where} />;
    case "id":
      return (
        <Typography>
          The id of the {kindTraits[found.kind].noun} token{" "}
          <Link component={RouterLink} to={paths.token(found.kind, found.id)}>
            <Name>{found.name}</Name>
          </Link>
          , which is no secret. {where}.
        </Typography>
      );
    default:
      return found satisfies never;
  }
}

interface CardProps {
  readonly label: string;
  readonly title: ReactNode;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}

function Card({ label, title, actions, children }: CardProps) {
  return (
    <Paper variant="outlined" component="article" aria-label={label} sx={{ padding: 3, minWidth: 0 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: 3, marginBottom: 3 }}>
        <Typography variant="subtitle1" component="h3" sx={{ flex: "1 1 300px", minWidth: 0 }}>
          {title}
        </Typography>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>{actions}</Box>
      </Box>
      {children}
    </Paper>
  );
}

function Deleted({ words }: { readonly words: string }) {
  return (
    <Alert severity="success">
      <Words>{words}</Words>
    </Alert>
  );
}

interface IngestCardProps {
  readonly repository: string;
  readonly name: string;
  readonly where: string;
}

function IngestCard({ repository, name, where }: IngestCardProps) {
  const client = useQueryClient();
  const now = useServerNow();
  const [deleting, setDeleting] = useState(false);
  const [deleted, setDeleted] = useState(false);
  const token = useQuery({ ...ingestTokensQuery(repository), enabled: !deleted }).data?.find(
    (candidate) => candidate.name === name,
  );
  const called = `ingest token ${nameInText(name)} of ${nameInText(repository)}`;
  if (deleted) return <Deleted words={`The ${called} was deleted: nothing can be sent with it any more.`} />;
  const use = token?.use;
  return (
    <Card
      label={`The ${called}`}
      title={
        <>
          Ingest token{" "}
          <Link component={RouterLink} to={paths.ingestToken(repository, name)}>
            <Name>{name}</Name>
          </Link>{" "}
          of <Name>{repository}</Name>
        </>
      }
      actions={
        <>
          <Button component={RouterLink} to={paths.newIngestToken(repository)} variant="outlined">
            Create another
          </Button>
          <Button
            variant="outlined"
            color="error"
            startIcon={<DeleteIcon />}
            disabled={token === undefined}
            onClick={() => setDeleting(true)}
          >
            Delete
          </Button>
        </>
      }
    >
      <Facts>
        <Fact term="State">Lives: an ingest token never expires</Fact>
        <Fact term="Could do">
          Send data into <Name>{repository}</Name>. It reads nothing.
        </Fact>
        {use !== undefined && (
          <Fact term="Last used">
            {use.lastUsedAt === null ? (
              "Never"
            ) : (
              <>
                <Instant at={use.lastUsedAt} now={presentAfter(use.lastUsedAt, now)} />
                {use.lastUsedFrom !== null && ` from ${use.lastUsedFrom}`}; {countOf(use.eventsInLastDay, "event")} in the last
                day, {count(use.events)} in all
              </>
            )}
          </Fact>
        )}
        <Fact term="Found">{where}</Fact>
      </Facts>
      <Typography sx={{ marginTop: 3, maxWidth: "90ch" }}>
        An ingest token cannot be rotated. Create another, give it to whatever sends with this one, see events arrive, and delete
        this one then. Whoever found the value can send until you do.
      </Typography>
      <Suspense fallback={null}>
        {deleting && token !== undefined && (
          <DeleteIngestDialog
            token={token}
            onCancel={() => setDeleting(false)}
            onDeleted={() => {
              setDeleted(true);
              void ingestChanged(client);
            }}
          />
        )}
      </Suspense>
    </Card>
  );
}

interface FleetCardProps {
  readonly name: string;
  readonly configuration: string | null;
  readonly jwt: boolean;
  readonly value: Secret | undefined;
  readonly where: string;
}

function FleetCard({ name, configuration, jwt, value, where }: FleetCardProps) {
  const client = useQueryClient();
  const mayChange = useQuery(fleetRightsQuery).data?.mayChange === true;
  const [deleting, setDeleting] = useState(false);
  const [deleted, setDeleted] = useState(false);
  const called = `fleet token ${nameInText(name)}`;
  if (deleted) return <Deleted words={`The ${called} was deleted: no machine can enrol with it any more.`} />;
  // Of a JWT the value is not known, by which links and deletions go.
  const handle = jwt || value === undefined ? undefined : handleOf(value.reveal());
  return (
    <Card
      label={`The ${called}`}
      title={
        <>
          {jwt ? "The JWT of the fleet token " : "Fleet token "}
          <Link component={RouterLink} to={handle === undefined ? paths.fleetTokens : paths.fleetToken(handle)}>
            <Name>{name}</Name>
          </Link>
        </>
      }
      actions={
        mayChange && (
          <>
            <Button component={RouterLink} to={paths.newFleetToken} variant="outlined">
              Create another
            </Button>
            {handle !== undefined && (
              <Button variant="outlined" color="error" startIcon={<DeleteIcon />} onClick={() => setDeleting(true)}>
                Delete
              </Button>
            )}
          </>
        )
      }
    >
      <Facts>
        <Fact term="State">Lives: a fleet token never expires</Fact>
        <Fact term="Could do">
          Enrol machines as log collectors
          {configuration === null ? (
            ", which collect nothing: no configuration is assigned"
          ) : (
            <>
              , which get the configuration <Name>{configuration}</Name>
            </>
          )}
        </Fact>
        <Fact term="Last used">Not known: this server does not record enrolments</Fact>
        <Fact term="Found">{where}</Fact>
      </Facts>
      <Typography sx={{ marginTop: 3, maxWidth: "90ch" }}>
        A fleet token cannot be rotated. Create another, put it into your installation scripts, and delete this one: machines that
        are enrolled already are not touched.
        {jwt && " Delete it in the list of fleet tokens; its JWT is no longer valid then."}
      </Typography>
      <Suspense fallback={null}>
        {deleting && handle !== undefined && value !== undefined && (
          <DeleteFleetDialog
            token={{ handle, name }}
            value={value}
            onCancel={() => setDeleting(false)}
            onDeleted={() => {
              setDeleted(true);
              void fleetChanged(client);
            }}
          />
        )}
      </Suspense>
    </Card>
  );
}

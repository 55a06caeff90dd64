import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { failureOf } from "#web/api/client.ts";
import { serverUrl } from "#web/api/server.ts";
import { offers } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ingestRepositoriesQuery, ingestTokensQuery } from "#web/ingest/queries.ts";
import { RecentEvents } from "#web/ingest/RecentEvents.tsx";
import { StorageNote } from "#web/ingest/StorageNote.tsx";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

/** How often what was sent is read anew while it is shown, in ms. */
const interval = 5000;

/** What was sent with an ingest token, as far as the server tells. */
export function Sent({ repository, name }: { readonly repository: string; readonly name: string }) {
  const session = useSession();
  const now = useServerNow();
  const tells = offers(session, "ingestUse");
  const mayRead = useQuery(ingestRepositoriesQuery).data?.find((one) => one.name === repository)?.mayRead === true;
  const tokens = useQuery({ ...ingestTokensQuery(repository), ...(tells && { refetchInterval: interval }) });
  const use = tokens.data?.find((token) => token.name === name)?.use;
  const test = (
    <Box>
      <Button component={RouterLink} to={paths.ingestToken(repository, name)} size="small" variant="outlined">
        Send a test event from its page
      </Button>
    </Box>
  );
  if (!tells) {
    const search = `${serverUrl(session)}/${encodeURIComponent(repository)}/search`;
    return (
      <>
        <Typography sx={{ maxWidth: "70ch" }}>
          What a repository holds is seen in LogScale alone: search <Name>{repository}</Name>
          {session.backend === "gateway" && (
            <>
              {" "}
              <Link href={search} rel="noreferrer">
                there
              </Link>
            </>
          )}
          . Its fleet overview lists the machines that enrolled.
        </Typography>
        {test}
      </>
    );
  }
  return (
    <>
      {tokens.isError && (
        <ErrorState
          title="What was sent could not be read"
          failure={failureOf(tokens.error)}
          onRetry={() => void tokens.refetch()}
        />
      )}
      <Typography role="status">
        {use === undefined ? (
          ""
        ) : use.lastUsedAt === null ? (
          "Nothing was sent with the token yet. This page looks again every few seconds."
        ) : (
          <>
            {countOf(use.events, "event")} so far, {countOf(use.eventsInLastDay, "event")} in the last day. The last came{" "}
            <Instant at={use.lastUsedAt} now={presentAfter(use.lastUsedAt, now)} />
            {use.lastUsedFrom !== null && ` from ${use.lastUsedFrom}`}.
          </>
        )}
      </Typography>
      {test}
      {mayRead && <RecentEvents repository={repository} token={name} />}
      <StorageNote />
    </>
  );
}

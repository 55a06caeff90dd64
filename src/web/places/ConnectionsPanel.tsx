import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { compareNames } from "#domain/compareNames.ts";
import { failureOf } from "#web/api/failure.ts";
import { offers } from "#web/api/session.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { monospace } from "#web/theme.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { Changes } from "./PlaceFacts.tsx";
import { connectionCountQuery, type ViewDetail } from "./queries.ts";
import { everyEvent } from "./requests.ts";

export interface ConnectionsPanelProps {
  readonly view: ViewDetail;
  /** Whether it is changed here at all. */
  readonly changes: boolean;
  readonly onChange: () => void;
}

/** What a view shows: the repositories, and which of their events. */
export function ConnectionsPanel({ view, changes, onChange }: ConnectionsPanelProps) {
  const connections = view.connections.toSorted(
    (a, b) => compareNames(a.repository.name, b.repository.name) || compareNames(a.filter, b.filter),
  );
  const whole = useQuery({ ...connectionCountQuery(view.name), enabled: offers(useSession(), "connectionCount") });
  const { data: all } = whole;
  const hidden = all === undefined ? 0 : Math.max(0, all - connections.length);
  return (
    <Panel title={`What it shows (${count(connections.length)})`}>
      {view.isFederated && (
        <Typography>It is a federated view: it also shows views of other clusters, which are not listed here.</Typography>
      )}
      {connections.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>
          {all === 0
            ? "It shows nothing: no repository is connected to it."
            : "It shows nothing that you are shown: no repository is connected to it, or only some that you have no access to."}
        </Typography>
      ) : (
        <Box component="ul" aria-label="Connections" sx={{ margin: 0, padding: 0, listStyle: "none" }}>
          {connections.map(({ repository, filter }) => (
            <Box component="li" key={`${repository.id} ${filter}`} sx={rowStyle}>
              <Link component={RouterLink} to={paths.repository(repository.name)} sx={{ overflowWrap: "anywhere" }}>
                <Name>{repository.name}</Name>
              </Link>
              {filter.trim() === "" || filter === everyEvent ? (
                <span className="quiet">all events</span>
              ) : (
                <Box component="code" sx={{ fontFamily: monospace, overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
                  <Name>{filter}</Name>
                </Box>
              )}
            </Box>
          ))}
        </Box>
      )}
      {hidden > 0 && (
        <Typography>
          {connections.length > 0 && "Besides, "}
          {countOf(hidden, "connection")} {hidden === 1 ? "leads" : "lead"} to repositories that are not shown to you. A change
          from here would take {hidden === 1 ? "it" : "them"} away, so who sees all of them changes what the view shows.
        </Typography>
      )}
      {whole.isError && all === undefined && (
        <ErrorState
          title="It is not known whether it shows more than that, so it is not changed here now"
          failure={failureOf(whole.error)}
          onRetry={() => void whole.refetch()}
        />
      )}
      {changes && !view.isFederated && hidden === 0 && (
        <Changes lacks={view.mayChangeConnections ? [] : ["It is changed by who holds ChangeConnections here."]}>
          {view.mayChangeConnections && (
            <Button variant="outlined" size="small" disabled={all === undefined} onClick={onChange}>
              Change what it shows…
            </Button>
          )}
        </Changes>
      )}
    </Panel>
  );
}

const rowStyle = {
  display: "flex",
  flexWrap: "wrap",
  justifyContent: "space-between",
  columnGap: 4,
  rowGap: 1,
  paddingBlock: 2,
  borderTop: 1,
  borderColor: "frame.line",
  "&:first-of-type": { borderTop: 0 },
} as const;

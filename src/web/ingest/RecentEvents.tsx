import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";

import { failureOf } from "#web/api/client.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { monospace } from "#web/theme.ts";
import { count } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { recentEventsQuery } from "./queries.ts";

/** How often the list is read anew while it is shown, in ms. */
const interval = 5000;

/** What a repository received last, newest first; of one token where it is named. */
export function RecentEvents({ repository, token }: { readonly repository: string; readonly token?: string }) {
  const now = useServerNow();
  const events = useQuery({ ...recentEventsQuery(repository), refetchInterval: interval });
  if (events.data === undefined) {
    return events.isError ? (
      <ErrorState title="The events could not be read" failure={failureOf(events.error)} onRetry={() => void events.refetch()} />
    ) : (
      <LoadingShape label="Loading the last events" shape="form" rows={2} />
    );
  }
  const shown = token === undefined ? events.data : events.data.filter(({ tokenName }) => tokenName === token);
  if (shown.length === 0) {
    return (
      <Typography sx={{ color: "text.secondary" }}>
        {token === undefined
          ? "Nothing was received yet."
          : "Nothing sent with this token is among the last 100 events of the repository."}
      </Typography>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- longer than the room for it, so the keyboard must be able to scroll it
    <Box
      component="ol"
      role="list"
      tabIndex={0}
      aria-label="Last events received"
      sx={{ margin: 0, padding: 0, listStyle: "none", maxHeight: 360, overflow: "auto" }}
    >
      {shown.map((event) => (
        <Box component="li" key={event.id} sx={{ paddingBlock: 2, borderTop: 1, borderColor: "divider" }}>
          <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
            <Instant at={event.receivedAt} now={presentAfter(event.receivedAt, now)} />
            {token === undefined && (
              <>
                {" "}
                with <Name>{event.tokenName}</Name>
              </>
            )}
            {event.parserName == null ? (
              ", no parser"
            ) : (
              <>
                , for the parser <Name>{event.parserName}</Name>
              </>
            )}
            , {count(event.size)} bytes
          </Typography>
          <Box
            component="pre"
            sx={{ margin: 0, fontFamily: monospace, fontSize: "0.8125rem", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
          >
            {event.text}
            {event.size > new TextEncoder().encode(event.text).length && " …"}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import { nameInText } from "#domain/name.ts";
import { Instant } from "#web/ui/Instant.tsx";
import { Words } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import type { BrowserSession } from "./requests.ts";
import { actsAs, begunBy, browserInWords } from "./words.ts";

export interface SessionListProps {
  readonly sessions: readonly BrowserSession[];
  readonly now: number;
  readonly onEnd: (session: BrowserSession) => void;
}

/** Sessions on the page of something else, each with a button that asks before it is ended. */
export function SessionList({ sessions, now, onEnd }: SessionListProps) {
  if (sessions.length === 0) return null;
  return (
    <Box component="ul" aria-label="Sessions" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
      {sessions.map((session) => (
        <Box
          component="li"
          key={session.id}
          sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 3, paddingBlock: 1 }}
        >
          <Box sx={{ flex: "1 1 260px", minWidth: 0, overflowWrap: "anywhere" }}>
            <Words>{`${nameInText(actsAs(session))}, begun by ${begunBy(session)}`}</Words>{" "}
            <Typography variant="caption" component="span" sx={{ color: "text.secondary" }}>
              {browserInWords(session.userAgent)}, from {session.address ?? "an unknown address"}, last seen{" "}
              <Instant at={session.lastSeenAt} now={presentAfter(session.lastSeenAt, now)} />
              {session.isCurrent && ". It is the one that you are in."}
            </Typography>
          </Box>
          <Button
            size="small"
            color="error"
            aria-label={`End the session of ${nameInText(actsAs(session))}`}
            onClick={() => onEnd(session)}
          >
            End…
          </Button>
        </Box>
      ))}
    </Box>
  );
}

import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Link as RouterLink } from "react-router";

import type { Long } from "#domain/long.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { paths } from "#web/paths.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import type { TableColumn } from "#web/ui/table/column.ts";
import { presentAfter } from "#web/ui/times.ts";

import type { BrowserSession } from "./requests.ts";
import { actsAs, begunBy, browserInWords } from "./words.ts";

/** A session as a row, which can be ended. */
export interface SessionRow extends BrowserSession {
  readonly onEnd: () => void;
}

/** The columns of the list of sessions. */
export const sessionColumns: TableColumn<SessionRow>[] = [
  {
    id: "user",
    header: "Acts as",
    size: 185,
    value: actsAs,
    cell: (row) => <WhoCell session={row} />,
  },
  {
    id: "begun",
    header: "Begun by",
    size: 188,
    meta: { places: 2 },
    cell: (row) => (
      <Hint cut hint={begunBy(row)}>
        {begunBy(row)}
      </Hint>
    ),
  },
  {
    id: "address",
    header: "From",
    size: 130,
    value: ({ address }) => address ?? "",
    cell: (row) => row.address ?? <span className="quiet">not known</span>,
  },
  {
    id: "browser",
    header: "Browser",
    size: 150,
    cell: (row) => (
      <Hint cut hint={row.userAgent ?? "The browser did not say."}>
        {browserInWords(row.userAgent)}
      </Hint>
    ),
  },
  {
    id: "since",
    header: "Begun",
    size: 136,
    value: ({ createdAt }) => Number(createdAt),
    cell: (row) => <When at={row.createdAt} />,
  },
  {
    id: "seen",
    header: "Last seen",
    size: 136,
    value: ({ lastSeenAt }) => Number(lastSeenAt),
    cell: (row) => <When at={row.lastSeenAt} />,
  },
  {
    id: "end",
    header: "End",
    size: 80,
    cell: (row) => (
      <Button
        size="small"
        color="error"
        onClick={row.onEnd}
        aria-label={`End the session of ${actsAs(row)}`}
        // The word stands where those of the other cells do.
        sx={{ minWidth: 0, paddingInline: 2, marginInlineStart: -2 }}
      >
        End
      </Button>
    ),
  },
];

function When({ at }: { readonly at: Long }) {
  const now = useServerNow();
  return <Instant at={at} now={presentAfter(at, now)} />;
}

/** Leads to the token that it acts as, or to all sessions of the user; says which is the reader's own. */
function WhoCell({ session }: { readonly session: SessionRow }) {
  if (!session.isCurrent) return <Who session={session} />;
  return (
    <Box sx={{ display: "flex", gap: 1, whiteSpace: "nowrap" }}>
      {/* The name is cut where both have no room. */}
      <Box sx={{ minWidth: 0, overflow: "hidden", textOverflow: "ellipsis" }}>
        <Who session={session} />
      </Box>{" "}
      <Box component="span" className="quiet" sx={{ flexShrink: 0 }}>
        (this one)
      </Box>
    </Box>
  );
}

function Who({ session }: { readonly session: SessionRow }) {
  const { userId, username, fullName, tokenId, tokenKind } = session;
  const who = <Name>{actsAs(session)}</Name>;
  if (userId != null) {
    return (
      <Hint cut component={RouterLink} to={paths.sessionsOf(userId)} hint={<Name>{fullName ?? username ?? userId}</Name>}>
        {who}
      </Hint>
    );
  }
  const kind = tokenKinds.find((each) => each === tokenKind);
  if (kind === undefined || tokenId == null) return who;
  return (
    <Hint cut component={RouterLink} to={paths.token(kind, tokenId)} hint="The token that it acts as">
      {who}
    </Hint>
  );
}
